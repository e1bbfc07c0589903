"""Whatever people and the others do, in any order and as often as they like, these hold."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.casework import rules
from services.casework.life import Life
from services.casework.steps import COMMANDS
from shared.contracts import CaseworkCommand, ComplaintMoved, ComplaintResolved, TakeComplaint
from shared.contracts.vocabulary import Material, MessageKind, Status, Team
from shared.decision import Decision
from tests.builders import a_complaint_escalated, a_complaint_routed, a_follow_up_received
from tests.unit.casework.lives import AGENT, AT, COLLEAGUE, REGISTERED, RULEBOOK, SENIOR, STRANGER, SUPERVISOR, obeyed, refused

Move = Callable[[Life], Decision[Life]]
PEOPLE = (AGENT, COLLEAGUE, SENIOR, SUPERVISOR, STRANGER)
CHANGES = {"materials": st.lists(st.sampled_from(Material), min_size=1, max_size=3).map(tuple), "assignee": st.sampled_from(PEOPLE)}


@st.composite
def commands(draw: st.DrawFn) -> Move:
    kind: type[CaseworkCommand] = draw(st.sampled_from(list(COMMANDS)))
    changes = {name: draw(values) for name, values in CHANGES.items() if name in kind.model_fields}
    by = draw(st.sampled_from(PEOPLE))
    return lambda held: obeyed(held, kind, by, **changes)


@st.composite
def events(draw: st.DrawFn) -> Move:
    follow_up = a_follow_up_received(kind=draw(st.sampled_from(MessageKind)), owner_known=draw(st.booleans()))
    escalated = a_complaint_escalated(level=draw(st.integers(1, 2)), team=Team(draw(st.sampled_from(["supervisors", "compliance"]))))
    return draw(
        st.sampled_from(
            [
                lambda held: rules.hear_the_customer(held, follow_up, RULEBOOK, AT),
                lambda held: rules.hand_up(held, escalated),
                lambda held: rules.route(held, a_complaint_routed()),
            ]
        )
    )


BEGUN: list[Move] = [lambda held: rules.route(held, a_complaint_routed()), lambda held: obeyed(held, TakeComplaint)]
LIVES = st.builds(lambda first, later: [*first, *later], st.sampled_from([[], BEGUN]), st.lists(commands() | events(), max_size=40))
"""Half of them are taken at once: else most would be refused for want of an assignee."""


def lived(moves: Sequence[Move]) -> list[Decision[Life]]:
    decided = [Decision(REGISTERED)]
    for move in moves:
        decided.append(move(decided[-1].state))
    return decided


@given(LIVES)
def test_no_change_without_a_line_in_the_history_and_no_line_without_a_change(moves: Sequence[Move]):
    for before, after in pairwise(lived(moves)):
        lines = len(after.state.history) - len(before.state.history)
        assert after.state.revision == len(after.state.history)
        assert lines == (0 if after.state == before.state else 1)
        assert after.state.history[-1].status is after.state.status


@given(LIVES)
def test_a_refusal_changes_nothing_and_tells_nobody(moves: Sequence[Move]):
    for before, after in pairwise(lived(moves)):
        if refused(after):
            assert (after.state, after.emit) == (before.state, ())


@given(LIVES)
def test_the_changes_of_status_that_are_told_make_one_chain(moves: Sequence[Move]):
    decided = lived(moves)
    moved = [one for decision in decided for one in decision.emit if isinstance(one, ComplaintMoved)]

    assert [one.before for one in moved] == [Status.REGISTERED, *(one.status for one in moved)][: len(moved)]
    assert [one.revision for one in moved] == sorted({one.revision for one in moved})
    assert (moved[-1].status if moved else Status.REGISTERED) is decided[-1].state.status


@given(LIVES)
def test_where_a_complaint_stands_what_it_owes_is_there(moves: Sequence[Move]):
    for decision in lived(moves):
        life = decision.state
        if life.status in {Status.RESOLVED, Status.CLOSED}:
            assert life.resolutions
            assert not life.open_materials
        assert (life.root_cause is not None) <= (life.status is Status.CLOSED)
        assert (life.status is Status.DUPLICATE) == (life.merged_into is not None)
        assert life.assignee is None or life.assignee in life.worked_on_by


@given(LIVES)
def test_each_decision_is_told_once(moves: Sequence[Move]):
    decided = lived(moves)

    told = [one for decision in decided for one in decision.emit if isinstance(one, ComplaintResolved)]

    assert [one.decision for one in told] == [one.decision for one in decided[-1].state.resolutions]
