"""Lives of a complaint as the others would tell them, drawn at random: moves along the state machine, words, letters, and matters."""

from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import strategies as st

from shared.contracts.vocabulary import ClockKind, NoticeKind, RemedyStep, Status
from tests.unit.sla_watchdog.hearing import (
    HOUR,
    WAITS,
    Step,
    answered,
    appealed,
    asked,
    body_answered,
    extended,
    letter,
    moved,
    referred,
    remedy,
    resolved,
    reviewed,
    routed,
)

NEXT = {
    Status.REGISTERED: (Status.ROUTED,),
    Status.ROUTED: (Status.IN_PROGRESS, Status.IN_PROGRESS, Status.WITHDRAWN, Status.DUPLICATE),
    Status.IN_PROGRESS: (*WAITS, *WAITS, Status.RESOLVED, Status.WITHDRAWN),
    **dict.fromkeys(WAITS, (Status.IN_PROGRESS, Status.IN_PROGRESS, Status.WITHDRAWN)),
    Status.RESOLVED: (Status.CLOSED, Status.IN_PROGRESS),
    Status.CLOSED: (Status.IN_PROGRESS,),
    Status.WITHDRAWN: (Status.IN_PROGRESS,),
    Status.DUPLICATE: (Status.IN_PROGRESS,),
}
HAPPENS = ("move", "move", "move", "answer", "extend", "ask", "letter", "bounce", "matter", "matter end")
LETTERS = (NoticeKind.HOLDING_REPLY, NoticeKind.OUTCOME, NoticeKind.EXTENSION)
OPENS = (appealed, referred, lambda number, after: remedy(number, RemedyStep.APPROVED, after))
ENDS = (
    reviewed,
    body_answered,
    lambda number, after: remedy(number, RemedyStep.DONE, after),
    lambda number, after: remedy(number, RemedyStep.FAILED, after),
)


@dataclass
class Life:
    """`heard` in the order in which it happened, each with its moment; `standing` says from which moment on which status held."""

    heard: list[tuple[timedelta, Step]] = field(default_factory=lambda: [(timedelta(0), routed())])
    standing: list[tuple[timedelta, Status]] = field(default_factory=lambda: [(timedelta(0), Status.REGISTERED)])

    @property
    def steps(self) -> list[Step]:
        return [step for _, step in self.heard]


@st.composite
def lives(draw: st.DrawFn, *, longest: int = 10) -> Life:
    """Hours pass between one thing and the next, sometimes none."""
    life, at, revision = Life(), timedelta(0), 1
    for _ in range(draw(st.integers(0, longest))):
        at += draw(st.integers(0, 70)) * HOUR
        revision += draw(st.integers(1, 3))
        what = draw(st.sampled_from(HAPPENS))
        if what == "move":
            _moves(draw, life, at, revision)
        else:
            life.heard.append((at, _happens(draw, what, at)))
    return life


def _moves(draw: st.DrawFn, life: Life, at: timedelta, revision: int) -> None:
    before = life.standing[-1][1]
    if not NEXT[before]:
        return
    status = draw(st.sampled_from(NEXT[before]))
    life.heard.append((at, moved(revision, before, status, at)))
    life.heard += [(at, resolved(at))] if status is Status.RESOLVED else []
    life.heard += [(at, asked(at))] if status is Status.WAITING_FOR_CUSTOMER else []
    life.standing.append((at, status))


def _happens(draw: st.DrawFn, what: str, at: timedelta) -> Step:
    number = draw(st.integers(1, 2))
    match what:
        case "answer":
            return answered(at)
        case "ask":
            return asked(at)
        case "letter" | "bounce":
            return letter(f"notice-{number}", draw(st.sampled_from(LETTERS)), at if what == "letter" else None, at)
        case "matter":
            return draw(st.sampled_from(OPENS))(number, at)
        case "matter end":
            return draw(st.sampled_from(ENDS))(number, at)
        case _:
            return extended(draw(st.sampled_from(ClockKind)), at, at + draw(st.integers(1, 150)) * HOUR)
