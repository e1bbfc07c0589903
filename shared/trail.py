"""Views on the audit trail of a service: it verifies its own chains, page by page. Ids and hashes leave it, never a state."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.aggregate import AnyAggregate
from shared.audit import Fault, chain_of, fault_against, fault_of
from shared.storage import Database, Document
from shared.views import BadQuery, Query, limit_of, moment_of

CHAINS_OF_A_PAGE = 200
LOADED_AT_ONCE = 16
LOOKS = 3
"""A record may move to the archive between two reads: what looks broken is read again before it is told."""

TOLD = ("at", "sequence", "what", "who", "replica", "type")

View = Callable[[Database, Query], Awaitable[Any]]


def trail_views(aggregates: Sequence[AnyAggregate]) -> Mapping[str, View]:
    trail = Trail({one.name: one for one in aggregates})
    return {"/audit": trail.page, "/audit/held": trail.held, "/audit/records": trail.records}


@dataclass
class Page:
    """What was verified, as the view answers it."""

    chains: int = 0
    records: int = 0
    """Of the sound chains."""
    broken: list[Document] = field(default_factory=list)
    heads: list[Document] = field(default_factory=list)
    next: str | None = None
    """Where the next page begins; None after the last."""


@dataclass(frozen=True)
class Trail:
    aggregates: Mapping[str, AnyAggregate]

    async def page(self, database: Database, query: Query) -> Page:
        """The chains after `after`; with `since` only those that changed since then. The heads of sound ones serve the export."""
        aggregate, after = self._place(query.get("after", ""))
        since, limit = moment_of(query, "since"), limit_of(query, CHAINS_OF_A_PAGE)
        times = {"updated_at": 1, "created_at": 1}
        listed = await database.collection(aggregate.name).find({"_id": {"$gt": after}}, only=times, sort=[("_id", 1)], limit=limit)
        wanted = [one["_id"] for one in listed if since is None or _changed_at(one) >= since]
        page = Page(next=self._after(aggregate, listed[-1]["_id"] if len(listed) == limit else None))
        for start in range(0, len(wanted), LOADED_AT_ONCE):
            await self._verify(database, aggregate, wanted[start : start + LOADED_AT_ONCE], page)
        upto = {"$lte": listed[-1]["_id"]} if len(listed) == limit else {}
        between = {"$gt": after, "$nin": [one["_id"] for one in listed], **upto}
        await self._without_document(database, aggregate, between, page)
        return page

    async def held(self, database: Database, query: Query) -> list[Document]:
        """Which of the exported heads no longer stand in their chains. `heads`: JSON, [[id, sequence, hash], …]."""
        aggregate, heads = self._of(query.get("aggregate", "")), _heads(query.get("heads", ""))
        documents, archived = await _load(database, aggregate, [one for one, _, _ in heads])
        found = [(one, fault_against(head, at, documents.get(one), archived.get(one, ()))) for one, at, head in heads]
        return [_broken(aggregate, key, fault) for key, fault in found if fault is not None]

    async def records(self, database: Database, query: Query) -> list[Document]:
        """Who did what, when, caused by what, to one complaint."""
        key, told = query.get("complaint_id", ""), []
        for aggregate in self.aggregates.values():
            documents, archived = await _load(database, aggregate, [key])
            if key in documents:
                told += [_told(aggregate, one) for one in chain_of(documents[key], archived.get(key, ()))]
        return told

    async def _verify(self, database: Database, aggregate: AnyAggregate, ids: Sequence[str], page: Page) -> None:
        documents, archived = await _load(database, aggregate, ids)
        for key, document in documents.items():
            fault = fault_of(aggregate, document, archived.get(key, ()))
            if fault is not None:
                fault = await _looked_again(database, aggregate, key)
            page.chains += 1
            if fault is not None:
                page.broken.append(_broken(aggregate, key, fault))
            elif document["handled"]:
                page.records += len(chain_of(document, archived.get(key, ())))
                page.heads.append(_head(aggregate, document))

    async def _without_document(self, database: Database, aggregate: AnyAggregate, between: Document, page: Page) -> None:
        """Archived records whose document is gone. A new document may have come meanwhile, so each is looked for."""
        of = {one["of"] for one in await database.collection(aggregate.archive).find({"of": between}, only={"of": 1})}
        there = await database.collection(aggregate.name).find({"_id": {"$in": list(of)}}, only={"_id": 1})
        gone = of - {one["_id"] for one in there}
        page.broken += [_broken(aggregate, key, Fault(0, "document-missing")) for key in sorted(gone)]

    def _place(self, after: str) -> tuple[AnyAggregate, str]:
        name, _, last = after.partition("/")
        return (self._of(name) if name else next(iter(self.aggregates.values()))), last

    def _after(self, aggregate: AnyAggregate, last: str | None) -> str | None:
        if last is not None:
            return f"{aggregate.name}/{last}"
        names = list(self.aggregates)
        following = names[names.index(aggregate.name) + 1 :]
        return f"{following[0]}/" if following else None

    def _of(self, name: str) -> AnyAggregate:
        if name not in self.aggregates:
            raise BadQuery(f"there is {', '.join(self.aggregates)}, but no {name[:40]!r}")
        return self.aggregates[name]


async def _looked_again(database: Database, aggregate: AnyAggregate, key: str) -> Fault | None:
    fault: Fault | None = None
    for _ in range(LOOKS):
        documents, archived = await _load(database, aggregate, [key])
        fault = fault_of(aggregate, documents[key], archived.get(key, ())) if key in documents else Fault(0, "document-missing")
        if fault is None:
            return None
    return fault


async def _load(database: Database, aggregate: AnyAggregate, ids: Sequence[str]) -> tuple[dict[str, Document], dict[str, list[Document]]]:
    """The documents first: what a chore moves to the archive in between is then in both, never in neither."""
    documents = {one["_id"]: one for one in await database.collection(aggregate.name).find({"_id": {"$in": list(ids)}})}
    archived: dict[str, list[Document]] = {}
    for one in await database.collection(aggregate.archive).find({"of": {"$in": list(ids)}}):
        archived.setdefault(one["of"], []).append(one)
    return documents, archived


def _changed_at(document: Document) -> datetime:
    """An early message folded in last leaves its own, earlier time; then the creation is the newest. Stubs are always looked at."""
    times = [document[name] for name in ("created_at", "updated_at") if isinstance(document.get(name), datetime)]
    return max(times) if len(times) == 2 else datetime.max.replace(tzinfo=times[0].tzinfo if times else None)


def _heads(given: str) -> list[tuple[str, int, bytes]]:
    try:
        return [(str(key), int(sequence), bytes.fromhex(head)) for key, sequence, head in json.loads(given)]
    except (ValueError, TypeError):
        raise BadQuery("heads is JSON: [[id, sequence, hash], …]") from None


def _head(aggregate: AnyAggregate, document: Document) -> Document:
    head = bytes(document["head"]).hex()
    return {
        "aggregate": aggregate.name,
        "id": document["_id"],
        "sequence": document["version"],
        "head": head,
        "at": _changed_at(document),
    }


def _broken(aggregate: AnyAggregate, key: str, fault: Fault) -> Document:
    return {"aggregate": aggregate.name, "id": key, "at_sequence": fault.at_sequence, "reason": fault.reason}


def _told(aggregate: AnyAggregate, link: Document) -> Document:
    events = [{"id": one["id"], "type": one["type"]} for one in link["events"]]
    carried = {"carrier": link["carrier"]} if "carrier" in link else {}
    return {"aggregate": aggregate.name, **{name: link[name] for name in TOLD}, "cause": link["id"], **carried, "events": events}
