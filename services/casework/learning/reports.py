"""What can be learned from many complaints at once: for each report what the database counts, and the lines that come of it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.casework.learning import stages
from services.casework.learning.counting import Document, field, how_many, list_of, one_where, summed

Row = dict[str, Any]
"""A line of a report."""

ATTITUDES = (1, 2, 3, 4, 5)
RULINGS = ("uphold", "change", "overturn")


class About(StrEnum):
    SATISFACTION = "satisfaction"
    REPEATS = "repeats"
    ROOT_CAUSES = "root-causes"
    REMEDIES = "remedies"
    STAGES = "stages"
    APPEALS = "appeals"


class By(StrEnum):
    TEAM = "team"
    CATEGORY = "category"
    REGIME = "regime"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Report:
    """`counts` goes to the database, after the complaints were chosen; `lines` makes rows of what it yields."""

    columns: tuple[str, ...]
    counts: Callable[[Document], list[Document]]
    lines: Callable[[Sequence[Document]], list[Row]]


def _satisfaction(of: Document) -> list[Document]:
    surveys = list_of("surveys")
    said = {f"attitude_{one}": how_many(surveys, {"$eq": ["$$this.attitude", one]}) for one in ATTITUDES}
    solved = {name: how_many(surveys, {"$eq": ["$$this.solved", value]}) for name, value in (("solved", True), ("unsolved", False))}
    return [summed(of, {"resolved": {"$size": list_of("resolutions")}, "answered": {"$size": surveys}, **solved, **said})]


def _satisfaction_lines(found: Sequence[Document]) -> list[Row]:
    return [
        {
            **_of(one, "resolved", "answered"),
            "solved": _share(one["solved"], one["solved"] + one["unsolved"]),
            "attitude": _mean({points: one[f"attitude_{points}"] for points in ATTITUDES}),
            **{f"attitude_{points}": one[f"attitude_{points}"] for points in ATTITUDES},
        }
        for one in found
    ]


def _repeats(of: Document) -> list[Document]:
    return [summed(of, {"repeats": one_where({"$gt": [field("repeat_of"), None]})})]


def _repeats_lines(found: Sequence[Document]) -> list[Row]:
    return [
        {"group": one["_id"], "complaints": one["count"], "repeats": one["repeats"], "share": _share(one["repeats"], one["count"])}
        for one in found
    ]


def _root_causes(of: Document) -> list[Document]:
    return [{"$match": {"state.root_cause": {"$type": "string"}}}, summed({"group": of, "root_cause": field("root_cause")}, {})]


def _root_causes_lines(found: Sequence[Document]) -> list[Row]:
    """The share is of the complaints of the same group that have a cause."""
    coded = Counter[str | None]()
    for one in found:
        coded[_group(one)] += one["count"]
    rows = [{**one["_id"], "complaints": one["count"], "share": _share(one["count"], coded[_group(one)])} for one in found]
    return sorted(rows, key=lambda row: (str(row["group"]), -row["complaints"], row["root_cause"]))


def _remedies(of: Document) -> list[Document]:
    by = {"group": of, **{name: field(f"remedies.{name}") for name in ("kind", "currency", "state")}}
    return [{"$unwind": "$state.remedies"}, summed(by, {"amount": {"$ifNull": ["$state.remedies.amount", 0]}})]


def _remedies_lines(found: Sequence[Document]) -> list[Row]:
    rows = [{**one["_id"], "remedies": one["count"], "amount": one["amount"]} for one in found]
    return sorted(rows, key=lambda row: tuple(str(row.get(name)) for name in ("group", "kind", "currency", "state")))


def _appeals(of: Document) -> list[Document]:
    appeals = list_of("appeals")
    states = {name: how_many(appeals, {"$eq": ["$$this.state", name]}) for name in ("open", "late")}
    rulings = {name: how_many(appeals, {"$eq": ["$$this.ruling", name]}) for name in RULINGS}
    resolved = one_where({"$gt": [{"$size": list_of("resolutions")}, 0]})
    return [summed(of, {"resolved": resolved, "appealed": one_where({"$gt": [{"$size": appeals}, 0]}), **states, **rulings})]


def _appeals_lines(found: Sequence[Document]) -> list[Row]:
    return [
        {**_of(one, "resolved", "appealed"), "share": _share(one["appealed"], one["resolved"]), **_of(one, "open", "late", *RULINGS)}
        for one in found
    ]


REPORTS: Mapping[About, Report] = {
    About.SATISFACTION: Report(
        ("group", "resolved", "answered", "solved", "attitude", *(f"attitude_{one}" for one in ATTITUDES)),
        _satisfaction,
        _satisfaction_lines,
    ),
    About.REPEATS: Report(("group", "complaints", "repeats", "share"), _repeats, _repeats_lines),
    About.ROOT_CAUSES: Report(("group", "root_cause", "complaints", "share"), _root_causes, _root_causes_lines),
    About.REMEDIES: Report(("group", "kind", "currency", "state", "remedies", "amount"), _remedies, _remedies_lines),
    About.STAGES: Report(("group", "stage", "complaints", "median_hours", "p90_hours"), stages.counts, stages.lines),
    About.APPEALS: Report(
        ("group", "resolved", "appealed", "share", "open", "late", *RULINGS),
        _appeals,
        _appeals_lines,
    ),
}


def _of(one: Document, *names: str) -> Row:
    return {"group": one["_id"], **{name: one[name] for name in names}}


def _group(one: Document) -> str | None:
    group: str | None = one["_id"]["group"]
    return group


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _mean(counted: Mapping[int, int]) -> float | None:
    whole = sum(counted.values())
    return round(sum(value * times for value, times in counted.items()) / whole, 2) if whole else None
