"""Freezing, unblocking and resetting accounts: who may ask, of whose account, and that nothing is done twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework import rules
from services.casework.commands.erasing import obstacles
from services.casework.life import Life
from services.casework.records.errand import ErrandState
from services.simulators.wallet import Fault, WalletSimulator
from shared.contracts import AccountActionReported, ExecuteAccountAction, Execution, RequestAccountAction, WithdrawComplaint
from shared.contracts.vocabulary import AccountAction, Category, IdentityLevel, Status
from shared.decision import Decision
from tests.builders import a_transaction, an_account_action_reported
from tests.unit.casework.lives import AGENT, AT, RULEBOOK, SENIOR, STRANGER, SUPERVISOR, TAKEN, obeyed, refused
from tests.unit.casework.test_identity import KNOWN, LOGGED_IN, OTHERS, OWNER, looked_up, right, sent, told

FREEZE, UNBLOCK, RESET = AccountAction
OF_SECURITY = replace(KNOWN, category=Category.ACCOUNT_SECURITY)
PROVED = told(sent(KNOWN).state, right(sent(KNOWN).state)).state


def asked(held: Life, action: AccountAction = FREEZE, by: str = SUPERVISOR) -> Decision[Life]:
    return obeyed(held, RequestAccountAction, by, action=action)


def orders(decided: Decision[Life]) -> list[ExecuteAccountAction]:
    return [one for one in decided.emit if isinstance(one, ExecuteAccountAction)]


def reported(held: Life, *states: Execution) -> Decision[Life]:
    decided = Decision(held)
    for state in states:
        key = decided.state.account_actions[0].action_id
        decided = rules.hear_of_account(decided.state, an_account_action_reported(state, action_id=key), AT)
    return decided


def test_on_a_security_complaint_any_agent_freezes_at_once():
    decided = asked(OF_SECURITY, by=STRANGER)

    [order] = orders(decided)
    assert (order.action, order.account_id, order.attempt, order.requested_at) == (FREEZE, OWNER, 1, AT)
    assert decided.state.account_actions[0].state is ErrandState.ASKED


@pytest.mark.parametrize(
    ("held", "action", "by", "slug"),
    [
        (KNOWN, FREEZE, AGENT, "not-permitted"),
        (KNOWN, FREEZE, SENIOR, "not-yours"),
        (OF_SECURITY, UNBLOCK, STRANGER, "not-yours"),
        (TAKEN, FREEZE, SUPERVISOR, "account-unknown"),
        (KNOWN, UNBLOCK, AGENT, "identity-not-proved/contact_verified"),
        (KNOWN, RESET, SUPERVISOR, "identity-not-proved/contact_verified"),
        (LOGGED_IN, RESET, AGENT, "identity-not-proved/contact_verified"),
        (asked(KNOWN).state, FREEZE, SUPERVISOR, "with-the-wallet-already"),
        (obeyed(KNOWN, WithdrawComplaint).state, FREEZE, SUPERVISOR, "wrong-status"),
    ],
)
def test_what_is_refused(held: Life, action: AccountAction, by: str, slug: str):
    assert refused(asked(held, action, by)) == slug


@pytest.mark.parametrize("action", [UNBLOCK, RESET])
def test_an_owner_who_is_proved_has_it_opened(action: AccountAction):
    assert [(one.action, one.account_id) for one in orders(asked(PROVED, action, AGENT))] == [(action, OWNER)]


def test_what_is_opened_is_the_account_that_was_proved_and_no_other_that_the_ledger_names():
    held = looked_up(PROVED, a_transaction(transaction_id="another", account_id=OTHERS))

    assert [one.account_id for one in orders(asked(held, UNBLOCK, AGENT))] == [OWNER]


def test_a_freeze_need_not_wait_for_what_is_under_way():
    held = asked(PROVED, UNBLOCK).state

    assert [one.action for one in orders(asked(held, FREEZE))] == [FREEZE]


def test_a_silent_wallet_is_asked_again_under_the_same_key_for_as_long_as_it_takes():
    decided, keys = asked(KNOWN), set()
    for _ in range(20):
        assert decided.state.next_due is not None
        decided = rules.pass_time(decided.state, decided.state.next_due, RULEBOOK)
        keys |= {one.action_id for one in orders(decided)}

    assert len(keys) == 1
    assert decided.state.account_actions[0].attempt == 21
    assert decided.state.next_due is not None
    assert decided.state.next_due - decided.state.account_actions[0].requested_at > timedelta(minutes=60)


@pytest.mark.parametrize("states", [list(one) for one in permutations(Execution)])
def test_reports_in_any_order_leave_the_same_state(states: Sequence[Execution]):
    assert reported(asked(KNOWN).state, *states).state.account_actions[0].state is ErrandState.FAILED


def test_a_report_leaves_the_complaint_where_it_is_and_nobody_asks_again():
    decided = reported(asked(KNOWN).state, Execution.EXECUTED, Execution.EXECUTED)

    assert (decided.state.status, decided.state.next_due, decided.what) == (Status.IN_PROGRESS, None, "reported-already")
    assert [one.what for one in decided.state.history].count("account-action-done") == 1


def test_nobody_is_erased_while_the_wallet_is_at_work_on_the_account():
    held = obeyed(asked(KNOWN).state, WithdrawComplaint, SUPERVISOR).state
    years_later = AT + timedelta(days=20 * 366)

    waiting = [one.why.slug for one in obstacles(held, RULEBOOK.retention, years_later)]

    assert waiting == ["with-the-wallet-already"]
    assert list(obstacles(reported(held, Execution.EXECUTED).state, RULEBOOK.retention, years_later)) == []


def test_what_nobody_asked_for_is_dropped():
    stray = an_account_action_reported(action_id="never-asked")

    assert rules.hear_of_account(KNOWN, stray, AT).what == "never-asked"


@given(
    st.lists(st.sampled_from(["ask", "later", "hear", "hear-again"]), max_size=25),
    st.lists(st.sampled_from([Fault.SILENT, Fault.TWICE, Fault.PENDING, Fault.FAILED, None]), max_size=25),
    st.randoms(use_true_random=False),
)
def test_no_action_is_done_twice_whatever_becomes_of_requests_and_reports(moves: list[str], faults: list[Any], chance: Any):
    wallet = WalletSimulator([], faults)
    held, due = KNOWN, list[AccountActionReported]()
    for move in moves:
        if move == "ask":
            decided = asked(held)
        elif move == "later" and held.next_due:
            decided = rules.pass_time(held, held.next_due, RULEBOOK)
        elif move.startswith("hear") and due:
            answer = due[chance.randrange(len(due))] if move == "hear-again" else due.pop(chance.randrange(len(due)))
            decided = rules.hear_of_account(held, answer, AT)
        else:
            continue
        held = decided.state
        for order in orders(decided):
            due += [one for one in wallet.answers(order, AT) if isinstance(one, AccountActionReported)]

    keys = [one.action_id for one in held.account_actions]
    done = wallet.accounts.of(OWNER)
    assert len({one.action_id for one in done}) == len(done)
    assert {one.action_id for one in done} <= set(keys)
    assert {one.action_id for one in held.account_actions if one.state is ErrandState.DONE} <= {one.action_id for one in done}


def test_no_level_is_asked_for_where_harm_is_stopped_and_one_where_an_account_is_opened():
    levels = {one: RULEBOOK.identity.terms(one).level for one in AccountAction}

    assert levels == {FREEZE: IdentityLevel.NONE, UNBLOCK: IdentityLevel.CONTACT_VERIFIED, RESET: IdentityLevel.CONTACT_VERIFIED}
