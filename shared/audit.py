"""The records of an aggregate as its audit trail: was anything changed behind their back? Pure.

What the chain alone cannot show is in docs/operations.md: a removed document, and a chain that was written anew as a whole.
The exported heads show both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from shared.aggregate import AnyAggregate, is_stub
from shared.clock import to_the_millisecond
from shared.envelope import AGGREGATE
from shared.record import FIRST, bodies_fit, hash_of
from shared.storage import Document, encode

OF_THE_ARCHIVE = ("_id", "of")
"""What the archive adds to a record."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing wrong with a chain. `at_sequence`: the change at which it shows; 0 where there is none."""

    at_sequence: int
    reason: str


def chain_of(document: Document, archived: Sequence[Document]) -> list[Document]:
    """All records in the order of the chain, those out of the archive as they were. One that is in both places is named once."""
    embedded = document["handled"]
    known = {one["id"] for one in embedded}
    older = sorted((one for one in archived if one["id"] not in known), key=lambda one: one["sequence"])
    return [*(_plain(one) for one in older), *embedded]


def fault_of(aggregate: AnyAggregate, document: Document, archived: Sequence[Document]) -> Fault | None:
    """None where every hash fits and every field is what the records make it."""
    try:
        return next(_faults(aggregate, document, archived), None)
    except Exception:  # noqa: BLE001 - whoever changed it may have left anything: what cannot be read is a fault as well
        return Fault(0, "unreadable-chain")


def fault_against(head: bytes, sequence: int, document: Document | None, archived: Sequence[Document]) -> Fault | None:
    """Whether the record that stood at the head when it was exported still stands in the chain."""
    if document is None:
        return Fault(sequence, "document-missing")
    try:
        hashes = {one["sequence"]: hash_of(one) for one in chain_of(document, archived)}
    except Exception:  # noqa: BLE001 - as above
        return Fault(0, "unreadable-chain")
    if sequence not in hashes:
        return Fault(sequence, "records-missing")
    return None if hashes[sequence] == head else Fault(sequence, "chain-rewritten")


def _faults(aggregate: AnyAggregate, document: Document, archived: Sequence[Document]) -> Iterator[Fault]:
    if is_stub(document):
        yield from _of_stub(document, archived)
        return
    yield from _of_archive(document, archived)
    links = chain_of(document, archived)
    if not links:
        yield Fault(0, "records-missing")
        return
    yield from _of_chain(document, links)
    last = links[-1]["sequence"]
    if sha256(encode(document["state"])).digest() != bytes(links[-1]["state"]):
        yield Fault(last, "state-changed")
    if not _fields_fit(aggregate, document, links):
        yield Fault(last, "fields-changed")


def _of_stub(document: Document, archived: Sequence[Document]) -> Iterator[Fault]:
    """It has no records yet, only what came early: one version for each."""
    found = (document["version"], document["handled"], document["embedded"], bytes(document["head"]), "state" in document, len(archived))
    if found != (len(document["early"]), [], 0, FIRST, False, 0):
        yield Fault(0, "stub-changed")


def _of_archive(document: Document, archived: Sequence[Document]) -> Iterator[Fault]:
    """A record is looked up by its `_id`, and one that is being moved is in both places, the same in both."""
    embedded = {one["id"]: one for one in document["handled"]}
    for one in archived:
        copy = embedded.get(one["id"])
        differs = copy is not None and encode(copy) != encode(_plain(one))
        if differs or one["_id"] != f"{document['_id']}/{one['id']}":
            yield Fault(one["sequence"], "record-changed")


def _of_chain(document: Document, links: Sequence[Document]) -> Iterator[Fault]:
    before, expected = FIRST, links[0]["sequence"]
    for link in links:
        sequence = link["sequence"]
        if sequence != expected:
            yield Fault(min(sequence, expected), "records-missing" if sequence > expected else "records-out-of-order")
        if bytes(link["before"]) != before:
            yield Fault(sequence, "records-missing" if link is links[0] else "record-changed")
        if any(one["headers"][AGGREGATE] != document["_id"] for one in link["events"]):
            yield Fault(sequence, "records-of-another")
        if not _says_what_it_said(link, document.get("erased", 0)):
            yield Fault(sequence, "record-changed")
        before, expected = hash_of(link), sequence + 1
    if document["version"] >= expected:
        yield Fault(expected, "records-missing")
    if bytes(document["head"]) != before or document["version"] < expected - 1:
        yield Fault(expected - 1, "head-changed")


def _says_what_it_said(link: Document, erased: int) -> bool:
    """Bodies, and a hash that nothing bears out, may be missing only from what was there when it was erased."""
    if link["sequence"] >= erased and ("hash" in link or any("body" not in one for one in link["events"])):
        return False
    return bodies_fit(link)


def _fields_fit(aggregate: AnyAggregate, document: Document, links: Sequence[Document]) -> bool:
    """What stands beside the state for indexes and chores follows from it. A moved `next_due` would silence a clock."""
    found = (document["embedded"], document["created_at"], document["updated_at"], "stub" in document)
    cut = len(links) > len(document["handled"])
    unconfirmed = set(document.get("unpublished", ())) <= {one["id"] for one in links}
    fitting = (len(document["handled"]), links[0]["at"], links[-1]["at"], False)
    erased = [one["sequence"] for one in links if "erases" in one] == ([document["erased"]] if "erased" in document else [])
    return found == fitting and bool(document.get("archived")) == cut and unconfirmed and erased and _due_fits(aggregate, document)


def _due_fits(aggregate: AnyAggregate, document: Document) -> bool:
    """Of a state in an older or newer schema another rule may have made it; that one's code is not here."""
    if document["schema"] != aggregate.schema:
        return isinstance(document["schema"], int) and document["schema"] >= 1
    due = None if "erased" in document else aggregate.next_due(aggregate.load(document))
    found = document.get("next_due")
    return bool(found == (due and to_the_millisecond(due)))


def _plain(archived: Document) -> Document:
    return {name: value for name, value in archived.items() if name not in OF_THE_ARCHIVE}
