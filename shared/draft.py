"""One aggregate in one batch: messages are applied to the state one after the other, and leave as a single write."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from shared.aggregate import AnyAggregate, is_stub
from shared.decision import Create, Decision, Transition
from shared.record import FIRST, Change, links_of, outgoing, record, shorn
from shared.storage import Document, Write, insert, update
from shared.task import End, Task

ERASED_BEFORE = "refused/erased-already"
"""What becomes of a message that comes after its aggregate was erased: it is on record, and changes nothing."""


@dataclass(slots=True)
class Draft:
    """What becomes of one document. `document` is what was read, or None where none is believed to exist."""

    service: str
    aggregate: AnyAggregate
    key: str
    document: Document | None
    archived: Sequence[Document] = ()
    """Records of the messages at hand that left the document long ago."""
    state: Any = None
    dumped: Document = field(default_factory=dict)
    version: int = 0
    tasks: list[Task] = field(default_factory=list)
    records: list[Document] = field(default_factory=list)
    head: bytes = FIRST
    early: list[Document] = field(default_factory=list)
    erased: int = 0
    """The version with which what was personal went; 0 where it is all there."""

    def __post_init__(self) -> None:
        if self.document is None:
            return
        self.erased = self.document.get("erased", 0)
        self.version, self.head = self.document["version"], bytes(self.document["head"])
        if not is_stub(self.document):
            self.state = self.aggregate.load(self.document)

    @property
    def handled(self) -> list[Document]:
        return [*self.archived, *((self.document or {}).get("handled", ())), *self.records]

    def take(self, task: Task, sealed: Document | None = None) -> None:
        """Apply one message. Raises what the rule raises, and `UnstorableState`; then the draft is as before."""
        if known := links_of(task.cause.id, self.handled):
            if task.delivery is None:
                return task.ends(End.NOTHING, "fired-by-another-replica")
            if known[0] in self.records:
                self.tasks.append(task)
            return task.repeats(known)
        if self.erased:
            return self._advance(task, Decision.unchanged(self.state, ERASED_BEFORE))
        if isinstance(task.reaction, Create):
            return self._create(task, task.reaction)
        assert isinstance(task.reaction, Transition)
        if self.state is None:
            return self._keep_early(task, sealed)
        return self._advance(task, task.reaction.decide(self.state))

    def _create(self, task: Task, create: "Create[Any]") -> None:
        if self.state is not None:
            return self._advance(task, Decision.unchanged(self.state, "already-exists"))
        return self._advance(task, create.decision)

    def _advance(self, task: Task, decision: Decision[Any]) -> None:
        if task.delivery is None and decision.state == self.state and not decision.erases:
            task.ends(End.NOTHING, decision.what)
            return
        state = self.aggregate.dump(decision.state)
        events = outgoing(self.service, self.key, self.version + 1, task.cause, decision.emit)
        cause = replace(task.cause, who=f"{decision.by} ({task.cause.who})") if decision.by else task.cause
        change = Change(cause, self.version + 1, decision.what, state, events, task.carrier, erases=decision.erases)
        link, head = record(change, self.head)
        if decision.erases:
            self.erased, self.records = change.sequence, [shorn(one) for one in self.records]
        self.state, self.version, self.head = decision.state, self.version + 1, head
        self.dumped = state
        self.records.append(link)
        self.tasks.append(task)
        task.events = events
        task.ends(End.DONE, decision.what)

    def _keep_early(self, task: Task, sealed: Document | None) -> None:
        if sealed is None:
            return task.ends(End.NOTHING, "unknown-aggregate")
        known = {one["id"] for one in (*((self.document or {}).get("early", ())), *self.early)}
        if task.cause.id not in known:
            self.early.append(sealed)
            self.tasks.append(task)
        return task.ends(End.EARLY, "kept-until-created")

    def write(self) -> Write | None:
        """The one write for this document; None where nothing changed."""
        if self.records:
            return self._insert() if self.inserts else self._compare_and_set()
        return self._push_early() if self.early else None

    def _body(self) -> Document:
        body: Document = {
            "schema": self.aggregate.schema,
            "version": self.version,
            "state": self.dumped,
            "head": self.head,
        }
        body["updated_at"] = self.records[-1]["at"]
        if (due := self.aggregate.next_due(self.state)) is not None and not self.erased:
            body["next_due"] = due
        return body

    @property
    def _erases(self) -> bool:
        """With this very write. What lies beside the document goes next (`shared/erasing.py`)."""
        return any("erases" in one for one in self.records)

    def _erasure(self) -> Document:
        return {"erased": self.erased, "erasing": {"due": self.records[-1]["at"], "passes": 0}} if self._erases else {}

    def _insert(self) -> Write:
        created = {
            "_id": self.key,
            **self._body(),
            "created_at": self.records[0]["at"],
            "handled": self.records,
            "embedded": len(self.records),
            **self._erasure(),
        }
        return insert(created)

    def _compare_and_set(self) -> Write:
        assert self.document is not None
        body = self._body()
        unset: Document = {} if "next_due" in body or not self.aggregate.due else {"next_due": ""}
        if is_stub(self.document):
            unset |= {"stub": ""}
            body |= {"early": self._left_early()}
            body["created_at"] = self.records[0]["at"]
        if self._erases:
            return self._rewrite(body, unset)
        if self.timed:
            body |= self._unpublished(self.document)
        change: Document = {"$set": body, "$push": {"handled": {"$each": self.records}}, "$inc": {"embedded": len(self.records)}}
        return update({"_id": self.key, "version": self.document["version"]}, change | ({"$unset": unset} if unset else {}))

    def _rewrite(self, body: Document, unset: Document) -> Write:
        """The records that are there already lose what they said, and no message that came early is kept for later."""
        assert self.document is not None
        handled = [*(shorn(one) for one in self.document["handled"]), *self.records]
        gone = {"early": "", "unpublished": "", "unpublished_since": ""}
        body = {name: value for name, value in body.items() if name != "early"}
        change = {"$set": {**body, **self._erasure(), "handled": handled, "embedded": len(handled)}, "$unset": unset | gone}
        return update({"_id": self.key, "version": self.document["version"]}, change)

    def _unpublished(self, document: Document) -> Document:
        """What an earlier moment caused and nobody confirmed yet stays marked: the broker may be away for long."""
        ids = [*document.get("unpublished", ()), *(one["id"] for one in self.records)]
        return {"unpublished": ids, "unpublished_since": document.get("unpublished_since", self.records[0]["at"])}

    def _left_early(self) -> list[Document]:
        """What was not folded in because it failed stays until its own end is durable: should we die before, it is taken up again."""
        assert self.document is not None
        folded = {one["id"] for one in self.records}
        return [one for one in self.document["early"] if one["id"] not in folded]

    def _push_early(self) -> Write:
        where = {"_id": self.key, "stub": True, "early.id": {"$nin": [one["id"] for one in self.early]}}
        fresh = {"schema": self.aggregate.schema, "head": FIRST, "created_at": self.early[0]["at"], "embedded": 0, "handled": []}
        change = {"$push": {"early": {"$each": self.early}}, "$inc": {"version": len(self.early)}, "$setOnInsert": fresh}
        return update(where, change, upsert=True)

    @property
    def inserts(self) -> bool:
        return self.document is None and bool(self.records)

    @property
    def timed(self) -> bool:
        """Moved on by time alone: no message waits at the broker to publish again should we die before the confirm."""
        return any(task.delivery is None for task in self.tasks)

    @property
    def marks(self) -> set[tuple[str, str]]:
        """What the document holds if this draft's write, and not another replica's of the same message, went in."""
        return {mark_of(one) for one in (*self.records, *self.early)}


def mark_of(entry: Document) -> tuple[str, str]:
    return entry["id"], entry.get("replica", "")
