"""Who says what when: new complaints, what comes later on them, repeats and rubbish, in an order that the seed alone decides. Pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto

FOLLOW_UPS = 0.2
DUPLICATES = 0.05
UNREADABLE = 0.01
WORKED_ON = 0.05
"""Of the complaints that no later message follows: somebody takes them, answers and resolves them, by commands."""

REFUNDED = 0.1
"""As many others, unless a clock acts on them: somebody gets the customer the money back."""

REORDERED = 0.15
"""Of the follow-ups: sent before the complaint that they follow."""

LATER = (5.0, 300.0)
"""How many complaints lie between a message and its follow-up, its repeat, or a command on it."""

SOON = (0.0, 30.0)
"""As many before somebody begins with a refund."""

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
    REFUND = auto()
    """Somebody begins to; what that takes follows from what the complaint looks like."""


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
    entries += [step for one in _known_by_themselves(entries) for step in _worked_on(chance, one)]
    entries += [
        Entry(one.order + chance.uniform(*LATER), one.kind, one.number, one.age, repeat=True)
        for one in entries
        if one.kind is not Kind.REFUND and chance.random() < DUPLICATES
    ]
    return sorted(entries, key=lambda one: one.order)


def _known_by_themselves(entries: Sequence[Entry]) -> list[Entry]:
    """A later message that comes first, by plan or through a fault, becomes the complaint, and nobody could name that beforehand."""
    followed = {one.number for one in entries if one.kind is Kind.FOLLOW_UP}
    return [one for one in entries if one.kind is Kind.COMPLAINT and one.number not in followed]


def _worked_on(chance: random.Random, complaint: Entry) -> list[Entry]:
    number, drawn = complaint.number, chance.random()
    if drawn < WORKED_ON:
        moments = sorted(number + chance.uniform(*LATER) for _ in COMMANDS)
        return [Entry(moment, kind, number) for moment, kind in zip(moments, COMMANDS, strict=True)]
    if drawn < WORKED_ON + REFUNDED and complaint.age is Age.FRESH:
        return [Entry(number + chance.uniform(*SOON), Kind.REFUND, number)]
    return []


def _age(chance: random.Random) -> Age:
    drawn = chance.random()
    if drawn < CLOCK_MISSED:
        return Age.MISSED
    return Age.APPROACHES if drawn < CLOCK_MISSED + CLOCK_APPROACHES else Age.FRESH


def _moment(chance: random.Random, number: int) -> float:
    if chance.random() < REORDERED:
        return number - chance.uniform(*EARLIER)
    return number + chance.uniform(*LATER)
