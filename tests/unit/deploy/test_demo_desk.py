"""What the demonstration's agents are given to do."""

from datetime import UTC, datetime, timedelta

from deploy.cli.demo_desk import planned
from deploy.cli.demo_tables import Line
from services.casework.settings import CaseworkSettings
from services.routing.settings import RoutingSettings
from shared.contracts import CloseComplaint, ReplyToCustomer, RequestMaterial, ResolveComplaint, TakeComplaint
from shared.contracts.vocabulary import ClockKind, NoticeKind, Status

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
FOLLOWED = ("refunded", "overturned", "british")
RECEIPT = {"kind": NoticeKind.RECEIPT, "state": "delivered"}


def a_line(complaint_id: str, due_in_h: int, team: str = "cross_border", status: Status = Status.ROUTED, **complaint: str) -> Line:
    clock = {"kind": ClockKind.RESOLUTION, "due_at": (NOW + timedelta(hours=due_in_h)).isoformat()}
    about = {"complaint_id": complaint_id, "number": complaint_id, "adapter": "webchat", "regime": "house", **complaint}
    return Line(about, None, {"team": team, "status": status}, [clock], [RECEIPT])


def three_to_follow() -> list[Line]:
    """Also where they are due soon."""
    return [a_line("refunded", 24, adapter="app-cn"), a_line("overturned", 48, adapter="app-cn"), a_line("british", 48, regime="uk_emoney")]


def test_one_is_left_one_is_asked_for_more_and_what_is_due_soon_is_closed():
    withdrawn = a_line("withdrawn", 48, status=Status.WITHDRAWN)
    work = planned([withdrawn, a_line("soon", 24), a_line("left", 48), a_line("asked", 48), *three_to_follow()], NOW)

    assert work.left.complaint_id == "left"
    assert tuple(one.complaint_id for one in (work.refunded, work.overturned, work.british)) == FOLLOWED
    assert work.ends == {"soon": Status.CLOSED, "asked": Status.WAITING_FOR_CUSTOMER, **dict.fromkeys(FOLLOWED, Status.IN_PROGRESS)}
    assert [[(type(one), one.complaint_id) for one in commands] for commands in work.rounds] == [
        [(TakeComplaint, one) for one in ("soon", "asked", *FOLLOWED)],
        [(ReplyToCustomer, one) for one in ("soon", "asked", *FOLLOWED)],
        [(RequestMaterial, "asked")],
        [(ResolveComplaint, "soon")],
        [(CloseComplaint, "soon")],
    ]
    assert {one.by for commands in work.rounds for one in commands} == {"cross-border-1"}


def test_the_organisation_has_an_agent_for_each_team_that_routing_chooses_and_the_cause_that_is_given():
    table, rulebook = RoutingSettings().table(), CaseworkSettings().rulebook()
    teams = {table.default_team, *(rule.team for rule in table.rules if rule.team)}
    later = [*(a_line(name, 48) for name in ("left", "asked")), *three_to_follow()]
    work = planned([*later, *(a_line(team, 24, team) for team in sorted(teams))], NOW)

    closed = {one.complaint_id for one in work.rounds[-1]}
    takers = {one.complaint_id: rulebook.organisation.by_id[one.by].team for one in work.rounds[0] if one.complaint_id in closed}
    causes = {one.root_cause for one in work.rounds[-1] if isinstance(one, CloseComplaint)}

    assert {str(one): str(team) for one, team in takers.items()} == {str(team): str(team) for team in teams}
    assert causes <= rulebook.root_causes.codes
