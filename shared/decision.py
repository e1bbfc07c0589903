"""What a handler may answer. Rules decide, handlers say what to do with the decision, `shared/work.py` does it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from shared.contracts import Message

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Decision(Generic[S]):
    """The state after a message, and what to tell the others. `what` names it in the audit and the log."""

    state: S
    emit: Sequence[Message] = field(default=(), kw_only=True)
    what: str = field(default="", kw_only=True)
    by: str = field(default="", kw_only=True)
    """The person behind it, where the message's sender is only who passes it on."""
    erases: bool = field(default=False, kw_only=True)
    """What was personal is gone with this: the runtime takes it out of the records too, and the aggregate moves no more (ADR-0025)."""

    @staticmethod
    def unchanged(state: S, reason: str) -> "Decision[S]":
        return Decision(state, what=reason)


@dataclass(frozen=True, slots=True)
class Claim:
    """A name that one aggregate only may own: a thread, a complaint number. `taken(owner)` says what to do where another has it."""

    name: str
    taken: Callable[[str], "Reaction"]
    at: datetime | None = None
    """The moment that is remembered with the name; where none is given, when it was claimed."""


@dataclass(frozen=True, slots=True)
class Create(Generic[S]):
    """Begin the aggregate `key`, once its claims are granted. A second creation of the same key changes nothing."""

    key: str
    decision: Decision[S]
    claims: Sequence[Claim] = ()
    granted: "Callable[[], Reaction] | None" = None
    """What follows once all claims are granted, where that is not yet the creation."""


@dataclass(frozen=True, slots=True)
class Transition(Generic[S]):
    """Move the aggregate `key` on. Where it does not exist yet, the message is kept and folded in when it does."""

    key: str
    decide: Callable[[S], Decision[S]]
    of: type[S] | None = None
    """Which of the service's aggregates; its first one where nothing is said."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """Ask who owns a claimed name before deciding. A message gets the same answer whenever it is delivered again."""

    name: str
    then: Callable[[str | None], "Reaction"]


@dataclass(frozen=True, slots=True)
class Owned:
    """A name's owner, and the moment remembered with it."""

    owner: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Recall:
    """Ask which of these names are owned. The answer is not kept: what a creation says may hang on it, never what becomes of a message."""

    names: Sequence[str]
    then: Callable[[Mapping[str, Owned]], "Reaction"]


@dataclass(frozen=True, slots=True)
class Nothing:
    """No state changes; `reason` is a slug."""

    reason: str


Reaction = Create[Any] | Transition[Any] | Lookup | Recall | Nothing
