"""What a service told its neighbours and what it heard of them, by id; and how it tells again what one of them lost. ADR-0022."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.aggregate import AnyAggregate
from shared.contracts import Lost, PublishAgain
from shared.envelope import Outgoing
from shared.record import republished
from shared.storage import Document
from shared.views import BadQuery, Query, limit_of
from shared.work import Work

PAGE = 1_000
LEDGER = "ledger"
"""What the keeper holds: senders outside keep no records that we could read."""

DEAD_LETTERS = "dead_letters"

TOLD = {"handled.at": 1, "handled.events.id": 1, "handled.events.type": 1, "handled.events.key": 1, "archived": 1}
TOLD_LONG_AGO = {"of": 1, "at": 1, "events.id": 1, "events.type": 1, "events.key": 1}
HEARD = {"handled.id": 1, "handled.type": 1, "handled.at": 1, "early.id": 1, "early.type": 1, "early.at": 1, "archived": 1}
HEARD_LONG_AGO = {"of": 1, "id": 1, "type": 1, "at": 1}

Heard = tuple[str, str, datetime]
"""Type and id of a message, and when it was handled."""


@dataclass(frozen=True)
class Memory:
    """Everything is read in the order of ids, a page at a time; `after` of one page is where the next begins."""

    work: Work

    async def told(self, query: Query) -> Document:
        source, after = self._cursor(query, [*self._aggregates, *([LEDGER] if self.work.keeper else [])])
        limit = limit_of(query, PAGE)
        if source == LEDGER:
            assert self.work.keeper is not None
            told = await self.work.keeper.told(after, limit)
            return _page(source, [list(one) for one in told], told[-1][3] if len(told) == limit else None, None)
        links, last = await self._links(self._aggregates[source], after, limit, TOLD, TOLD_LONG_AGO)
        told = [(event["type"], event["key"], event["id"], of, link["at"]) for of, link in links for event in link["events"]]
        return _page(source, [list(one) for one in told], last, self._next(source, LEDGER if self.work.keeper else None))

    async def heard(self, query: Query) -> Document:
        """Handled, kept because it came early, or parked: each is an end, or has one ahead of it."""
        source, after = self._cursor(query, [*self._aggregates, DEAD_LETTERS])
        limit = limit_of(query, PAGE)
        if source == DEAD_LETTERS:
            heard, last = await self._parked(after, limit)
            return _page(source, [list(one) for one in heard], last, None)
        links, last = await self._links(self._aggregates[source], after, limit, HEARD, HEARD_LONG_AGO)
        return _page(source, [[link["type"], link["id"], link["at"]] for _, link in links], last, self._next(source, DEAD_LETTERS))

    async def publish_again(self, command: PublishAgain) -> str:
        """Byte for byte, as it went out the first time."""
        messages = await self._held(command.source, command.lost)
        await self.work.publish(messages)
        return "published-again" if messages else "nothing-to-publish"

    @property
    def _aggregates(self) -> dict[str, AnyAggregate]:
        return {one.name: one for one in self.work.aggregates}

    def _cursor(self, query: Query, sources: Sequence[str]) -> tuple[str, str]:
        source, _, after = query.get("after", f"{sources[0]}/").partition("/")
        if source not in sources:
            raise BadQuery(f"after begins with one of {', '.join(sources)} and a slash")
        return source, after

    def _next(self, source: str, at_last: str | None) -> str | None:
        names = [*self._aggregates, *([at_last] if at_last else [])]
        following = names[names.index(source) + 1 :]
        return following[0] if following else None

    async def _links(
        self, aggregate: AnyAggregate, after: str, limit: int, only: Document, only_archived: Document
    ) -> tuple[list[tuple[str, Document]], str | None]:
        """Records with whose they are, embedded ones first: what is trimmed between the two reads is seen twice, never not at all."""
        collection, archive = self.work.collection(aggregate), self.work.database.collection(aggregate.archive)
        found = await collection.find({"_id": {"$gt": after}}, only=only, sort=[("_id", 1)], limit=limit)
        long = [one["_id"] for one in found if one.get("archived")]
        old = await archive.find({"of": {"$in": long}}, only=only_archived) if long else []
        links = [(one["_id"], link) for one in found for link in (*one.get("handled", ()), *one.get("early", ()))]
        return [*links, *((link["of"], link) for link in old)], found[-1]["_id"] if len(found) == limit else None

    async def _parked(self, after: str, limit: int) -> tuple[list[Heard], str | None]:
        """A replayed letter is on its way again: whether it came through, the records say."""
        letters = self.work.database.collection(DEAD_LETTERS)
        only = {"type": 1, "cause_id": 1, "last_failed_at": 1, "state": 1}
        found = await letters.find({"_id": {"$gt": after}}, only=only, sort=[("_id", 1)], limit=limit)
        parked = [(one["type"], one["cause_id"], one["last_failed_at"]) for one in found if one["state"] != "replayed"]
        return parked, found[-1]["_id"] if len(found) == limit else None

    async def _held(self, source: str, lost: Sequence[Lost]) -> list[Outgoing]:
        of = sorted({one.of for one in lost})
        if source == LEDGER and self.work.keeper is not None:
            return await self.work.keeper.as_it_came(of)
        if source not in self._aggregates:
            return []
        aggregate, wanted = self._aggregates[source], {one.id for one in lost}
        found = await self.work.collection(aggregate).find({"_id": {"$in": of}}, only={"handled": 1})
        old = await self.work.database.collection(aggregate.archive).find({"of": {"$in": of}, "events.id": {"$in": list(wanted)}})
        links = [*old, *(link for one in found for link in one.get("handled", ()))]
        held = {event.message_id: event for link in links for event in republished(link)}
        return [event for message_id, event in held.items() if message_id in wanted]


def _page(source: str, entries: list[list[object]], last: str | None, following: str | None) -> Document:
    after = f"{source}/{last}" if last is not None else f"{following}/" if following else None
    return {"source": source, "entries": entries, "next": after}
