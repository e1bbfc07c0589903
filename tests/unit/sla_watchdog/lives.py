"""Lives of a complaint as casework would tell them, drawn at random: moves along the state machine, answers, extensions."""

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import strategies as st

from shared.contracts.vocabulary import ClockKind, Status
from tests.unit.sla_watchdog.hearing import HOUR, Step, answered, extended, moved, resolved, routed

WAITS = (Status.WAITING_FOR_CUSTOMER, Status.WAITING_FOR_THIRD_PARTY)
NEXT = {
    Status.REGISTERED: (Status.ROUTED,),
    Status.ROUTED: (Status.IN_PROGRESS, Status.IN_PROGRESS, Status.WITHDRAWN, Status.DUPLICATE),
    Status.IN_PROGRESS: (*WAITS, *WAITS, Status.RESOLVED, Status.WITHDRAWN),
    **dict.fromkeys(WAITS, (Status.IN_PROGRESS, Status.IN_PROGRESS, Status.WITHDRAWN)),
    Status.RESOLVED: (Status.CLOSED, Status.IN_PROGRESS),
    Status.CLOSED: (Status.IN_PROGRESS,),
    Status.WITHDRAWN: (Status.IN_PROGRESS,),
    Status.DUPLICATE: (),
}


@dataclass(frozen=True)
class Life:
    """`heard` in the order in which it happened, each with its moment; `standing` says from which moment on which status held."""

    heard: tuple[tuple[timedelta, Step], ...]
    standing: tuple[tuple[timedelta, Status], ...]

    @property
    def steps(self) -> list[Step]:
        return [step for _, step in self.heard]


@st.composite
def lives(draw: st.DrawFn, *, longest: int = 8) -> Life:
    """Hours pass between one thing and the next, sometimes none."""
    heard: list[tuple[timedelta, Step]] = [(timedelta(0), routed())]
    standing = [(timedelta(0), Status.REGISTERED)]
    at, status, revision = timedelta(0), Status.REGISTERED, 1
    for _ in range(draw(st.integers(0, longest))):
        at += draw(st.integers(0, 70)) * HOUR
        revision += draw(st.integers(1, 3))
        what = draw(st.sampled_from(("move", "move", "move", "answer", "extend")))
        if what == "answer":
            heard.append((at, answered(at)))
        elif what == "extend":
            due = at + draw(st.integers(1, 150)) * HOUR
            heard.append((at, extended(draw(st.sampled_from(ClockKind)), at, due)))
        elif NEXT[status]:
            before, status = status, draw(st.sampled_from(NEXT[status]))
            heard.append((at, moved(revision, before, status, at)))
            heard += [(at, resolved(at))] if status is Status.RESOLVED else []
            standing.append((at, status))
    return Life(tuple(heard), tuple(standing))
