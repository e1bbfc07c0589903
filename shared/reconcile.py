"""What a service told its neighbours and what it heard of them, by id; and how it tells again what one of them lost. ADR-0018."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.aggregate import AnyAggregate
from shared.contracts import Lost, PublishAgain
from shared.envelope import Outgoing
from shared.record import republished
from shared.storage import Document
from shared.views import BadQuery, Query, limit_of, moment_of
from shared.work import Work

PAGE = 1_000
LEDGER = "ledger"
"""What the keeper holds: senders outside keep no records that we could read."""

DEAD_LETTERS = "dead_letters"

ONLY = {
    "handled.id": 1,
    "handled.type": 1,
    "handled.at": 1,
    "handled.events.id": 1,
    "handled.events.type": 1,
    "handled.events.key": 1,
    "early.id": 1,
    "early.type": 1,
    "early.at": 1,
    "archived": 1,
}
ONLY_ARCHIVED = {"of": 1, "id": 1, "type": 1, "at": 1, "events.id": 1, "events.type": 1, "events.key": 1}

Told = dict[str, dict[str, list[tuple[str, str]]]]
"""Type → routing key → id of each message, and of the record that holds it."""
Heard = dict[str, dict[str, list[str]]]
"""Type → who sent it, of messages from outside → ids."""


@dataclass
class Page:
    """`lately` is what happened since `before`: it may still be on its way."""

    before: datetime | None
    told: Told = field(default_factory=dict)
    told_lately: Told = field(default_factory=dict)
    heard: Heard = field(default_factory=dict)
    heard_lately: Heard = field(default_factory=dict)
    next: str | None = None
    """The id after which the next page begins; None after the last."""

    def tell(self, type_: str, key: str, message_id: str, of: str, at: datetime) -> None:
        told = self.told if self._is_old(at) else self.told_lately
        told.setdefault(type_, {}).setdefault(key, []).append((message_id, of))

    def hear(self, type_: str, cause_id: str, at: datetime) -> None:
        heard = self.heard if self._is_old(at) else self.heard_lately
        sender = cause_id.partition("/")[0] if "/" in cause_id else ""
        heard.setdefault(type_, {}).setdefault(sender, []).append(cause_id)

    def _is_old(self, at: datetime) -> bool:
        return self.before is None or at < self.before


@dataclass(frozen=True)
class Memory:
    work: Work

    async def exchanged(self, query: Query) -> Page | Document:
        """One page of one source, in the order of ids; with no source, which there are. `since` leaves out what did not change since."""
        sources = [*self._aggregates, *([LEDGER] if self.work.keeper else []), DEAD_LETTERS]
        if "source" not in query:
            return {"sources": sources}
        if (source := query["source"]) not in sources:
            raise BadQuery(f"source is one of {', '.join(sources)}")
        page, after, limit = Page(moment_of(query, "before")), query.get("after", ""), limit_of(query, PAGE)
        if source == LEDGER:
            page.next = await self._kept(page, after, limit)
        elif source == DEAD_LETTERS:
            page.next = await self._parked(page, after, limit, moment_of(query, "since"))
        else:
            page.next = await self._recorded(page, self._aggregates[source], after, limit, moment_of(query, "since"))
        return page

    async def publish_again(self, command: PublishAgain) -> str:
        """Byte for byte, as it went out the first time."""
        messages = await self._held(command.source, command.lost)
        await self.work.publish(messages)
        return "published-again" if messages else "nothing-to-publish"

    async def publish_what_they_caused(self, cause_ids: Sequence[str]) -> None:
        """What the records of these causes hold. It reads whole collections: only for messages that are given up, which are rare."""
        wanted, database = {"$in": list(cause_ids)}, self.work.database
        for aggregate in self.work.aggregates:
            archive, either = database.collection(aggregate.archive), [{"handled.id": wanted}, {"handled.carrier": wanted}]
            links = [one async for one in archive.search({"$or": [{"id": wanted}, {"carrier": wanted}]})]
            async for document in self.work.collection(aggregate).search({"$or": either}, only={"handled": 1}):
                links += document["handled"]
            theirs = [link for link in links if {link["id"], link.get("carrier")} & set(cause_ids)]
            await self.work.publish([event for link in theirs for event in republished(link)])

    @property
    def _aggregates(self) -> dict[str, AnyAggregate]:
        return {one.name: one for one in self.work.aggregates}

    async def _kept(self, page: Page, after: str, limit: int) -> str | None:
        assert self.work.keeper is not None
        told = await self.work.keeper.told(after, limit)
        for one in told:
            page.tell(*one)
        return told[-1][3] if len(told) == limit else None

    async def _recorded(self, page: Page, aggregate: AnyAggregate, after: str, limit: int, since: datetime | None) -> str | None:
        """Handled, or kept because it came early: each is an end, or has one ahead of it."""
        # `updated_at` alone is not enough: an early message that a creation folded in leaves its own, earlier time there.
        moments = ("created_at", "updated_at", "early.at")
        lately = {"$or": [{moment: {"$gte": since}} for moment in moments]} if since else {}
        found = await self.work.collection(aggregate).find({"_id": {"$gt": after}, **lately}, only=ONLY, sort=[("_id", 1)], limit=limit)
        long = [one["_id"] for one in found if one.get("archived")]
        # After the embedded ones: what is trimmed between the two reads is seen twice, never not at all.
        archive = self.work.database.collection(aggregate.archive)
        archived = await archive.find({"of": {"$in": long}}, only=ONLY_ARCHIVED) if long else []
        for of, link in _each_once(found, archived):
            page.hear(link["type"], link["id"], link["at"])
            for event in link.get("events", ()):
                page.tell(event["type"], event["key"], event["id"], of, link["at"])
        return found[-1]["_id"] if len(found) == limit else None

    async def _parked(self, page: Page, after: str, limit: int, since: datetime | None) -> str | None:
        """A replayed letter is on its way again: whether it came through, the records say."""
        letters = self.work.database.collection(DEAD_LETTERS)
        lately = {"last_failed_at": {"$gte": since}} if since else {}
        only = {"type": 1, "cause_id": 1, "last_failed_at": 1, "state": 1}
        found = await letters.find({"_id": {"$gt": after}, **lately}, only=only, sort=[("_id", 1)], limit=limit)
        for one in found:
            if one["state"] != "replayed":
                page.hear(one["type"], one["cause_id"], one["last_failed_at"])
        return found[-1]["_id"] if len(found) == limit else None

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


def _each_once(found: Iterable[Document], archived: Iterable[Document]) -> Iterable[tuple[str, Document]]:
    """Records with whose they are."""
    links = [(one["_id"], link) for one in found for link in (*one.get("early", ()), *one.get("handled", ()))]
    links += [(link["of"], link) for link in archived]
    return {(of, link["id"]): (of, link) for of, link in links}.values()
