"""One document in one batch: duplicates, early messages, creation and time, before any database sees it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.aggregate import Aggregate
from shared.decision import Create, Decision, Transition
from shared.draft import Draft, mark_of
from shared.early import kept, taken_up
from shared.errors import RuleViolation, UnstorableState
from shared.record import FIRST
from shared.sealing import Sealer
from shared.storage import CODEC, Document, encode, insert, update
from shared.task import End, Task
from tests.builders import a_complaint_routed
from tests.unit.shared.deliveries import AT, a_cause, a_delivery

UNHURRIED = settings(deadline=None)
"""The machine may be busy with other things."""

SEALER = Sealer(b"w" * 32)
DUE = AT + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Sum:
    total: int
    due: datetime | None = DUE
    note: str = ""


SUMS = Aggregate("sums", Sum, due=lambda held: held.due)


def a_draft(document: Document | None = None, archived: Sequence[Document] = ()) -> Draft:
    return Draft("adder", SUMS, "s1", document, archived)


def a_creation(name: str = "create", total: int = 100) -> Task:
    reaction = Create("s1", Decision(Sum(total), emit=[a_complaint_routed()], what="created"))
    return Task(a_cause(name), a_delivery(name, cause_id=name), reaction=reaction)


def an_addition(name: str, number: int = 1) -> Task:
    def add(held: Sum) -> Decision[Sum]:
        return Decision(replace(held, total=held.total + number), emit=[a_complaint_routed()], what="added")

    return Task(a_cause(name), a_delivery(name, cause_id=name), reaction=Transition("s1", add))


def a_moment(name: str, state: Sum) -> Task:
    """Time itself: no delivery waits at the broker."""
    return Task(a_cause(name, type="time"), reaction=Transition("s1", lambda _: Decision(state, what="fired")))


def drafted(*tasks: Task, document: Document | None = None) -> Draft:
    draft = a_draft(document)
    for task in tasks:
        draft.take(task, kept(task, SEALER) if draft.state is None else None)
    return draft


def stored(draft: Draft) -> Document:
    """What the database holds once this draft's write went in."""
    was = draft.document or {}
    body = {"_id": "s1", "schema": 1, "version": draft.version, "head": draft.head, "handled": draft.handled}
    if draft.state is None:
        entries = [*was.get("early", ()), *draft.early]
        body |= {"stub": True, "early": entries, "head": FIRST, "version": len(entries)}
    else:
        body["state"] = SUMS.dump(draft.state)
    return bson.decode(encode(body), CODEC)


# Creation


def test_a_creation_is_one_insert_of_state_record_and_due_time():
    draft = drafted(creation := a_creation())

    (link,) = draft.records
    assert (creation.end, creation.what, draft.version) == (End.DONE, "created", 1)
    assert draft.write() == insert(
        {
            "_id": "s1",
            "schema": 1,
            "version": 1,
            "state": SUMS.dump(Sum(100)),
            "head": draft.head,
            "updated_at": AT,
            "next_due": DUE,
            "created_at": AT,
            "handled": [link],
            "embedded": 1,
        }
    )


def test_many_messages_on_one_key_are_one_write():
    draft = drafted(a_creation(), an_addition("a", 1), an_addition("b", 2))

    assert (draft.state.total, draft.version, [one["sequence"] for one in draft.records]) == (103, 3, [1, 2, 3])
    assert draft.marks == {("create", "r1"), ("a", "r1"), ("b", "r1")}


def test_a_second_creation_changes_nothing_and_is_on_record_or_it_would_be_missed_for_ever():
    first = stored(drafted(a_creation()))

    draft = drafted(again := a_creation("create-again", total=7), document=first)

    assert (again.end, again.what, again.events, draft.state.total) == (End.DONE, "already-exists", [], 100)
    assert [one["id"] for one in draft.records] == ["create-again"]


# Repetition


def test_a_repeat_in_the_same_batch_says_the_same_and_changes_nothing():
    draft = drafted(a_creation(), one := an_addition("a"), other := an_addition("a"))

    assert (draft.state.total, draft.version, one.end, other.end) == (101, 2, End.DONE, End.DUPLICATE)
    assert other.events == one.events != []


def test_a_repeat_of_what_is_stored_publishes_the_same_bytes_again():
    first = drafted(a_creation(), one := an_addition("a"))

    draft = drafted(again := an_addition("a", number=50), document=stored(first))

    assert (again.end, again.what, again.events, draft.write()) == (End.DUPLICATE, "added", one.events, None)


def test_what_was_handled_long_ago_is_still_known_and_says_the_same_once_more():
    long_ago = drafted(first := an_addition("a"), document=stored(drafted(a_creation()))).records
    draft = a_draft(stored(drafted(a_creation())), archived=long_ago)

    draft.take(again := an_addition("a"))

    assert (again.end, again.events, draft.write()) == (End.DUPLICATE, first.events, None)


def test_a_message_that_changes_nothing_is_remembered_all_the_same():
    task = Task(a_cause("a"), a_delivery("a"), reaction=Transition("s1", lambda held: Decision.unchanged(held, "nothing-to-do")))

    draft = drafted(task, document=stored(drafted(a_creation())))

    assert (task.end, task.what, draft.version, [one["id"] for one in draft.records]) == (End.DONE, "nothing-to-do", 2, ["a"])


ADDITIONS = st.lists(st.integers(0, 5), max_size=10)


@UNHURRIED
@given(ADDITIONS, ADDITIONS)
def test_any_order_repetition_and_cut_into_batches_adds_each_message_once(first: list[int], second: list[int]):
    draft = drafted(a_creation(total=0), *(an_addition(f"a{number}", number) for number in first))
    draft = drafted(*(an_addition(f"a{number}", number) for number in second), document=stored(draft))

    assert draft.state.total == sum({*first, *second})
    assert draft.version == 1 + len({*first, *second})
    heads = [one["before"] for one in draft.handled]
    assert (heads[0], len(set(heads))) == (FIRST, len(heads))


# Before creation


def test_a_message_before_creation_is_kept_once_however_often_it_comes():
    draft = drafted(one := an_addition("a"), other := an_addition("a"))

    assert (one.end, other.end, [entry["id"] for entry in draft.early]) == (End.EARLY, End.EARLY, ["a"])
    assert draft.marks == {mark_of(draft.early[0])}
    where = {"_id": "s1", "stub": True, "early.id": {"$nin": ["a"]}}
    change = {
        "$push": {"early": {"$each": draft.early}},
        "$inc": {"version": 1},
        "$setOnInsert": {"schema": 1, "head": FIRST, "created_at": AT, "embedded": 0, "handled": []},
    }
    assert draft.write() == update(where, change, upsert=True)


def test_what_the_stub_holds_is_not_kept_again():
    stub = stored(drafted(an_addition("a")))

    draft = drafted(again := an_addition("a"), document=stub)

    assert (again.end, draft.early, draft.write()) == (End.EARLY, [], None)


def test_time_finds_no_aggregate_that_was_never_created():
    draft = drafted(moment := a_moment("due/s1/0", Sum(1)))

    assert (moment.end, moment.what, draft.write()) == (End.NOTHING, "unknown-aggregate", None)


def created_on(stub: Document) -> tuple[Draft, list[Task]]:
    creation = a_creation()
    carried = [taken_up(one, SEALER, creation.cause) for one in stub["early"]]
    for task in carried:
        task.reaction = an_addition(task.cause.id).reaction
    return drafted(creation, *carried, document=stub), [creation, *carried]


@UNHURRIED
@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=8))
def test_creation_folds_in_each_early_message_once(names: list[str]):
    stub = stored(drafted(*map(an_addition, names)))

    draft, tasks = created_on(stub)

    assert draft.state.total == 100 + len(set(names))
    assert all(task.end is End.DONE for task in tasks)
    assert {link["id"]: link.get("carrier") for link in draft.records} == {"create": None} | dict.fromkeys(names, "create")


def test_folding_in_empties_the_stub_in_the_same_write():
    stub = stored(drafted(an_addition("a")))

    draft, _ = created_on(stub)

    body = {"schema": 1, "version": 3, "state": SUMS.dump(Sum(101)), "head": draft.head, "updated_at": AT, "next_due": DUE}
    body |= {"early": [], "created_at": AT}
    change = {"$set": body, "$push": {"handled": {"$each": draft.records}}, "$inc": {"embedded": 2}, "$unset": {"stub": ""}}
    assert draft.write() == update({"_id": "s1", "version": 1}, change)


def test_an_early_message_that_fails_stays_and_its_neighbours_are_folded_in():
    stub = stored(drafted(an_addition("a"), an_addition("bad")))
    draft = drafted(creation := a_creation(), document=stub)
    good, bad = (taken_up(one, SEALER, creation.cause) for one in stub["early"])
    good.reaction, bad.reaction = an_addition("a").reaction, Transition("s1", refuses)

    draft.take(good)
    with pytest.raises(RuleViolation):
        draft.take(bad)

    body = {"schema": 1, "version": 4, "state": SUMS.dump(Sum(101)), "head": draft.head, "updated_at": AT, "next_due": DUE}
    body |= {"early": [stub["early"][1]], "created_at": AT}
    change = {"$set": body, "$push": {"handled": {"$each": draft.records}}, "$inc": {"embedded": 2}, "$unset": {"stub": ""}}
    assert draft.write() == update({"_id": "s1", "version": 2}, change)


def test_the_creating_message_delivered_again_brings_the_events_of_all_it_carried():
    """Theirs were acknowledged when they were kept: nobody else would publish them after a crash."""
    before, tasks = created_on(stored(drafted(an_addition("a"), an_addition("b"))))

    drafted(again := a_creation(), document=stored(before))

    assert (again.end, again.events) == (End.DUPLICATE, [event for task in tasks for event in task.events])
    assert len(again.events) == 3


def test_a_carried_message_delivered_once_more_is_a_duplicate():
    before, _ = created_on(stored(drafted(an_addition("a"))))

    draft = drafted(again := an_addition("a"), document=stored(before))

    assert (again.end, draft.write()) == (End.DUPLICATE, None)


# Time


def test_time_that_changes_nothing_writes_nothing():
    draft = drafted(moment := a_moment("due/s1/1", Sum(100)), document=stored(drafted(a_creation())))

    assert (moment.end, draft.records, draft.write()) == (End.NOTHING, [], None)


def test_what_time_changed_is_marked_unpublished_and_leaves_the_due_list():
    document = stored(drafted(a_creation()))

    draft = drafted(a_moment("due/s1/1", Sum(100, due=None)), document=document)

    body = {"schema": 1, "version": 2, "state": SUMS.dump(Sum(100, due=None)), "head": draft.head, "updated_at": AT}
    body |= {"unpublished": ["due/s1/1"], "unpublished_since": AT}
    change = {"$set": body, "$push": {"handled": {"$each": draft.records}}, "$inc": {"embedded": 1}, "$unset": {"next_due": ""}}
    assert draft.timed
    assert draft.write() == update({"_id": "s1", "version": 1}, change)


def test_what_time_did_before_and_nobody_published_yet_stays_marked():
    """The broker may be away for longer than it takes the next clock of the same complaint to fire."""
    since = AT - timedelta(hours=6)
    first = drafted(a_moment("due/s1/1", Sum(101)), document=stored(drafted(a_creation())))
    document = stored(first) | {"unpublished": ["due/s1/1"], "unpublished_since": since}

    draft = drafted(a_moment("due/s1/2", Sum(102)), document=document)

    body = {"schema": 1, "version": 3, "state": SUMS.dump(Sum(102)), "head": draft.head, "updated_at": AT, "next_due": DUE}
    body |= {"unpublished": ["due/s1/1", "due/s1/2"], "unpublished_since": since}
    change = {"$set": body, "$push": {"handled": {"$each": draft.records}}, "$inc": {"embedded": 1}}
    assert draft.write() == update({"_id": "s1", "version": 2}, change)


def test_what_another_replica_fired_is_not_fired_again():
    fired = drafted(a_moment("due/s1/1", Sum(100, due=None)), document=stored(drafted(a_creation())))

    draft = drafted(again := a_moment("due/s1/1", Sum(100, due=None)), document=stored(fired))

    assert (again.end, again.what, again.events, draft.write()) == (End.NOTHING, "fired-by-another-replica", [], None)


# Failure


def refuses(_: Sum) -> Decision[Any]:
    raise RuleViolation("not-allowed", "the state forbids it")


@pytest.mark.parametrize(
    ("decide", "error"),
    [
        (refuses, RuleViolation),
        (lambda held: Decision(replace(held, total=2**70)), UnstorableState),
        (lambda held: Decision(replace(held, note="x" * 16_000_000)), UnstorableState),
    ],
)
def test_a_message_that_fails_leaves_the_draft_as_it_was(decide: Any, error: type[Exception]):
    draft = drafted(a_creation(), an_addition("a"))
    before = (draft.state, draft.version, draft.head, list(draft.records), list(draft.tasks))

    with pytest.raises(error):
        draft.take(Task(a_cause("bad"), a_delivery("bad"), reaction=Transition("s1", decide)))

    assert (draft.state, draft.version, draft.head, draft.records, draft.tasks) == before


def test_of_two_replicas_with_the_same_message_each_knows_its_own_write():
    document = stored(drafted(a_creation()))
    mine, theirs = (a_draft(document) for _ in "ab")
    for draft, replica in ((mine, "r1"), (theirs, "r2")):
        task = an_addition("a")
        task.cause = replace(task.cause, replica=replica)
        draft.take(task)

    assert not mine.marks & theirs.marks
