"""Whether the watchdog, told in any order what was said of a complaint, has its clocks as the complaint stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.sla_watchdog.clocks import Clock, Clocks, ClockState
from services.sla_watchdog.handlers import inbox
from services.sla_watchdog.rules import fire
from services.sla_watchdog.settings import SlaWatchdogSettings
from services.sla_watchdog.targets import Targets
from shared.contracts import ComplaintRegistered, Message
from shared.contracts.vocabulary import ClockKind
from shared.decision import Create, Transition
from shared.storage import Document

FACTS: Mapping[type, Any] = {Targets: SlaWatchdogSettings().targets()}
HEARS = {one.contract: one for one in inbox.subscriptions}
RUNS = (ClockState.RUNNING, ClockState.APPROACHING)
OPEN = ("routed", "in_progress", "waiting_for_customer", "waiting_for_third_party")
WAITING = ("waiting_for_customer", "waiting_for_third_party")


def wrong(state: Document, said: Sequence[Message], now: datetime) -> list[str]:
    """One that ran out is missed, whatever became of the complaint since."""
    clocks = fire(told(said), now).state
    found = {(one.kind, one.about): one for one in clocks.clocks}
    wanted = _wanted(state)
    return [
        f"{kind} {about}: {clock.state if clock else 'missing'}, while the complaint is {state['status']}"
        for (kind, about), runs in wanted.items()
        if not _is_right(clock := found.get((kind, about)), runs=runs)
    ] + _wrong_pause(state, found.get((ClockKind.RESOLUTION, "")))


def told(said: Sequence[Message]) -> Clocks:
    """What comes before the registration is kept until then: the write path does that, and has its own tests."""
    registered = next(one for one in said if isinstance(one, ComplaintRegistered))
    created = _react(registered)
    assert isinstance(created, Create)
    held: Clocks = created.decision.state
    for one in said:
        if type(one) in HEARS and one is not registered:
            moved = _react(one)
            assert isinstance(moved, Transition)
            held = moved.decide(held).state
    return held


def _react(message: Message) -> object:
    handler = HEARS[type(message)]
    return handler.handler(message, *(FACTS[one] for one in handler.wants))


def _wanted(state: Document) -> dict[tuple[ClockKind, str], bool]:
    """Which clocks run: the complaint's own while it is open, one for each remedy with the wallet, one for a review."""
    wanted = {(ClockKind.RESOLUTION, ""): state["status"] in OPEN}
    wanted |= {(ClockKind.REMEDY_PAID, f"remedy/{one['number']}"): one["state"] in ("approved", "pending") for one in state["remedies"]}
    return wanted | {(ClockKind.APPEAL_REVIEW, f"appeal/{one['number']}"): one["state"] == "open" for one in state["appeals"]}


def _is_right(clock: Clock | None, *, runs: bool) -> bool:
    if clock is None:
        return not runs
    return clock.state is ClockState.MISSED or (clock.state in RUNS) is runs


def _wrong_pause(state: Document, resolution: Clock | None) -> list[str]:
    waits = state["status"] in WAITING
    stands_still = resolution is not None and resolution.paused_since is not None
    return [f"the resolution {'stands still' if stands_still else 'runs'} in {state['status']}"] if waits is not stands_still else []
