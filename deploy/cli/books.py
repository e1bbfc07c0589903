"""What neighbouring services know of each other, read side by side: what both know is forgotten at once, so memory holds only the rest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any

from deploy.cli import views
from deploy.edges import Edge
from shared.reconcile import DEAD_LETTERS

AT_ONCE = 2
"""Pages asked for side by side: the services have other work."""

MEANWHILE = timedelta(minutes=1)
"""What was taken up before the first look may have been written after it, but hardly so much later."""

VIEW = "exchanged"
Holder = tuple[str, str]
"""Where the teller keeps a message: collection and id."""
Entries = Mapping[str, Mapping[str, Sequence[Any]]]
"""Type → routing key or sender → messages."""


@dataclass
class Account:
    """Both sides of one edge, by id of the message: those that only one of them knows as yet."""

    edge: Edge
    told: int = 0
    lost: dict[str, Holder] = field(default_factory=dict)
    told_lately: set[str] = field(default_factory=set)
    untold: set[str] = field(default_factory=set)
    heard_lately: set[str] = field(default_factory=set)
    missing: int = 0
    republished: set[str] = field(default_factory=set)

    def tell(self, source: str, told: Sequence[tuple[str, str]]) -> None:
        self.told += len(told)
        for message_id, of in told:
            if not self._was_heard(message_id):
                self.lost[message_id] = source, of

    def tell_lately(self, told: Sequence[tuple[str, str]]) -> None:
        self.told_lately |= {message_id for message_id, _ in told if not self._was_heard(message_id)}

    def hear(self, ids: Iterable[str]) -> None:
        self.untold |= set(self._not_told(ids))

    def hear_lately(self, ids: Iterable[str]) -> None:
        self.heard_lately |= set(self._not_told(ids))

    def hear_again(self, ids: Iterable[str]) -> None:
        """For what may have been heard before: when all is told."""
        for message_id in ids:
            self.lost.pop(message_id, None)

    @property
    def row(self) -> views.Document:
        return {
            "from": self.edge.of,
            "to": self.edge.to,
            "event": self.edge.event,
            "told": self.told,
            "heard": self.told - len(self.lost),
            "missing": self.missing,
            "republished": len(self.republished),
            "left": len(self.lost),
            "untold": 0 if self.edge.delivers else len(self.untold),
        }

    def _was_heard(self, message_id: str) -> bool:
        for heard in (self.untold, self.heard_lately):
            if message_id in heard:
                heard.remove(message_id)
                return True
        return False

    def _not_told(self, ids: Iterable[str]) -> Iterator[str]:
        for message_id in ids:
            if message_id in self.lost:
                del self.lost[message_id]
            elif message_id in self.told_lately:
                self.told_lately.remove(message_id)
            else:
                yield message_id


@dataclass
class Books:
    reader: views.Views
    accounts: Sequence[Account]
    now: datetime
    before: datetime
    """What happened since may be on its way."""

    def look(self) -> None:
        """All sources side by side, in the order of ids: most aggregates of one complaint have its id."""
        services = sorted({service for one in self.accounts for service in (one.edge.told_by, one.edge.heard_by)})
        sources = [(service, source) for service in services for source in self._sources(service) if source != DEAD_LETTERS]
        for service, source, page in self._pages(sources):
            self._note(service, source, page)
        self._hear_again([(service, DEAD_LETTERS, {}) for service in services])
        # Its reader may have heard it after its page and before its teller's.
        self.look_again([one for one in self.accounts if one.lost])
        for account in self.accounts:
            account.missing = len(account.lost)

    def look_again(self, accounts: Sequence[Account]) -> None:
        """What was heard since we began."""
        since = {"since": (self.now - MEANWHILE).isoformat()}
        services = sorted({one.edge.heard_by for one in accounts})
        self._hear_again([(service, source, since) for service in services for source in self._sources(service)])

    def _note(self, service: str, source: str, page: views.Document) -> None:
        for account, told in self._telling(service, page["told"]):
            account.tell(source, told)
        for account, told in self._telling(service, page["told_lately"]):
            account.tell_lately(told)
        for account, ids in self._hearing(service, page["heard"]):
            account.hear(ids)
        for account, ids in self._hearing(service, page["heard_lately"]):
            account.hear_lately(ids)

    def _hear_again(self, places: Sequence[tuple[str, str, Mapping[str, str]]]) -> None:
        for service, source, query in places:
            after: str | None = ""
            while after is not None:
                page = self._page(service, source, after, **query)
                for account, ids in (*self._hearing(service, page["heard"]), *self._hearing(service, page["heard_lately"])):
                    account.hear_again(ids)
                after = page["next"]

    def _telling(self, service: str, told: Entries) -> Iterator[tuple[Account, Sequence[Any]]]:
        mine = [one for one in self.accounts if one.edge.told_by == service]
        for type_, by_key in told.items():
            for key, messages in by_key.items():
                yield from ((account, messages) for account in mine if account.edge.tells(type_, key))

    def _hearing(self, service: str, heard: Entries) -> Iterator[tuple[Account, Sequence[str]]]:
        mine = [one for one in self.accounts if one.edge.heard_by == service]
        for type_, by_sender in heard.items():
            for sender, ids in by_sender.items():
                yield from ((one, one.edge.told_as(type_, ids)) for one in mine if one.edge.hears(type_, sender))

    def _pages(self, sources: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str, views.Document]]:
        """Always of the source that is furthest behind; the next page of each is asked for while this one is read."""
        turn = count()
        behind: list[tuple[str, int, str, str, Future[views.Document]]] = []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for service, source in sources:
                heappush(behind, ("", next(turn), service, source, pool.submit(self._page, service, source, "")))
            while behind:
                _, _, service, source, asked = heappop(behind)
                page = asked.result()
                if (after := page["next"]) is not None:
                    heappush(behind, (after, next(turn), service, source, pool.submit(self._page, service, source, after)))
                yield service, source, page

    def _page(self, service: str, source: str, after: str, **query: str) -> views.Document:
        before = self.before.isoformat()
        return self.reader.one(service, VIEW, source=source, after=after, before=before, **query) or {}

    def _sources(self, service: str) -> list[str]:
        sources: list[str] = (self.reader.one(service, VIEW) or {})["sources"]
        return sources
