"""Complaints of one cause: found by what they share, counted once, proposed once, and each customer told once, in any order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework.learning import incidents
from services.casework.learning.incidents import MOST_COMPLAINTS, TOLD_AT_ONCE, Deciders, Incident, IncidentState
from services.casework.learning.likeness import Alike, Likeness, Likenesses
from services.casework.policies.organisation import Role
from services.casework.settings import CaseworkSettings
from shared.contracts import IncidentCommand, IncidentPartlyTold, IncidentProposed, IncidentTold, MaskedFact, SimilarComplaint
from shared.contracts.vocabulary import Category, ComplaintId, FactKind
from shared.decision import Create, Decision, Transition
from shared.policy import BadPolicy, load
from tests.builders import (
    a_complaint_id,
    a_complaint_registered,
    a_confirmation,
    a_dismissal,
    a_ledger_answered,
    a_similar_complaint,
    a_transaction,
)
from tests.unit.casework.lives import AT, TAKEN

POLICY = CaseworkSettings().likenesses()
DECIDERS = Deciders(CaseworkSettings().rulebook().organisation, POLICY)
ALIKE = Alike(POLICY, b"the key of the tests")
DAY = datetime(2026, 11, 22, tzinfo=UTC)


def similar(count: int, **changes: Any) -> list[SimilarComplaint]:
    return [a_similar_complaint(complaint_id=a_complaint_id(f"chat-{one}"), **changes) for one in range(count)]


@dataclass
class Play:
    """One incident as casework plays it: what it tells itself is heard, at the end or in between."""

    held: Incident | None = None
    said: list[Any] = field(default_factory=list)
    owed: list[IncidentPartlyTold] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    def joins(self, event: SimilarComplaint) -> None:
        reaction = incidents.grouped(event, AT)
        assert isinstance(reaction, Create)
        if self.held is None:
            self.keep(reaction.decision)
        else:
            other = reaction.claims[0].taken(self.held.incident_id)
            assert isinstance(other, Transition)
            self.keep(other.decide(self.held))

    def asks(self, command: IncidentCommand) -> None:
        if self.held:
            self.keep(incidents.obey(self.held, command, DECIDERS, AT))

    def goes_on(self) -> None:
        while self.owed and self.held:
            self.keep(incidents.tell_on(self.held, self.owed.pop(), AT))

    def keep(self, decision: Decision[Incident]) -> None:
        self.held = decision.state
        self.answers.append(decision.what)
        self.said += decision.emit
        self.owed += [one for one in decision.emit if isinstance(one, IncidentPartlyTold)]

    @property
    def told(self) -> list[ComplaintId]:
        return [one.complaint_id for one in self.said if isinstance(one, IncidentTold)]

    @property
    def proposals(self) -> list[IncidentProposed]:
        return [one for one in self.said if isinstance(one, IncidentProposed)]


def played(*steps: SimilarComplaint | IncidentCommand) -> Play:
    play = Play()
    for step in steps:
        if isinstance(step, SimilarComplaint):
            play.joins(step)
        else:
            play.asks(step)
    return play


def facts(**stated: str) -> tuple[MaskedFact, ...]:
    return tuple(MaskedFact(kind=FactKind(kind), value=value) for kind, value in stated.items())


def test_a_complaint_that_shares_nothing_says_nothing_more():
    assert ALIKE.in_complaint(a_complaint_registered(category=Category.TECHNICAL)) == []


def test_the_same_error_code_gives_the_same_signature_however_it_is_written():
    one = ALIKE.in_complaint(a_complaint_registered(facts=facts(error_code="E1001")))
    other = ALIKE.in_complaint(a_complaint_registered(complaint_id=a_complaint_id("b"), facts=facts(error_code=" e1001 ")))
    another = ALIKE.in_complaint(a_complaint_registered(facts=facts(error_code="E1002")))

    assert [one.signature for one in one] == [one.signature for one in other]
    assert one[0].signature != another[0].signature
    assert (one[0].likeness, one[0].shown, one[0].at_least) == ("error-code", "E1001", 5)


def test_nobody_without_the_key_finds_out_what_a_signature_stands_for():
    event = a_complaint_registered(facts=facts(error_code="E1001"))

    assert ALIKE.in_complaint(event)[0].signature != Alike(POLICY, b"another key").in_complaint(event)[0].signature


def test_where_policy_says_so_only_complaints_of_one_category_are_alike():
    technical, login, refund = (
        ALIKE.in_complaint(a_complaint_registered(category=category, facts=facts(app_version="9.2.1")))
        for category in (Category.TECHNICAL, Category.LOGIN, Category.REFUND)
    )

    assert technical[0].signature != login[0].signature
    assert refund == []


def test_one_merchant_is_known_by_the_ledgers_word_and_shown_by_its_first_sign():
    answer = a_ledger_answered(transactions=(a_transaction(counterparty="瑞幸咖啡"),))

    [found] = ALIKE.at_the_ledger(TAKEN, answer)

    assert (found.likeness, found.shown) == ("merchant", "瑞…")
    assert "瑞幸" not in found.model_dump_json()


@pytest.mark.parametrize("transactions", [(), (a_transaction(), a_transaction(transaction_id="another"))])
def test_where_the_ledger_names_none_or_several_nobody_knows_the_merchant(transactions: tuple[Any, ...]):
    assert ALIKE.at_the_ledger(TAKEN, a_ledger_answered(transactions=transactions)) == []


@given(st.timedeltas(timedelta(0), timedelta(days=365)).map(lambda after: DAY + after), st.integers(1, 24))
def test_every_moment_lies_in_one_window(moment: datetime, hours: int):
    likeness = Likeness("any", FactKind.ERROR_CODE, hours, 2)

    since = likeness.since(moment)

    assert since <= moment < since + timedelta(hours=hours)
    assert likeness.since(since) == since
    assert since.date() == moment.date()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ('fact = "error_code"', 'fact = "account_id"'),
        ("at_least = 5", "at_least = 1"),
        ("within_hours = 24", "within_hours = 25"),
        ('name = "merchant"', 'name = "error-code"'),
        ('decided_by = ["supervisor"', 'decided_by = ["wizard"'),
    ],
)
def test_a_policy_that_cannot_be_meant_stops_the_service(tmp_path: Any, change: str, fault: str):
    content = CaseworkSettings().incidents_file.read_text(encoding="utf-8")
    assert change in content
    file = tmp_path / "incidents.toml"
    file.write_text(content.replace(change, fault, 1), encoding="utf-8")

    with pytest.raises(BadPolicy, match=r"incidents\.toml"):
        load(file, Likenesses, {"likeness": "likenesses"})


def test_the_fifth_makes_a_proposal_and_the_sixth_none():
    play = played(*similar(6))

    assert [one.complaints for one in play.proposals] == [5]
    assert play.held is not None
    assert (play.held.state, len(play.held.complaints)) == (IncidentState.PROPOSED, 6)


def test_the_same_complaint_counts_once():
    play = played(*similar(4), *similar(4))

    assert play.proposals == []
    assert play.answers[4:] == ["counted-already"] * 4


def test_confirming_tells_everybody_once_and_who_joins_later_too():
    before, *after = similar(8)[5:]
    play = played(*similar(5), before, a_confirmation(), *after)

    assert sorted(play.told) == sorted(one.complaint_id for one in similar(8))
    assert {one.text for one in play.said if isinstance(one, IncidentTold)} == {a_confirmation().text}


def test_many_are_told_step_by_step_and_who_joins_meanwhile_waits_for_the_turn():
    many = similar(3 * TOLD_AT_ONCE)
    play = played(*many, a_confirmation(), a_similar_complaint(complaint_id=a_complaint_id("late")))
    assert len(play.told) == TOLD_AT_ONCE

    play.goes_on()

    assert len(play.told) == len(set(play.told)) == 3 * TOLD_AT_ONCE + 1
    assert play.answers[-3:] == ["told-on"] * 3


def test_a_step_that_is_heard_again_tells_nobody_again():
    play = played(*similar(2 * TOLD_AT_ONCE), a_confirmation())
    play.owed *= 2

    play.goes_on()

    assert len(play.told) == 2 * TOLD_AT_ONCE
    assert play.answers[-1] == "told-already"


def test_a_dismissed_incident_tells_nobody_and_may_be_confirmed_after_all():
    dismissed = played(*similar(5), a_dismissal(), *similar(7))
    assert dismissed.told == []

    dismissed.asks(a_confirmation())

    assert len(dismissed.told) == 7


@pytest.mark.parametrize(
    ("steps", "answer"),
    [
        ([a_confirmation(by="nobody-1")], "refused/unknown-agent"),
        ([a_confirmation(by="refunds-1")], "refused/not-permitted"),
        ([a_confirmation(), a_confirmation(text="another text")], "refused/confirmed-already"),
        ([a_confirmation(), a_dismissal()], "refused/confirmed-already"),
        ([a_dismissal(), a_dismissal()], "refused/dismissed-already"),
    ],
)
def test_what_may_not_be_is_refused_and_changes_nothing(steps: Sequence[IncidentCommand], answer: str):
    before = played(*similar(5), *steps[:-1]).held
    play = played(*similar(5), *steps)

    assert play.answers[-1] == answer
    assert play.held == before


def test_who_decides_is_named_by_the_policy():
    assert {Role.SUPERVISOR, Role.COMPLIANCE} == POLICY.decided_by
    assert played(*similar(5), a_confirmation(by="supervisor-1")).answers[-1] == "confirm-incident"


def test_an_incident_holds_no_more_than_a_document_can():
    full = Incident("inc-0123456789ab", "error-code", "E1001", None, DAY, tuple(map(a_complaint_id, map(str, range(MOST_COMPLAINTS)))))

    assert incidents.join(full, a_similar_complaint(complaint_id=a_complaint_id("one more")), AT).what == "incident-full"


STEPS = st.one_of(
    st.integers(0, 2 * TOLD_AT_ONCE + 20).map(lambda one: a_similar_complaint(complaint_id=a_complaint_id(f"chat-{one}"))),
    st.sampled_from([a_confirmation(), a_dismissal(), a_confirmation(by="refunds-1")]),
)


@given(st.lists(st.tuples(STEPS, st.booleans()), max_size=60), st.sampled_from([0, 2 * TOLD_AT_ONCE]))
def test_in_any_order_and_however_often_each_is_counted_and_told_once(steps: Sequence[tuple[Any, bool]], many: int):
    play = played(*similar(many))
    for step, goes_on in steps:
        if isinstance(step, SimilarComplaint):
            play.joins(step)
        else:
            play.asks(step)
        if goes_on:
            play.goes_on()
    play.goes_on()

    heard = [*similar(many), *(one for one, _ in steps if isinstance(one, SimilarComplaint))]
    joined = {one.complaint_id for one in heard}
    held = play.held
    assert set(held.complaints if held else ()) == joined
    assert len(held.complaints if held else ()) == len(joined)
    assert len(play.proposals) <= 1
    confirmed = held is not None and held.state is IncidentState.CONFIRMED
    assert sorted(play.told) == (sorted(joined) if confirmed else [])
    assert bool(play.proposals) or held is None or held.state is not IncidentState.PROPOSED
