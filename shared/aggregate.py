"""How the state of one kind of aggregate becomes a document, and back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from shared.storage import Document, Index

S = TypeVar("S")

EMBEDDED_RECORDS = 16
"""Records that stay in the document. 64 of them made a write of 64 documents 15 times slower."""

TRIM_ABOVE = 2 * EMBEDDED_RECORDS

HOUSE_INDEXES = (
    Index((("embedded", 1),), where={"embedded": {"$gt": TRIM_ABOVE}}),
    Index((("unpublished_since", 1),), where={"unpublished_since": {"$exists": True}}),
    Index((("created_at", -1),)),
    Index((("stub", 1), ("created_at", 1)), where={"stub": True}),
    Index((("erasing.due", 1),), where={"erasing.due": {"$exists": True}}),
)


def no_upgrade(_: int, state: Document) -> Document:
    return state


@dataclass(frozen=True)
class Aggregate(Generic[S]):
    """A collection of one state type. `due` names the moment at which time itself shall move the state on."""

    name: str
    of: type[S]
    indexes: Sequence[Index] = ()
    due: Callable[[S], datetime | None] | None = None
    schema: int = 1
    upgrade: Callable[[int, Document], Document] = field(default=no_upgrade)
    """(schema found, state) → state of today's schema; documents are upgraded when read."""

    @cached_property
    def _adapter(self) -> TypeAdapter[S]:
        return TypeAdapter(self.of)

    @property
    def archive(self) -> str:
        """Where handled ids go that no longer fit into the document."""
        return f"{self.name}_handled"

    @property
    def all_indexes(self) -> tuple[Index, ...]:
        timed = (Index((("next_due", 1),), where={"next_due": {"$type": "date"}}),) if self.due else ()
        return (*HOUSE_INDEXES, *timed, *self.indexes)

    def dump(self, state: S) -> Document:
        dumped: Document = self._adapter.dump_python(state, mode="json")
        return dumped

    def load(self, document: Document) -> S:
        state = document["state"]
        if document["schema"] != self.schema:
            state = self.upgrade(document["schema"], state)
        return self._adapter.validate_python(state)

    def next_due(self, state: S) -> datetime | None:
        return self.due(state) if self.due else None


def is_stub(document: Document | None) -> bool:
    """A document that only holds messages which came before the one that creates the aggregate."""
    return document is not None and document.get("stub", False)


AnyAggregate = Aggregate[Any]
