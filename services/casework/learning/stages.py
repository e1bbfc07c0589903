"""How long complaints take from stage to stage of their lives: median and ninetieth percentile."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from services.casework.learning.counting import Document, first_time, summed, tenths_of_hours

STAGES = (
    ("received to routed", "received", "routed"),
    ("routed to taken", "routed", "taken"),
    ("taken to resolved", "taken", "resolved"),
    ("received to resolved", "received", "resolved"),
    ("resolved to closed", "resolved", "closed"),
)


def counts(of: Document) -> list[Document]:
    """Each complaint's way through each stage, counted by tenths of an hour: so no list of all of them is ever made."""
    moments = {
        "received": {"$toDate": "$state.received_at"},
        "routed": first_time({"$eq": ["$$this.what", "routed"]}),
        "taken": first_time({"$in": ["$$this.what", ["take", "assign"]]}),
        "resolved": first_time({"$eq": ["$$this.status", "resolved"]}),
        "closed": first_time({"$eq": ["$$this.status", "closed"]}),
    }
    ways = [{"stage": name, "tenths": tenths_of_hours(f"${begun}", f"${ended}")} for name, begun, ended in STAGES]
    return [
        {"$project": {"group": of, **moments}},
        {"$project": {"group": 1, "ways": ways}},
        {"$unwind": "$ways"},
        {"$match": {"ways.tenths": {"$ne": None}}},
        summed({"group": "$group", "stage": "$ways.stage", "tenths": "$ways.tenths"}, {}),
    ]


def lines(found: Sequence[Document]) -> list[dict[str, Any]]:
    ways: dict[tuple[str | None, str], dict[int, int]] = defaultdict(dict)
    for one in found:
        ways[one["_id"]["group"], one["_id"]["stage"]][int(one["_id"]["tenths"])] = one["count"]
    return [
        {
            "group": group,
            "stage": stage,
            "complaints": sum(ways[group, stage].values()),
            "median_hours": percentile(ways[group, stage], 50) / 10,
            "p90_hours": percentile(ways[group, stage], 90) / 10,
        }
        for group in sorted({group for group, _ in ways}, key=str)
        for stage, _, _ in STAGES
        if (group, stage) in ways
    ]


def percentile(counted: Mapping[int, int], percent: int) -> int:
    """The least value that so many percent of all, or more, do not exceed. Raises `ValueError` where nothing was counted."""
    owed, values = -(-sum(counted.values()) * percent // 100), sorted(counted)
    for value in values:
        owed -= counted[value]
        if owed <= 0:
            return value
    raise ValueError("nothing was counted")
