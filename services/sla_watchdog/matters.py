"""Matters of a complaint that may be there several times, each with a clock of its own: appeals, remedies, referrals."""

from dataclasses import replace

from services.sla_watchdog.clocks import Clocks
from services.sla_watchdog.heard import Matter
from services.sla_watchdog.standing import IN_ORDER, begun, settled
from services.sla_watchdog.targets import Targets
from shared.contracts import AppealDecided, AppealOpened, ReferralAnswered, ReferralOpened, RemedyMoved
from shared.contracts.vocabulary import ClockKind, RemedyStep
from shared.decision import Decision


def open_appeal(held: Clocks, event: AppealOpened, targets: Targets) -> Decision[Clocks]:
    if event.late:
        return Decision.unchanged(held, "late-appeal")
    return _hear(held, Matter(*_appeal(event.appeal), opened_at=event.opened_at), targets, "appeal-started")


def decide_appeal(held: Clocks, event: AppealDecided, targets: Targets) -> Decision[Clocks]:
    return _hear(held, Matter(*_appeal(event.appeal), met_at=event.decided_at), targets, "appeal-decided")


def open_referral(held: Clocks, event: ReferralOpened, targets: Targets) -> Decision[Clocks]:
    """The outside body's own date where it has set one."""
    said = Matter(*_referral(event.referral), opened_at=event.opened_at, due_at=event.answer_due_at)
    return _hear(held, said, targets, "referral-started")


def answer_referral(held: Clocks, event: ReferralAnswered, targets: Targets) -> Decision[Clocks]:
    return _hear(held, Matter(*_referral(event.referral), met_at=event.answered_at), targets, "referral-answered")


def move_remedy(held: Clocks, event: RemedyMoved, targets: Targets) -> Decision[Clocks]:
    """From approved to done. One that failed or was set aside is owed no more, but perhaps another one in its place."""
    kind, about = ClockKind.REMEDY_PAID, f"remedy/{event.remedy}"
    match event.step:
        case RemedyStep.APPROVED:
            said = Matter(kind, about, opened_at=event.moved_at)
        case RemedyStep.DONE:
            said = Matter(kind, about, met_at=event.moved_at)
        case _:
            said = Matter(kind, about, stopped_at=event.moved_at)
    return _hear(held, said, targets, f"remedy-{event.step}")


def _hear(held: Clocks, said: Matter, targets: Targets, what: str) -> Decision[Clocks]:
    """The clock starts once the beginning is known, also where the end was heard first."""
    others = tuple(one for one in held.matters if (one.kind, one.about) != (said.kind, said.about))
    known = next((one.joined(said) for one in held.matters if one not in others), said)
    matters = tuple(sorted((*others, known), key=lambda one: (IN_ORDER.index(one.kind), one.about)))
    state = replace(held, matters=matters)
    return Decision(settled(begun(state, known.kind, targets.of(known.kind), known.about) if known.opened_at else state), what=what)


def _appeal(number: int) -> tuple[ClockKind, str]:
    return ClockKind.APPEAL_REVIEW, f"appeal/{number}"


def _referral(number: int) -> tuple[ClockKind, str]:
    return ClockKind.REFERRAL_ANSWER, f"referral/{number}"
