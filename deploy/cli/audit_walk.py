"""Walks the audit chains of services through their views, page by page, and tells how far it is."""

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice

from deploy.cli import output, views
from deploy.cli.audit_export import Line

TELL_EVERY_S = 5.0
HEADS_AT_ONCE = 40
"""They travel in the query of a GET: 40 heads have about 5 kB."""


@dataclass
class Walk:
    reader: views.Views
    services: Sequence[str]
    since: datetime | None = None
    chains: int = 0
    records: int = 0
    broken: list[views.Document] = field(default_factory=list)
    _told_at: float = field(default_factory=time.monotonic)

    def heads(self) -> Iterator[Line]:
        """The heads of sound chains; what is broken is collected beside."""
        since = {"since": self.since.isoformat()} if self.since else {}
        for service in self.services:
            after: str | None = ""
            while after is not None:
                page = self.reader.one(service, "audit", after=after, **since) or {}
                self.chains += page["chains"]
                self.records += page["records"]
                self.broken += [{"service": service, **one} for one in page["broken"]]
                yield from ({"service": service, **one} for one in page["heads"])
                after = page["next"]
                self._tell(service)

    def _tell(self, service: str) -> None:
        if time.monotonic() - self._told_at > TELL_EVERY_S:
            self._told_at = time.monotonic()
            output.say(f"{service}: {self.chains:,} chains, {self.records:,} records so far, {len(self.broken)} broken")


def missing_from(reader: views.Views, exported: Iterable[Line]) -> Iterator[views.Document]:
    """What was exported and no longer stands in its chain."""
    for (service, aggregate), lines in groupby(exported, key=lambda one: (one["service"], one["aggregate"])):
        heads = ([one["id"], one["sequence"], one["head"]] for one in lines)
        while asked := list(islice(heads, HEADS_AT_ONCE)):
            found = reader.many(service, "audit/held", aggregate=aggregate, heads=json.dumps(asked))
            yield from ({"service": service, **one} for one in found)
