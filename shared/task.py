"""One message on its way through a batch, and how it left."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from shared.contracts import Message
from shared.decision import Reaction
from shared.envelope import Delivery, Outgoing
from shared.errors import BrokerAway, DatabaseAway, PermanentError, slug_of
from shared.record import Cause, republished
from shared.storage import Document


class End(StrEnum):
    """How a message left the batch."""

    DONE = "done"
    DUPLICATE = "duplicate"
    EARLY = "early"
    NOTHING = "nothing"
    RETRY = "retry"
    DEAD = "dead"


@dataclass(slots=True)
class Task:
    """One message on its way through a batch."""

    cause: Cause
    delivery: Delivery | None = None
    message: Message | None = None
    reaction: Reaction | None = None
    end: End | None = None
    what: str = ""
    error: BaseException | None = None
    events: list[Outgoing] = field(default_factory=list)
    carrier: str | None = None
    """Id of the creating message that folds this one in; its own delivery was acknowledged when it was kept early."""

    def ends(self, end: End, what: str) -> None:
        self.end, self.what = end, what

    def repeats(self, links: Sequence[Document]) -> None:
        """These records hold what it did the first time; without any it is new."""
        if links:
            self.events = [event for one in links for event in republished(one)]
            self.ends(End.DUPLICATE, links[0]["what"])

    def fails(self, error: BaseException) -> None:
        self.end = End.DEAD if isinstance(error, PermanentError) else End.RETRY
        self.error, self.what, self.events = error, slug_of(error), []

    def starts_again(self) -> None:
        self.end, self.events = None, []


@contextmanager
def failures_of(task: Task) -> Iterator[None]:
    """One bad message never harms its neighbours: what it raises is its own end. An absent database or broker is everybody's."""
    try:
        yield
    except (DatabaseAway, BrokerAway):
        raise
    except Exception as error:  # noqa: BLE001 - whatever a rule raises is this message's end, told with its slug
        task.fails(error)
