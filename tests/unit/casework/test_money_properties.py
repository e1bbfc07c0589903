"""Whatever people propose and decide, and however often and in whatever order the wallet answers, the money is right."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.casework import rules
from services.casework.life import Life
from services.casework.store import LIVES
from services.simulators.wallet import SimulatorSettings
from shared.contracts import (
    ApproveRemedy,
    ExecuteRemedy,
    Execution,
    LedgerAnswered,
    LookUpTransaction,
    ProposeRemedy,
    RejectRemedy,
    RemedyReported,
    ReopenComplaint,
    ResolveComplaint,
)
from shared.contracts.vocabulary import Outcome, RemedyKind
from shared.decision import Decision
from tests.contract.casework.promises import broken
from tests.unit.casework.lives import AT, COMPLIANCE, RULEBOOK, SENIOR, SUPERVISOR, TAKEN, obeyed, refused

LEDGER = SimulatorSettings().ledger()
PEOPLE = (SUPERVISOR, COMPLIANCE, SENIOR)
FOUND = LEDGER[0]


def looked_up() -> Life:
    asked = obeyed(TAKEN, LookUpTransaction, SUPERVISOR, transaction_id=FOUND.transaction_id).state
    answer = LedgerAnswered(complaint_id=asked.complaint_id, lookup_id=asked.lookups[0].lookup_id, transactions=(FOUND,), answered_at=AT)
    return rules.hear_the_ledger(asked, answer, AT).state


def proposed(held: Life, by: str, kind: RemedyKind, amount: int) -> Decision[Life]:
    return obeyed(held, ProposeRemedy, by, kind=kind, amount=amount, currency="CNY", transaction_id=FOUND.transaction_id)


def agreed(held: Life, kind: RemedyKind, amount: int) -> Decision[Life]:
    """Proposed by one and approved by another, where it needs that."""
    first = proposed(held, SUPERVISOR, kind, amount)
    second = obeyed(first.state, ApproveRemedy, COMPLIANCE, remedy=len(first.state.remedies) or 1)
    return replace(second, emit=[*first.emit, *second.emit])


def reported(held: Life, number: int, state: Execution) -> Decision[Life]:
    """Of any remedy, whether the wallet was asked for it or not."""
    of = held.remedies[number % len(held.remedies)].remedy_id if held.remedies else "nobody's"
    return rules.hear_of_execution(held, RemedyReported(complaint_id=held.complaint_id, remedy_id=of, state=state, reported_at=AT), AT)


def resolved(held: Life, by: str, outcome: Outcome) -> Decision[Life]:
    return obeyed(held, ResolveComplaint, by, outcome=outcome)


BY, NUMBER = st.sampled_from(PEOPLE), st.integers(1, 4)
KINDS = st.sampled_from([RemedyKind.REFUND, RemedyKind.FEE_REVERSAL, RemedyKind.COMPENSATION])
AMOUNTS = st.sampled_from([FOUND.amount, 6_400, 100])
MOVES: st.SearchStrategy[Any] = st.one_of(
    st.builds(lambda *drawn: lambda held: agreed(held, *drawn), KINDS, AMOUNTS),
    st.builds(lambda *drawn: lambda held: proposed(held, *drawn), BY, KINDS, AMOUNTS),
    st.builds(lambda by, number: lambda held: obeyed(held, ApproveRemedy, by, remedy=number), BY, NUMBER),
    st.builds(lambda by, number: lambda held: obeyed(held, RejectRemedy, by, remedy=number), BY, NUMBER),
    st.builds(lambda *drawn: lambda held: reported(held, *drawn), NUMBER, st.sampled_from(Execution)),
    st.builds(
        lambda by, outcome: lambda held: resolved(held, by, outcome), BY, st.sampled_from([Outcome.EXPLANATION, Outcome.MONETARY_RELIEF])
    ),
    st.builds(lambda by: lambda held: obeyed(held, ReopenComplaint, by), BY),
    st.builds(lambda hours: lambda held: rules.pass_time(held, AT + timedelta(hours=hours), RULEBOOK), st.integers(1, 30)),
)


def lived(moves: Sequence[Any]) -> list[Decision[Life]]:
    decided = [Decision(looked_up())]
    for move in moves:
        decided.append(move(decided[-1].state))
    return decided


@given(st.lists(MOVES, max_size=30))
def test_no_remedy_is_asked_for_twice_nobody_approves_alone_and_nothing_exceeds_its_transaction(moves: Sequence[Any]):
    decided = lived(moves)

    executions = [one for decision in decided for one in decision.emit if isinstance(one, ExecuteRemedy)]
    assert [one for decision in decided for one in broken(LIVES.dump(decision.state), (), LEDGER)] == []
    assert broken(LIVES.dump(decided[-1].state), executions, LEDGER) == []
    attempts = [(one.remedy_id, one.attempt) for one in executions]
    assert len(attempts) == len(set(attempts))


@given(st.lists(MOVES, max_size=30))
def test_what_is_with_the_wallet_is_asked_for_again_until_there_is_an_end(moves: Sequence[Any]):
    life = lived(moves)[-1].state
    open_ = [one for one in life.remedies if one.is_with_the_wallet]

    asked = rules.pass_time(life, AT + timedelta(days=400), RULEBOOK)

    assert [one.remedy_id for one in asked.emit if isinstance(one, ExecuteRemedy)] == [one.remedy_id for one in open_]


@given(st.lists(MOVES, max_size=30))
def test_monetary_relief_is_said_only_once_money_is_paid(moves: Sequence[Any]):
    for decision in lived(moves):
        if decision.what == "resolve" and not refused(decision):
            life = decision.state
            paid = any(one.amount and one.settled_at and str(one.state) == "done" for one in life.remedies)
            assert paid or all(one.outcome is not Outcome.MONETARY_RELIEF for one in life.resolutions[-1:])
