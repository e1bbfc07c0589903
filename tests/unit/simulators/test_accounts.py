"""What the wallet that things are tried out with does to accounts."""

from datetime import datetime, timedelta

from services.simulators.wallet import Fault, WalletSimulator
from shared.contracts import AccountActionReported, ExecuteAccountAction
from shared.contracts.vocabulary import AccountAction
from tests.builders import an_order_on_an_account

AT = datetime.fromisoformat("2026-11-23T02:00:00+00:00")
FREEZE = an_order_on_an_account(action_id="freeze", requested_at=AT)
UNBLOCK = an_order_on_an_account(action_id="unblock", action=AccountAction.UNBLOCK, requested_at=AT + timedelta(minutes=1))


def ends(wallet: WalletSimulator, *requests: ExecuteAccountAction) -> list[str]:
    answers = [one for request in requests for one in wallet.answers(request, AT)]
    return [one.reason or one.state for one in answers if isinstance(one, AccountActionReported)]


def test_it_does_each_thing_once_under_its_key_whatever_befalls_its_answers():
    wallet = WalletSimulator([], [Fault.SILENT, Fault.PENDING, Fault.TWICE])

    assert ends(wallet, FREEZE, FREEZE, FREEZE, FREEZE) == ["pending", "executed", "executed", "executed"]
    assert [one.action_id for one in wallet.accounts.of(FREEZE.account_id)] == ["freeze"]


def test_what_failed_stays_failed_under_its_key():
    assert ends(WalletSimulator([], [Fault.FAILED]), FREEZE, FREEZE) == ["the account is closed"] * 2


def test_what_comes_late_does_not_undo_what_was_asked_for_after_it():
    wallet = WalletSimulator([])

    assert ends(wallet, UNBLOCK, FREEZE) == ["executed", "overtaken"]
    assert ends(wallet, FREEZE.model_copy(update={"action_id": "of another account", "account_id": "U2044"})) == ["executed"]
