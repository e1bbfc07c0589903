"""Who says what when: new complaints, what comes later on them, repeats and rubbish, in an order that the seed alone decides. Pure."""

import random
from dataclasses import dataclass
from enum import StrEnum, auto

FOLLOW_UPS = 0.2
DUPLICATES = 0.05
UNREADABLE = 0.01
WORKED_ON = 0.05
"""Of the complaints: somebody takes them, answers and resolves them, by commands."""

REORDERED = 0.15
"""Of the follow-ups: sent before the complaint that they follow."""

LATER = (5.0, 300.0)
"""How many complaints lie between a message and its follow-up, its repeat, or a command on it."""

EARLIER = (0.5, 20.0)
CLOCK_APPROACHES = 0.04
CLOCK_MISSED = 0.02
"""Shares of complaints that the company received so long ago that time acts on them while the run goes on."""


class Kind(StrEnum):
    COMPLAINT = auto()
    FOLLOW_UP = auto()
    UNREADABLE = auto()
    TAKE = auto()
    REPLY = auto()
    RESOLVE = auto()


COMMANDS = (Kind.TAKE, Kind.REPLY, Kind.RESOLVE)
"""In the order in which they are given."""


class Age(StrEnum):
    """How a complaint's first clock stands when it is sent."""

    FRESH = auto()
    APPROACHES = auto()
    MISSED = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """`order` counts in complaints; `number` names the complaint meant, and `repeat` says that the same bytes were said before."""

    order: float
    kind: Kind
    number: int
    age: Age = Age.FRESH
    repeat: bool = False


def timetable(complaints: int, seed: int, first: int = 0) -> list[Entry]:
    """Of the complaints from number `first` on."""
    chance = random.Random(f"{seed}/{first}")
    numbers = range(first, first + complaints)
    entries = [Entry(float(number), Kind.COMPLAINT, number, _age(chance)) for number in numbers]
    for number in numbers:
        if chance.random() < FOLLOW_UPS:
            entries.append(Entry(_moment(chance, number), Kind.FOLLOW_UP, number))
        if chance.random() < UNREADABLE:
            entries.append(Entry(number + chance.random(), Kind.UNREADABLE, number))
        if chance.random() < WORKED_ON:
            moments = sorted(number + chance.uniform(*LATER) for _ in COMMANDS)
            entries += [Entry(moment, kind, number) for moment, kind in zip(moments, COMMANDS, strict=True)]
    entries += [
        Entry(one.order + chance.uniform(*LATER), one.kind, one.number, one.age, repeat=True)
        for one in entries
        if chance.random() < DUPLICATES
    ]
    return sorted(entries, key=lambda one: one.order)


def _age(chance: random.Random) -> Age:
    drawn = chance.random()
    if drawn < CLOCK_MISSED:
        return Age.MISSED
    return Age.APPROACHES if drawn < CLOCK_MISSED + CLOCK_APPROACHES else Age.FRESH


def _moment(chance: random.Random, number: int) -> float:
    if chance.random() < REORDERED:
        return number - chance.uniform(*EARLIER)
    return number + chance.uniform(*LATER)
