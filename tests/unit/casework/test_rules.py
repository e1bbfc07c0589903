from dataclasses import replace
from datetime import timedelta

import pytest

from services.casework import rules
from services.casework.commands.handling import MOST_NOTES
from services.casework.life import CUSTOMER, Life, Note
from services.casework.records.material import MaterialState
from services.casework.steps import COMMANDS, name_of
from shared.contracts import (
    AddNote,
    AssignComplaint,
    CaseworkCommand,
    CloseComplaint,
    ComplaintMoved,
    ComplaintResolved,
    ComplaintsLinked,
    CustomerAnswered,
    DeadlineExtended,
    EscalateComplaint,
    EscalationRequested,
    ExtendDeadline,
    LinkComplaints,
    MaterialRequested,
    MergeDuplicate,
    ReopenComplaint,
    ReplyToCustomer,
    RequestHigherLevel,
    RequestMaterial,
    ResolveComplaint,
    TakeComplaint,
    UnlinkComplaints,
    WaiveMaterial,
    WithdrawComplaint,
)
from shared.contracts.vocabulary import ComplaintId, LinkKind, Material, MessageKind, Status, Verdict
from tests.builders import a_command_of_each_kind, a_complaint_escalated, a_complaint_routed, a_follow_up_received
from tests.unit.casework.lives import (
    AGENT,
    AT,
    COLLEAGUE,
    COMPLAINT,
    COMPLIANCE,
    LIVES,
    OTHER,
    REGISTERED,
    ROUTED,
    RULEBOOK,
    SENIOR,
    STRANGER,
    SUPERVISOR,
    TAKEN,
    after,
    obeyed,
    refused,
)

CASES = [(command, status) for command in COMMANDS for status in Status]


@pytest.mark.parametrize(("command", "status"), CASES, ids=[f"{name_of(command)}-{status}" for command, status in CASES])
def test_a_command_is_refused_exactly_where_the_table_has_no_way(command: type[CaseworkCommand], status: Status):
    held = LIVES[status]

    decided = obeyed(held, command, COMPLIANCE)

    if status in COMMANDS[command]:
        assert refused(decided) not in ("wrong-status", "not-permitted")
    else:
        assert (refused(decided), decided.state, decided.emit) == ("wrong-status", held, ())


def test_the_whole_way_of_a_complaint_and_who_went_it():
    life = after(ROUTED, TakeComplaint, RequestMaterial)
    life = rules.hear_the_customer(life, a_follow_up_received(kind=MessageKind.MATERIAL), RULEBOOK, AT).state
    life = after(life, ReplyToCustomer, ResolveComplaint, CloseComplaint)

    assert [(one.what, one.by, one.status) for one in life.history[2:]] == [
        ("take", AGENT, Status.IN_PROGRESS),
        ("request-material", AGENT, Status.WAITING_FOR_CUSTOMER),
        ("material-received", CUSTOMER, Status.IN_PROGRESS),
        ("reply", AGENT, Status.IN_PROGRESS),
        ("resolve", AGENT, Status.RESOLVED),
        ("close", AGENT, Status.CLOSED),
    ]
    assert [one.revision for one in life.history] == list(range(1, 9))


def test_every_change_of_status_is_told_with_its_revision_and_nothing_else_is():
    taken, noted = obeyed(ROUTED, TakeComplaint), obeyed(TAKEN, AddNote)

    [moved] = taken.emit
    assert isinstance(moved, ComplaintMoved)
    assert (moved.before, moved.status, moved.revision, moved.by) == (Status.ROUTED, Status.IN_PROGRESS, taken.state.revision, AGENT)
    assert (noted.emit, noted.state.revision) == ([], TAKEN.revision + 1)


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (ReplyToCustomer, CustomerAnswered),
        (RequestMaterial, MaterialRequested),
        (EscalateComplaint, EscalationRequested),
        (RequestHigherLevel, EscalationRequested),
        (ExtendDeadline, DeadlineExtended),
        (ResolveComplaint, ComplaintResolved),
        (LinkComplaints, ComplaintsLinked),
        (MergeDuplicate, ComplaintsLinked),
    ],
)
def test_a_command_tells_the_others(command: type[CaseworkCommand], event: type):
    decided = obeyed(TAKEN, command, SUPERVISOR)

    assert [type(one) for one in decided.emit if not isinstance(one, ComplaintMoved)] == [event]


@pytest.mark.parametrize(
    ("held", "command", "by", "changes", "slug"),
    [
        (TAKEN, ReplyToCustomer, "nobody-1", {}, "unknown-agent"),
        (TAKEN, ExtendDeadline, AGENT, {}, "not-permitted"),
        (TAKEN, ReplyToCustomer, COLLEAGUE, {}, "not-yours"),
        (TAKEN, ReplyToCustomer, AGENT, {"expects": TAKEN.revision - 1}, "changed-meanwhile"),
        (TAKEN, TakeComplaint, AGENT, {}, "yours-already"),
        (ROUTED, TakeComplaint, STRANGER, {}, "another-teams"),
        (TAKEN, TakeComplaint, COLLEAGUE, {}, "taken-already"),
        (TAKEN, AssignComplaint, SENIOR, {"assignee": "nobody-1"}, "unknown-assignee"),
        (TAKEN, AssignComplaint, SENIOR, {"assignee": STRANGER}, "another-teams"),
        (TAKEN, AssignComplaint, "fees-senior", {}, "another-teams"),
        (TAKEN, AssignComplaint, SENIOR, {"assignee": AGENT}, "assigned-already"),
        (after(TAKEN, RequestMaterial), RequestMaterial, AGENT, {"materials": (Material.SCREENSHOT,)}, "asked-for-already"),
        (after(TAKEN, RequestMaterial), WaiveMaterial, AGENT, {"materials": (Material.AMOUNT,)}, "not-asked-for"),
        (TAKEN, ExtendDeadline, SUPERVISOR, {"due_at": AT}, "due-in-the-past"),
        (LIVES[Status.RESOLVED], CloseComplaint, AGENT, {"root_cause": "moon.phase.full"}, "unknown-root-cause"),
        (TAKEN, LinkComplaints, AGENT, {"other": COMPLAINT}, "same-complaint"),
        (TAKEN, MergeDuplicate, SENIOR, {"into": COMPLAINT}, "same-complaint"),
        (after(TAKEN, LinkComplaints), LinkComplaints, AGENT, {}, "linked-already"),
        (TAKEN, UnlinkComplaints, AGENT, {}, "not-linked"),
    ],
)
def test_a_refusal_has_a_slug_and_changes_nothing(held: Life, command: type[CaseworkCommand], by: str, changes: dict, slug: str):
    decided = obeyed(held, command, by, **changes)

    assert (refused(decided), decided.state, decided.emit) == (slug, held, ())


def test_who_stands_above_the_teams_acts_on_anybodys_complaint_and_takes_it_over():
    assert refused(obeyed(TAKEN, ReplyToCustomer, SUPERVISOR)) is None
    assert obeyed(TAKEN, TakeComplaint, SUPERVISOR).state.assignee == SUPERVISOR
    assert obeyed(TAKEN, AssignComplaint, SUPERVISOR, assignee=STRANGER).state.assignee == STRANGER


def test_everybody_who_had_it_is_remembered_in_order():
    life = obeyed(obeyed(TAKEN, AssignComplaint, SENIOR).state, AssignComplaint, SENIOR, assignee=AGENT).state

    assert life.worked_on_by == (AGENT, COLLEAGUE)


def test_what_the_agent_saw_may_be_named_and_is_compared():
    assert refused(obeyed(TAKEN, ReplyToCustomer, expects=TAKEN.revision)) is None


def test_only_what_was_not_asked_for_yet_is_asked_for():
    asked = obeyed(after(TAKEN, RequestMaterial), RequestMaterial, materials=(Material.SCREENSHOT, Material.AMOUNT))

    assert [one.materials for one in asked.emit if isinstance(one, MaterialRequested)] == [(Material.AMOUNT,)]


def test_waiting_ends_when_the_last_of_the_material_is_waived():
    waiting = after(TAKEN, RequestMaterial)

    first = obeyed(waiting, WaiveMaterial)
    second = obeyed(first.state, WaiveMaterial, materials=(Material.TRANSACTION_ID,))

    assert (first.state.status, second.state.status) == (Status.WAITING_FOR_CUSTOMER, Status.IN_PROGRESS)
    assert [one.state for one in second.state.materials] == [MaterialState.WAIVED, MaterialState.WAIVED]


@pytest.mark.parametrize("kind", [MessageKind.CHASER, MessageKind.PROGRESS, MessageKind.THANKS])
def test_a_chaser_is_no_answer_to_our_question(kind: MessageKind):
    waiting = after(TAKEN, RequestMaterial)

    assert rules.hear_the_customer(waiting, a_follow_up_received(kind=kind), RULEBOOK, AT).state.status is Status.WAITING_FOR_CUSTOMER


def test_a_strangers_message_ends_nothing():
    waiting = after(TAKEN, RequestMaterial)
    heard = rules.hear_the_customer(waiting, a_follow_up_received(kind=MessageKind.WITHDRAWAL, owner_known=False), RULEBOOK, AT)

    assert (heard.state, heard.what) == (waiting, "owner-unknown")


@pytest.mark.parametrize("status", [Status.ROUTED, Status.IN_PROGRESS, Status.WAITING_FOR_CUSTOMER])
def test_the_customer_may_withdraw_for_as_long_as_it_is_open(status: Status):
    heard = rules.hear_the_customer(LIVES[status], a_follow_up_received(kind=MessageKind.WITHDRAWAL), RULEBOOK, AT)

    assert heard.state.status is Status.WITHDRAWN
    assert [(one.status, one.by) for one in heard.emit if isinstance(one, ComplaintMoved)] == [(Status.WITHDRAWN, CUSTOMER)]


def test_a_follow_up_to_a_closed_complaint_never_reopens_it():
    closed = LIVES[Status.CLOSED]

    assert rules.hear_the_customer(closed, a_follow_up_received(kind=MessageKind.COMPLAINT), RULEBOOK, AT).state.status is Status.CLOSED


def test_a_complaint_that_is_taken_up_again_keeps_its_first_decision():
    again = obeyed(LIVES[Status.CLOSED], ReopenComplaint, SENIOR).state
    second = obeyed(again, ResolveComplaint, AGENT, decision=Verdict.PARTLY_UPHELD).state

    assert [one.decision for one in second.resolutions] == [Verdict.UPHELD, Verdict.PARTLY_UPHELD]
    assert (again.root_cause, second.status) == (None, Status.RESOLVED)


def test_the_team_above_has_it_and_nobody_of_it_yet_whatever_comes_first():
    routed, escalated = a_complaint_routed(), a_complaint_escalated(level=1)

    one = rules.hand_up(rules.route(REGISTERED, routed).state, escalated).state
    other = rules.route(rules.hand_up(REGISTERED, escalated).state, routed).state

    assert (one.team, one.level, one.assignee, one.status) == (other.team, other.level, other.assignee, other.status)
    assert rules.hand_up(TAKEN, escalated).state.assignee is None
    assert rules.hand_up(one, escalated).what == "stands-higher-already"


@pytest.mark.parametrize("how", list(LinkKind))
def test_a_link_shows_on_both_sides(how: LinkKind):
    linked = rules.link_back(
        TAKEN, ComplaintsLinked(complaint_id=OTHER, other=COMPLAINT, how=LinkKind.LINKED, by=AGENT, linked_at=AT)
    ).state
    event = ComplaintsLinked(complaint_id=OTHER, other=COMPLAINT, how=how, by=AGENT, linked_at=AT + timedelta(seconds=1))

    life = rules.link_back(linked, event).state

    assert (life.linked, life.duplicates) == {
        LinkKind.LINKED: ((OTHER,), ()),
        LinkKind.REPEAT: ((OTHER,), ()),
        LinkKind.UNLINKED: ((), ()),
        LinkKind.MERGED: ((OTHER,), (OTHER,)),
    }[how]


def test_of_two_words_about_a_link_the_newest_counts_in_whatever_order_they_are_heard():
    ways = ((LinkKind.LINKED, AT), (LinkKind.UNLINKED, AT + timedelta(seconds=1)))
    first, second = (ComplaintsLinked(complaint_id=OTHER, other=COMPLAINT, how=how, by=AGENT, linked_at=at) for how, at in ways)

    forwards = rules.link_back(rules.link_back(TAKEN, first).state, second).state
    backwards = rules.link_back(rules.link_back(TAKEN, second).state, first).state

    assert (forwards.linked, backwards.linked) == ((), ())


def test_who_complains_all_day_makes_no_complaint_grow_without_end():
    full = replace(TAKEN, linked=tuple(ComplaintId(f"complaint-{number}") for number in range(rules.MOST_REPEATS)))
    event = ComplaintsLinked(complaint_id=OTHER, other=COMPLAINT, how=LinkKind.REPEAT, by="system", linked_at=AT)

    assert rules.link_back(full, event).state == full


def test_a_complaint_that_has_duplicates_is_no_duplicate_itself():
    event = ComplaintsLinked(complaint_id=OTHER, other=COMPLAINT, how=LinkKind.MERGED, by=AGENT, linked_at=AT)

    assert refused(obeyed(rules.link_back(TAKEN, event).state, MergeDuplicate, SENIOR)) == "has-duplicates-itself"


def test_a_withdrawn_complaint_takes_no_more_answers():
    assert refused(obeyed(LIVES[Status.WITHDRAWN], ReplyToCustomer)) == "wrong-status"
    assert refused(obeyed(TAKEN, WithdrawComplaint)) is None


def test_every_command_has_an_example_here():
    assert {type(one) for one in a_command_of_each_kind()} == set(COMMANDS)


def test_nothing_is_resolved_while_material_is_open_whatever_way_it_came_there():
    waiting = after(TAKEN, RequestMaterial)
    again = obeyed(after(waiting, WithdrawComplaint), ReopenComplaint, SENIOR).state

    assert (again.status, again.open_materials) == (Status.IN_PROGRESS, ())
    assert refused(obeyed(replace(waiting, status=Status.IN_PROGRESS), ResolveComplaint)) == "material-open"


def test_what_was_put_away_as_a_duplicate_is_taken_up_again_where_another_one_is_merged_into_it():
    put_away = replace(TAKEN, status=Status.DUPLICATE, merged_into=ComplaintId("another"))
    event = ComplaintsLinked(complaint_id=OTHER, other=COMPLAINT, how=LinkKind.MERGED, by=SENIOR, linked_at=AT)

    heard = rules.link_back(put_away, event)

    assert (heard.state.status, heard.state.merged_into, heard.state.duplicates) == (Status.IN_PROGRESS, None, (OTHER,))
    assert [one.status for one in heard.emit if isinstance(one, ComplaintMoved)] == [Status.IN_PROGRESS]


def test_two_complaints_that_are_merged_into_each_other_leave_one_to_work_on():
    first, second = sorted([COMPLAINT, OTHER])
    held = {first: replace(TAKEN, complaint_id=first, status=Status.DUPLICATE, merged_into=second)}
    held[second] = replace(TAKEN, complaint_id=second, status=Status.DUPLICATE, merged_into=first)
    told = {
        other: ComplaintsLinked(complaint_id=one, other=other, how=LinkKind.MERGED, by=SENIOR, linked_at=AT)
        for one, other in ((first, second), (second, first))
    }

    ended = {one: rules.link_back(held[one], event).state for one, event in told.items()}

    assert (ended[first].status, ended[first].merged_into) == (Status.IN_PROGRESS, None)
    assert (ended[second].status, ended[second].merged_into) == (Status.DUPLICATE, first)


def test_a_duplicate_may_be_taken_up_again():
    again = obeyed(LIVES[Status.DUPLICATE], ReopenComplaint, SENIOR).state

    assert (again.status, again.merged_into) == (Status.IN_PROGRESS, None)


@pytest.mark.parametrize("command", [WithdrawComplaint, MergeDuplicate, ReopenComplaint])
def test_nobody_ends_or_takes_up_another_teams_complaint(command: type[CaseworkCommand]):
    held = LIVES[Status.RESOLVED] if command is ReopenComplaint else TAKEN

    assert refused(obeyed(held, command, "fees-senior")) == "another-teams"


def test_an_escalation_of_a_resolved_complaint_leaves_it_to_who_resolved_it():
    resolved = LIVES[Status.RESOLVED]

    assert rules.hand_up(resolved, a_complaint_escalated(level=1)).state.assignee == resolved.assignee


def test_a_link_that_is_known_changes_nothing():
    event = ComplaintsLinked(complaint_id=OTHER, other=COMPLAINT, how=LinkKind.LINKED, by=AGENT, linked_at=AT)
    linked = rules.link_back(TAKEN, event).state

    assert (rules.link_back(linked, event).state, rules.link_back(linked, event).what) == (linked, "known-already")


def test_a_complaint_holds_so_many_notes():
    full = replace(TAKEN, notes=(Note(AGENT, AT, "x"),) * MOST_NOTES)

    assert refused(obeyed(full, AddNote)) == "too-many-notes"
