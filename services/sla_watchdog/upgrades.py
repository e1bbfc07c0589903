"""What was stored before is read as if it had always been as it is today. Stored clocks keep their moments and what was told of them."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from services.sla_watchdog.clocks import ClockState
from shared.storage import Document

SCHEMA = 3
TOLD = {ClockState.APPROACHING: 1, ClockState.MISSED: 2, ClockState.MET_LATE: 2}
HOUR = timedelta(hours=1)
DURATION = TypeAdapter(timedelta)


def upgrade(found: int, state: Document) -> Document:
    """Before schema 2 no clock moved, and there was one resolution. Before schema 3 there was one warning, and targets were in hours."""
    state = _since_2(state) if found < 2 else state
    answers = [state["answered_at"]] if state.get("answered_at") else []
    return {**state, "answers": answers, "clocks": [_since_3(one) for one in state["clocks"]]}


def _since_2(state: Document) -> Document:
    resolved_at = state.get("resolved_at")
    return {**state, "resolutions": [resolved_at] if resolved_at else [], "clocks": [_with_terms(one) for one in state["clocks"]]}


def _with_terms(clock: Document) -> Document:
    started_at, approaches_at, due_at = (datetime.fromisoformat(clock[name]) for name in ("started_at", "approaches_at", "due_at"))
    target = due_at - started_at
    return {**clock, "terms": {"target": target, "approaching_share": (approaches_at - started_at) / target}}


def _since_3(clock: Document) -> Document:
    terms: dict[str, Any] = clock["terms"]
    target = {"count": DURATION.validate_python(terms["target"]) / HOUR}
    return {
        **clock,
        "terms": {**terms, "target": target, "warnings": [terms["approaching_share"]]},
        "warns_at": [clock["approaches_at"]],
        "told": TOLD.get(clock["state"], 0),
    }
