"""What an operator asks of one service. The routing key ends in the service's name, so each hears only its own."""

from typing import ClassVar

from pydantic import Field

from shared.contracts.base import Command, Part


class DeadLetterCommand(Command):
    service: str
    dead_id: str
    by: str = Field(description="who asks, for the audit")

    @property
    def routing_key(self) -> str:
        return f"{self.key}.{self.service}"

    @property
    def subject_id(self) -> str:
        return self.dead_id


class ReplayDeadLetter(DeadLetterCommand):
    """Put a dead letter back into the queue it came from."""

    key: ClassVar[str] = "dead.replay.v1"

    again: bool = Field(default=False, description="also where it was replayed before, and did not come back")


class DiscardDeadLetter(DeadLetterCommand):
    """Give a dead letter up for good, for a reason that is kept."""

    key: ClassVar[str] = "dead.discard.v1"

    reason: str = Field(min_length=3)


class Lost(Part):
    """One message that its reader never heard."""

    of: str = Field(description="the aggregate, or the entry of the ledger, that holds it")
    id: str = Field(description="the message's id")


class PublishAgain(Command):
    """Publish once more, byte for byte, what the records hold and a queue lost. Readers drop what they know."""

    key: ClassVar[str] = "publish.again.v1"

    service: str
    source: str = Field(description="which of the service's collections holds it")
    lost: tuple[Lost, ...] = Field(min_length=1, max_length=1_000)
    by: str = Field(description="who asks")

    @property
    def routing_key(self) -> str:
        return f"{self.key}.{self.service}"


CONTROL: tuple[type[Command], ...] = (ReplayDeadLetter, DiscardDeadLetter, PublishAgain)
"""What every service obeys."""
