"""How customers prove who they are, and what stays unproved."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework import rules
from services.casework.beginning import begin
from services.casework.commands.identity import MOST_CODES_A_DAY
from services.casework.life import Life
from services.casework.records.persons import CODE_LASTS, TRIES, Identity
from shared.contracts import ConfirmCode, LookUpTransaction, MaskedFact, Transaction, VerificationCodeIssued, VerifyCustomer
from shared.contracts.vocabulary import FactKind, IdentityLevel, ProofWay
from shared.decision import Decision
from tests.builders import a_command, a_complaint_registered, a_complaint_routed, a_follow_up_received, a_reply_to, a_transaction
from tests.unit.casework.lives import AGENT, AT, REVIEWER, RULEBOOK, SENIOR, TAKEN, after, obeyed, refused
from tests.unit.casework.test_investigation import heard

NONE, CHANNEL, CONTACT, LEDGER = IdentityLevel
OWNER = "U1029384756"
OTHERS = "U5550001112"
SAID = (MaskedFact(kind=FactKind.AMOUNT, value=12_800, unit="CNY"),)
ON_THE_LEDGER = a_transaction(account_id=OWNER, registered_email="owner@example.com")


def looked_up(held: Life, *transactions: Transaction, facts: Sequence[MaskedFact] = SAID) -> Life:
    return heard(after(replace(held, facts=tuple(facts)), LookUpTransaction), *transactions).state


def registered(adapter: str, account: str | None) -> Life:
    event = a_complaint_registered(adapter=adapter, reply_to=a_reply_to(account_id=account))
    return rules.route(begin(event, RULEBOOK).state, a_complaint_routed()).state


KNOWN = looked_up(TAKEN, ON_THE_LEDGER)
"""The ledger has named the account, and the amount that the customer says."""
LOGGED_IN = replace(TAKEN, identity=registered("app-cn", OWNER).identity)


def sent(held: Life, minutes: float = 0, **changes: Any) -> Decision[Life]:
    return rules.obey(held, a_command(VerifyCustomer, by=AGENT, **changes), RULEBOOK, AT + timedelta(minutes=minutes))


def told(held: Life, code: str, minutes: float = 1) -> Decision[Life]:
    return rules.obey(held, a_command(ConfirmCode, by=AGENT, code=code), RULEBOOK, AT + timedelta(minutes=minutes))


def right(held: Life) -> str:
    return RULEBOOK.keys.code(held.identity.codes[-1].code_id)


def wrong(held: Life) -> str:
    return f"{(int(right(held)) + 1) % 10**6:06}"


@pytest.mark.parametrize(
    ("adapter", "account", "identity"),
    [("app-cn", OWNER, (CHANNEL, OWNER)), ("app-cn", None, (NONE, None)), ("webchat", OWNER, (NONE, None))],
)
def test_an_account_is_believed_from_a_channel_that_logs_its_senders_in(adapter: str, account: str | None, identity: tuple[Any, Any]):
    known = registered(adapter, account).identity

    assert (known.level, known.account_id) == identity


def test_a_code_goes_to_the_owner_whom_the_ledger_names_and_is_in_no_message_and_no_record():
    decided = sent(KNOWN)

    [issued] = [one for one in decided.emit if isinstance(one, VerificationCodeIssued)]
    assert (issued.account_id, issued.email, issued.expires_at) == (OWNER, "owner@example.com", AT + CODE_LASTS)
    assert right(decided.state) not in issued.encoded().decode()
    assert right(decided.state) not in repr(decided.state)


def test_the_right_code_proves_the_contact():
    held = sent(KNOWN).state

    decided = told(held, right(held))

    assert (decided.what, decided.state.identity.account_id) == ("confirm-code", OWNER)
    assert decided.state.identity.level is LEDGER, "the ledger bears the customer out, too"


def test_where_the_ledger_contradicts_the_customer_a_code_proves_the_contact_alone():
    held = sent(looked_up(TAKEN, ON_THE_LEDGER, facts=[MaskedFact(kind=FactKind.AMOUNT, value=1, unit="CNY")])).state

    assert told(held, right(held)).state.identity.level is CONTACT


def test_a_wrong_code_is_on_record_and_counts():
    held = sent(KNOWN).state

    decided = told(held, wrong(held))

    assert (decided.what, decided.state.identity.level) == ("code-wrong", NONE)
    assert decided.state.history[-1].reason == "4 tries left"


def test_after_five_wrong_ones_the_right_one_is_too_late():
    held = sent(KNOWN).state
    for _ in range(TRIES):
        held = told(held, wrong(held)).state

    assert refused(told(held, right(held))) == "no-code-open"


@pytest.mark.parametrize(("minutes", "slug"), [(14.9, None), (15, "no-code-open")])
def test_a_code_holds_for_fifteen_minutes(minutes: float, slug: str | None):
    held = sent(KNOWN).state

    assert refused(told(held, right(held), minutes)) == slug


def test_a_code_is_used_once_and_only_the_newest_counts():
    first = sent(KNOWN).state
    second = sent(first, minutes=1).state

    assert told(second, right(first), minutes=2).what == "code-wrong"
    assert refused(told(told(second, right(second), minutes=2).state, right(second), minutes=3)) == "no-code-open"


def test_no_more_codes_than_three_a_day():
    held = KNOWN
    for _ in range(MOST_CODES_A_DAY):
        held = sent(held).state

    assert refused(sent(held, minutes=60)) == "too-many-codes"
    assert refused(sent(held, minutes=24 * 60)) is None


def test_nobody_gets_a_code_where_no_account_or_several_are_known():
    several = looked_up(TAKEN, ON_THE_LEDGER, a_transaction(transaction_id="another", account_id=OTHERS))

    assert refused(sent(TAKEN)) == "account-unknown"
    assert refused(sent(several)) == "account-unknown"


def test_what_a_customer_knows_of_a_transaction_proves_nothing_by_itself():
    """A merchant, or who found the receipt, knows as much."""
    assert KNOWN.identity.level is NONE
    assert refused(sent(KNOWN, how=ProofWay.LEDGER)) == "ledger-bears-nothing-out"


@pytest.mark.parametrize(
    ("transaction", "facts", "level"),
    [
        (ON_THE_LEDGER, SAID, LEDGER),
        (a_transaction(account_id=OTHERS), SAID, CHANNEL),
        (ON_THE_LEDGER, (), CHANNEL),
        (ON_THE_LEDGER, (MaskedFact(kind=FactKind.ACCOUNT_ID, value="…4756"),), CHANNEL),
        (ON_THE_LEDGER, (*SAID, MaskedFact(kind=FactKind.COUNTERPARTY, value="Z…")), CHANNEL),
    ],
)
def test_the_ledger_confirms_the_account_of_who_is_logged_in_and_something_beside(transaction: Transaction, facts: Any, level: Any):
    assert looked_up(LOGGED_IN, transaction, facts=facts).identity.level is level


def test_the_account_that_is_proved_stays_whatever_the_ledger_names_later():
    held = looked_up(LOGGED_IN, a_transaction(account_id=OTHERS))

    assert sent(held).state.identity.codes[-1].account_id == OWNER


@pytest.mark.parametrize(
    ("held", "changes", "level"),
    [
        (TAKEN, {}, CHANNEL),
        (KNOWN, {}, LEDGER),
        (TAKEN, {"adapter": "webchat"}, NONE),
        (TAKEN, {"owner_known": False}, NONE),
        (looked_up(TAKEN, a_transaction(account_id=OTHERS)), {}, NONE),
    ],
)
def test_who_writes_on_from_where_they_are_logged_in_is_known_from_then_on(held: Life, changes: dict[str, Any], level: IdentityLevel):
    event = a_follow_up_received(**{"adapter": "app-cn", "reply_to": a_reply_to(account_id=OWNER), **changes})

    identity = rules.hear_the_customer(held, event, RULEBOOK, AT).state.identity

    assert (identity.level, identity.account_id) == (level, None if level is NONE else OWNER)


def test_who_proved_more_loses_nothing_by_writing_from_elsewhere():
    held = told(sent(KNOWN).state, right(sent(KNOWN).state)).state
    event = a_follow_up_received(adapter="app-cn", reply_to=a_reply_to(account_id=OTHERS))

    assert rules.hear_the_customer(held, event, RULEBOOK, AT).state.identity == held.identity


def test_documents_are_seen_by_senior_agents_and_said():
    seen = {"how": ProofWay.SEEN, "reason": "passport and utility bill"}

    decided = obeyed(KNOWN, VerifyCustomer, SENIOR, **seen)

    assert refused(obeyed(KNOWN, VerifyCustomer, AGENT, **seen)) == "not-permitted"
    assert refused(obeyed(KNOWN, VerifyCustomer, REVIEWER, **seen)) == "not-permitted"
    assert (decided.state.identity.level, decided.state.identity.by) == (LEDGER, SENIOR)
    assert refused(obeyed(decided.state, VerifyCustomer, SENIOR, **seen)) == "proved-already"
    with pytest.raises(ValueError, match="what was seen"):
        a_command(VerifyCustomer, how=ProofWay.SEEN)


Move = tuple[str, int]
MOVES = st.lists(st.tuples(st.sampled_from(["send", "right", "wrong", "old"]), st.integers(0, 10)), max_size=15)


@given(MOVES)
def test_whatever_is_told_in_whatever_order_only_the_newest_open_code_proves_anything(moves: list[Move]):
    held, minutes = KNOWN, 0.0
    for what, wait in moves:
        minutes += wait
        before, codes = held, held.identity.codes
        if what == "send":
            held = sent(held, minutes).state
            continue
        code = {"right": right, "wrong": wrong}[what](held) if codes and what != "old" else "not-it"
        if what == "old" and len(codes) > 1:
            code = RULEBOOK.keys.code(codes[-2].code_id)
        if code == "not-it":
            continue
        held = told(held, code, minutes).state
        proved = what == "right" and codes[-1].may_be_tried(AT + timedelta(minutes=minutes))
        assert (held.identity.level is NONE) == (before.identity.level is NONE and not proved)
        assert all(one.wrong <= TRIES for one in held.identity.codes)


def test_an_unproved_identity_names_no_account():
    assert (Identity().level, Identity().account_id) == (NONE, None)
