"""The review of a decision: who may ask for it and until when, who may decide it, and what it changes."""

from dataclasses import replace
from datetime import datetime

from services.casework.commands.deed import Deed, Refused
from services.casework.commands.ending import nothing_owed, told
from services.casework.life import Happening, Life, in_its_place
from services.casework.policies.organisation import Organisation, Person
from services.casework.policies.regimes import Regimes
from services.casework.policies.rulebook import Rulebook
from services.casework.records.aftermath import Appeal, AppealState
from services.casework.records.remedy import RemedyState
from services.casework.steps import name_of
from shared.contracts import (
    AppealComplaint,
    AppealDecided,
    AppealOpened,
    ApproveRemedy,
    ApproveResolution,
    CloseComplaint,
    DecideAppeal,
    EscalateComplaint,
    ExtendDeadline,
    LookUpTransaction,
    ProposeRemedy,
    RejectRemedy,
    RejectResolution,
    ReopenComplaint,
    ReplyToCustomer,
    RequestAccountAction,
    RequestMaterial,
    ResolveComplaint,
    TakeAppeal,
    WaiveMaterial,
)
from shared.contracts.vocabulary import AgentId, Outcome, Priority

HANDLES = frozenset(
    name_of(one)
    for one in (
        ReplyToCustomer,
        RequestMaterial,
        WaiveMaterial,
        LookUpTransaction,
        ProposeRemedy,
        ApproveRemedy,
        RejectRemedy,
        ExtendDeadline,
        EscalateComplaint,
        ResolveComplaint,
        ApproveResolution,
        RejectResolution,
        CloseComplaint,
        ReopenComplaint,
        RequestAccountAction,
    )
)
"""Who did one of these had a part in what came of it, whether or not the complaint was theirs."""
APPEALED = name_of(AppealComplaint)
MORE_URGENT = {Priority.LOW: Priority.NORMAL, Priority.NORMAL: Priority.HIGH, Priority.HIGH: Priority.URGENT}


def appeal(held: Life, command: AppealComplaint, rulebook: Rulebook, at: datetime) -> Deed:
    if held.appeal_of_newest:
        raise Refused("appealed-already")
    if held.open_appeal:
        raise Refused("appeal-open")
    return opened(held, Appeal(0, 0, command.by, at, Priority.NORMAL, reason=command.reason), rulebook.regimes)


def opened(held: Life, asked: Appeal, regimes: Regimes) -> Deed:
    """One review for each decision. What comes too late is answered with that, and with who else may be asked."""
    regime, decided_at = regimes.of(held.regime), held.resolutions[-1].at
    state = AppealState.OPEN if regime.may_still_appeal(decided_at, asked.opened_at) else AppealState.LATE
    urgency = held.priority or Priority.NORMAL
    number = len(held.appeals) + 1
    one = replace(asked, number=number, of=len(held.resolutions), priority=MORE_URGENT.get(urgency, urgency), state=state)
    event = AppealOpened(
        complaint_id=held.complaint_id,
        number=held.number,
        appeal=number,
        appeal_number=number_of(held, one),
        late=state is AppealState.LATE,
        regime=held.regime,
        outside_body=regime.outside_body,
        priority=one.priority,
        by=one.opened_by,
        opened_at=one.opened_at,
    )
    return Deed(replace(held, appeals=(*held.appeals, one)), [event], reason=number_of(held, one))


def take(held: Life, command: TakeAppeal, rulebook: Rulebook, _: datetime) -> Deed:
    one, person = _open(held), rulebook.organisation.by_id[command.by]
    if one.reviewer == command.by:
        raise Refused("yours-already")
    if one.reviewer is not None and not person.stands_above_the_teams:
        raise Refused("taken-already")
    _independent(held, person, rulebook.organisation)
    return Deed(_with(held, replace(one, reviewer=command.by)), reason=number_of(held, one))


def decide(held: Life, command: DecideAppeal, rulebook: Rulebook, at: datetime) -> Deed:
    """What the review brought is paid first; only then may a letter say so."""
    one = _open(held)
    first = held.resolutions[one.of - 1]
    if one.reviewer != command.by:
        raise Refused("not-yours")
    _independent(held, rulebook.organisation.by_id[command.by], rulebook.organisation)
    nothing_owed(held)
    brought = [remedy for remedy in held.remedies if remedy.appeal == one.number and remedy.state is RemedyState.DONE]
    if command.outcome is Outcome.MONETARY_RELIEF and not any(remedy.amount for remedy in brought):
        raise Refused("nothing-paid")
    decided = replace(
        one,
        state=AppealState.DECIDED,
        ruling=command.ruling,
        decision=command.decision or first.decision,
        outcome=command.outcome or first.outcome,
        why=command.reason,
        decided_at=at,
    )
    event = AppealDecided(
        complaint_id=held.complaint_id,
        number=held.number,
        appeal=one.number,
        appeal_number=number_of(held, one),
        ruling=command.ruling,
        decision=command.decision or first.decision,
        outcome=command.outcome or first.outcome,
        regime=held.regime,
        outside_body=rulebook.regimes.of(held.regime).outside_body,
        remedies=told(brought),
        text=command.text,
        by=command.by,
        decided_at=at,
    )
    return Deed(_with(held, decided), [event], reason=f"{number_of(held, one)}: {command.ruling}")


def number_of(held: Life, one: Appeal) -> str:
    """`RD-7K3MQ-2XV9H-5/A1`: whoever reads it on the phone still finds the complaint."""
    return f"{held.number}/A{one.number}"


def took_part(held: Life) -> frozenset[AgentId]:
    """Everybody who worked on the complaint, decided it or its remedies, agreed to a decision or sent it back, or reviewed it before."""
    review = held.open_appeal
    number, reviewer = (review.number, review.reviewer) if review else (0, None)
    decided = [who for one in held.resolutions for who in (one.by, one.approved_by)]
    paid = [who for one in held.remedies if one.appeal != number for who in (one.proposed_by, one.decided_by)]
    reviewed = [one.reviewer for one in held.appeals if one.number != number]
    asked = [one.by for one in held.lookups if one.by != reviewer]
    handled = [one.by for one in _before_the_appeal(held) if one.what in HANDLES]
    return frozenset(who for who in (*held.worked_on_by, *decided, *paid, *reviewed, *asked, *handled) if who)


def _before_the_appeal(held: Life) -> tuple[Happening, ...]:
    """All of the history while none is open."""
    opened = [place for place, one in enumerate(held.history) if one.what == APPEALED]
    return held.history[: opened[-1]] if held.open_appeal and opened else held.history


def _independent(held: Life, person: Person, organisation: Organisation) -> None:
    """Raises `Refused` where the reviewer, or anybody above them, had a part in it."""
    part = took_part(held)
    if person.id in part:
        raise Refused("took-part")
    if part & set(organisation.above(person)):
        raise Refused("reports-to-who-decided")


def _open(held: Life) -> Appeal:
    if held.open_appeal is None:
        raise Refused("no-open-appeal")
    return held.open_appeal


def _with(held: Life, one: Appeal) -> Life:
    return replace(held, appeals=in_its_place(held.appeals, one))
