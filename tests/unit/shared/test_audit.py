"""The audit chain: whatever single thing is changed in what is stored of a random history, it shows."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import bson
import pytest
from bson.int64 import Int64
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.aggregate import Aggregate
from shared.audit import Fault, chain_of, fault_against, fault_of
from shared.decision import Create, Decision, Transition
from shared.draft import Draft
from shared.early import kept, taken_up
from shared.record import FIRST, hash_of, republished, shorn
from shared.sealing import Sealer
from shared.storage import CODEC, Document, InsertOne, encode
from shared.task import Task
from tests.builders import a_complaint_routed
from tests.unit.shared.deliveries import AT, a_cause, a_delivery

UNHURRIED = settings(deadline=None, max_examples=80)
SEALER = Sealer(b"w" * 32)
KEY = "s1"


@dataclass(frozen=True, slots=True)
class Sum:
    total: int
    note: str = ""

    @property
    def due(self) -> datetime:
        return AT + timedelta(days=self.total)


SUMS = Aggregate("sums", Sum, due=lambda held: held.due)


@dataclass
class Stored:
    """What the database holds of one aggregate."""

    document: Document
    archived: list[Document]

    @property
    def fault(self) -> Fault | None:
        return fault_of(SUMS, self.document, self.archived)


def a_task(number: int, total: int, events: int) -> Task:
    routed = [a_complaint_routed(complaint_id=KEY)] * events

    def add(held: Sum) -> Decision[Sum]:
        return Decision(replace(held, total=held.total + total, note=f"step {number}"), emit=routed, what="added")

    name, at = f"m{number}", AT + timedelta(seconds=number)
    return Task(a_cause(name, at=at), a_delivery(name, cause_id=name, at=at), reaction=Transition(KEY, add))


def written(document: Document | None, *tasks: Task, carried: tuple[Task, ...] = ()) -> Document:
    """The document after one batch, by the real draft and its real write."""
    draft = Draft("adder", SUMS, KEY, document)
    for task in (*tasks, *carried):
        draft.take(task, kept(task, SEALER) if draft.state is None and isinstance(task.reaction, Transition) else None)
    write = draft.write()
    assert write is not None
    change: Any = write._doc  # noqa: SLF001 - a write of pymongo's shows itself no other way
    if isinstance(write, InsertOne):
        return through_bson(bson.decode(bytes(change.raw), CODEC))
    return applied(document or {"_id": KEY, "stub": True} | change["$setOnInsert"], change)


def applied(document: Document, change: Document) -> Document:
    """As MongoDB applies it."""
    changed = document | change.get("$set", {})
    for name in change.get("$unset", {}):
        changed.pop(name, None)
    for name, pushed in change.get("$push", {}).items():
        changed[name] = [*document.get(name, ()), *pushed["$each"]]
    for name, more in change.get("$inc", {}).items():
        changed[name] = document.get(name, 0) + more
    return through_bson(changed)


def through_bson(document: Document) -> Document:
    return bson.decode(encode(document), CODEC)


def trimmed(document: Document, keep: int, *, cut: bool) -> Stored:
    """As the trimmer does it; without the cut, as it left it when it died in between."""
    old = document["handled"][:-keep] if keep < len(document["handled"]) else []
    archived = [through_bson({"_id": f"{KEY}/{one['id']}", "of": KEY, **one}) for one in old]
    if not cut or not old:
        return Stored(document, archived)
    kept_ = document["handled"][len(old) :]
    return Stored(document | {"handled": kept_, "embedded": len(kept_), "archived": True}, archived)


@st.composite
def histories(draw: st.DrawFn) -> Stored:
    numbers = iter(range(1, 100))

    def batch() -> list[Task]:
        return [a_task(next(numbers), draw(st.integers(0, 9)), draw(st.integers(0, 2))) for _ in range(draw(st.integers(1, 3)))]

    early = batch() if draw(st.booleans()) else []
    stub = written(None, *early) if early else None
    creating = Task(a_cause("create"), a_delivery("create", cause_id="create"), reaction=Create(KEY, Decision(Sum(1), what="created")))
    again = [taken_up(one, SEALER, creating.cause) for one in (stub or {}).get("early", ())]
    for task, first in zip(again, early, strict=True):
        task.reaction = first.reaction
    document = written(stub, creating, carried=tuple(again))
    for _ in range(draw(st.integers(0, 4))):
        document = written(document, *batch())
    if draw(st.booleans()):
        document = as_before_digests(document)
    for _ in range(draw(st.integers(0, 2))):
        document = written(document, *batch())
    erased = draw(st.booleans())
    if erased:
        document = written(document, an_erasure())
        document = written(document, *batch())
    stored = trimmed(document, draw(st.integers(1, 8)), cut=draw(st.booleans()))
    return Stored(stored.document, [through_bson(shorn(one)) for one in stored.archived]) if erased else stored


def an_erasure() -> Task:
    def erase(held: Sum) -> Decision[Sum]:
        return Decision(replace(held, note="[erased]"), what="erased", erases=True)

    return Task(a_cause("erase"), a_delivery("erase", cause_id="erase"), reaction=Transition(KEY, erase))


def as_before_digests(document: Document) -> Document:
    """The same records as they were written when a hash still covered the bodies themselves."""
    links, before = [], FIRST
    for one in document["handled"]:
        events = [{name: value for name, value in event.items() if name != "sha256"} for event in one["events"]]
        links.append({**one, "events": events, "before": before})
        before = sha256(before + encode(links[-1])).digest()
    return document | {"handled": links, "head": before}


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    yield path
    for name, one in inner:
        yield from leaves(one, (*path, name))


def taken_at_its_word(value: Any, path: tuple[Any, ...]) -> bool:
    for step in path:
        if isinstance(value, dict) and "hash" in value:
            return bool(step not in ("hash", "sequence", "before", "erases"))
        value = value[step]
    return False


def other(value: Any) -> Any:
    """Another value of the same kind."""
    changed: dict[type, Callable[[Any], Any]] = {
        bool: lambda one: not one,
        int: lambda one: one + 1,
        Int64: lambda one: one + 1,
        str: lambda one: one + "x",
        bytes: lambda one: bytes([one[0] ^ 1]) + one[1:],
        datetime: lambda one: one + timedelta(milliseconds=1),
        dict: lambda one: one | {"planted": 1},
        list: lambda one: [*one, "planted"],
    }
    return changed[type(value)](value)


OUTSIDE = {("document", "schema"), ("document", "early"), ("document", "_id"), ("document", "erasing")}
"""A number for the reader of the state, what is sealed, what MongoDB lets nobody change, and what a chore has still to do."""


@given(histories())
@UNHURRIED
def test_an_untouched_history_has_no_fault(history: Stored):
    assert history.fault is None


@given(histories(), st.data())
@UNHURRIED
def test_any_changed_or_removed_field_shows(history: Stored, data: st.DataObject):
    """Only a whole copy that waits in the archive, while the record is still in its document, may go: nothing is lost with it.

    Of records older than digests that were erased, the hash is all that can be held against anybody.
    """
    whole: dict[str, Any] = copy.deepcopy({"document": history.document, "archived": history.archived})
    copies = set() if "archived" in history.document else {("archived", place) for place in range(len(history.archived))}
    places = [one for one in leaves(whole) if len(one) >= 2 and one[:2] not in OUTSIDE and one[-1] != "of" and one not in copies]
    places = [one for one in places if not taken_at_its_word(whole, one)]
    path = data.draw(st.sampled_from(places))
    inner = whole
    for step in path[:-1]:
        inner = inner[step]
    if data.draw(st.booleans()):
        inner[path[-1]] = other(inner[path[-1]])
    else:
        del inner[path[-1]]

    assert Stored(whole["document"], whole["archived"]).fault is not None, path


@given(histories(), st.data())
@UNHURRIED
def test_records_taken_out_put_in_doubled_or_reordered_show(history: Stored, data: st.DataObject):
    handled: list[Document] = copy.deepcopy(history.document["handled"])
    place = data.draw(st.integers(0, len(handled) - 1))
    both = {one["id"] for one in history.archived} & {handled[place]["id"]}
    match data.draw(st.sampled_from(["remove", "double", "insert", "swap"])):
        case "remove" if not both:
            del handled[place]
        case "insert":
            handled.insert(place, handled[place] | {"id": "planted"})
        case "swap" if len(handled) > 1:
            handled[place - 1], handled[place] = handled[place], handled[place - 1]
        case _:
            handled.insert(place, handled[place])
    changed = history.document | {"handled": handled, "embedded": len(handled)}

    assert Stored(changed, history.archived).fault is not None


@given(histories(), st.data())
@UNHURRIED
def test_a_tail_cut_off_shows_even_where_the_version_was_set_back(history: Stored, data: st.DataObject):
    handled = history.document["handled"]
    left = handled[: data.draw(st.integers(0, len(handled) - 1))]
    last = left[-1]["sequence"] if left else 0
    cut = history.document | {"handled": left, "embedded": len(left), "version": last}

    assert Stored(cut, history.archived).fault is not None


@given(histories(), st.data())
@UNHURRIED
def test_a_chain_written_anew_shows_against_the_head_that_was_exported(history: Stored, data: st.DataObject):
    """Whoever knows how can make every hash fit again; what lies outside he cannot reach."""
    links = chain_of(history.document, history.archived)
    assume(not any("hash" in one for one in links))
    exported = data.draw(st.sampled_from(links))
    forged, before = [], FIRST
    for link in links:
        forged.append(link | {"who": "nobody", "before": before})
        before = hash_of(forged[-1])
    anew = history.document | {"handled": forged, "embedded": len(forged), "head": before}
    anew.pop("archived", None)

    assert Stored(anew, []).fault is None
    assert fault_against(hash_of(exported), exported["sequence"], history.document, history.archived) is None
    assert fault_against(hash_of(exported), exported["sequence"], anew, []) == Fault(exported["sequence"], "chain-rewritten")
    assert fault_against(hash_of(exported), exported["sequence"], None, []) == Fault(exported["sequence"], "document-missing")
    assert fault_against(hash_of(exported), 99, history.document, history.archived) == Fault(99, "records-missing")


def a_history() -> Document:
    creating = Task(a_cause("create"), a_delivery("create", cause_id="create"), reaction=Create(KEY, Decision(Sum(1), what="created")))
    return written(written(None, creating), a_task(1, 1, 1), a_task(2, 2, 1))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"state": {"total": 1, "note": "forged"}}, Fault(3, "state-changed")),
        ({"next_due": AT + timedelta(days=400)}, Fault(3, "fields-changed")),
        ({"head": b"x" * 32}, Fault(3, "head-changed")),
        ({"version": 4}, Fault(4, "records-missing")),
        ({"stub": True}, Fault(0, "unreadable-chain")),
        ({"handled": []}, Fault(0, "records-missing")),
        ({"handled": 7}, Fault(0, "unreadable-chain")),
        ({"_id": "another"}, Fault(2, "records-of-another")),
    ],
)
def test_the_fault_says_what_was_changed_and_at_which_step(change: Document, fault: Fault):
    assert Stored(a_history() | change, []).fault == fault


def test_a_changed_event_shows_at_its_record():
    document = a_history()
    document["handled"][1]["events"][0]["body"] += b" "

    assert Stored(document, []).fault == Fault(2, "record-changed")


@pytest.mark.parametrize("of_today_or_before", [through_bson, as_before_digests])
def test_an_erased_history_says_nothing_more_and_every_earlier_head_still_stands_in_it(of_today_or_before: Callable[[Document], Document]):
    before = of_today_or_before(a_history())
    after = written(before, an_erasure())

    assert Stored(after, []).fault is None
    assert [event for link in after["handled"] for event in republished(link)] == []
    assert [fault_against(hash_of(one), one["sequence"], after, []) for one in before["handled"]] == [None, None, None]


def test_a_body_that_goes_without_an_erasure_shows_and_an_erasure_cannot_be_forged():
    document = a_history()
    document["handled"] = [shorn(one) for one in document["handled"]]

    assert Stored(document, []).fault == Fault(2, "record-changed")
    assert Stored(document | {"erased": 3}, []).fault is not None
    assert Stored(document | {"erased": 4}, []).fault is not None


def test_what_comes_after_an_erasure_is_on_record_and_changes_nothing():
    erased = written(a_history(), an_erasure())

    after = written(erased, a_task(7, 5, 1))

    assert after["state"] == erased["state"]
    assert (after["handled"][-1]["what"], after["handled"][-1]["events"]) == ("refused/erased-already", [])
    assert "next_due" not in after


def test_a_stub_is_sound_as_it_was_kept_and_not_with_a_message_taken_out():
    stub = written(None, a_task(1, 1, 1), a_task(2, 1, 1))

    assert Stored(stub, []).fault is None
    assert Stored(stub | {"early": stub["early"][1:]}, []).fault == Fault(0, "stub-changed")
