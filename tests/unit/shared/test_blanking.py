"""What the marks call personal goes, everything else stays, and what is left can be read again."""

from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from datetime import UTC, datetime
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel, TypeAdapter

from deploy.house import SERVICES, aggregates_of
from shared.aggregate import AnyAggregate
from shared.blanking import ERASED, MASKED, blanked, marks_of, said_in
from shared.contracts import ReplyTo, Sender, Wanted
from shared.contracts.vocabulary import Channel, Personal

AGGREGATES = [one for service in SERVICES for one in aggregates_of(service)]


@dataclass(frozen=True, slots=True)
class Person:
    name: Personal[str]
    team: str
    age: Personal[str | int] = 7
    nick: Personal[str | None] = None
    words: Personal[tuple[str, ...]] = ()
    home: Personal[ReplyTo | None] = None
    friends: "tuple[Person, ...]" = ()


def test_what_is_marked_goes_at_every_depth_and_what_was_empty_stays_empty():
    home = ReplyTo(channel=Channel.EMAIL, adapter="mail", email="li@example.com")
    person = Person("Li", "refunds", 40, None, ("a", ""), home, friends=(Person("Wang", "fees"),))

    erased = blanked(person, ERASED)

    gone_home = home.model_copy(update={"email": ERASED})
    assert erased == Person(ERASED, "refunds", ERASED, None, (ERASED, ""), gone_home, friends=(Person(ERASED, "fees", ERASED),))
    assert blanked(erased, ERASED) == erased
    assert person.name == "Li"


def test_where_something_personal_stands_is_told_without_saying_what():
    person = Person("Li", "refunds", nick="", friends=(Person("Wang", "fees"),))

    assert sorted(said_in(person)) == ["age", "friends.age", "friends.name", "name"]
    assert list(said_in(blanked(person, ERASED))) == []
    assert sorted(said_in(blanked(person, MASKED))) == ["age", "friends.age", "friends.name", "name"]


def test_a_part_that_must_say_something_still_does():
    for part in (Sender(name="Li"), Wanted(transaction_id="T1")):
        erased = blanked(part, ERASED)

        assert type(part).model_validate(erased.model_dump()) == erased != part


def types_within(of: Any) -> Iterator[Any]:
    """Every type that a field of it may hold."""
    if get_origin(of) in (Annotated, Union, UnionType, tuple, list, dict):
        for one in get_args(of):
            yield from types_within(one)
    elif isinstance(of, type):
        yield of


def parts_of(of: type, known: set[type]) -> Iterator[type]:
    """The models and dataclasses of a state, itself first."""
    if of in known or not (issubclass(of, BaseModel) or is_dataclass(of)):
        return
    known.add(of)
    yield of
    for hint in get_type_hints(of, include_extras=True).values():
        for one in types_within(hint):
            yield from parts_of(one, known)


@pytest.mark.parametrize("aggregate", AGGREGATES, ids=lambda one: one.name)
def test_every_marked_field_of_a_state_can_be_erased_and_read_again(aggregate: AnyAggregate):
    """A moment or a word of a closed set has nothing to hide behind: what tells who somebody is must be text, or a part of its own."""
    for part in parts_of(aggregate.of, set()):
        hints = get_type_hints(part, include_extras=True)
        for name in (one for one, marked in marks_of(part).items() if marked):
            inner = list(types_within(hints[name]))
            unsaid = [one for one in inner if one not in (str, int, type(None), Ellipsis) and not list(parts_of(one, set()))]
            assert unsaid == [], f"{part.__name__}.{name}"
            if str in inner:
                wrapped: Any = (ERASED,) if any(get_origin(one) is tuple for one in get_args(hints[name])) else ERASED
                assert TypeAdapter(hints[name]).validate_python(wrapped) == wrapped, f"{part.__name__}.{name}"


def test_moments_and_numbers_that_are_not_marked_stay():
    at = datetime(2026, 11, 22, tzinfo=UTC)

    assert blanked({"at": (at, 5)}, ERASED) == {"at": (at, 5)}
