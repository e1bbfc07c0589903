"""What an operator asks of one service. The routing key ends in the service's name, so each hears only its own."""

from typing import ClassVar

from pydantic import Field

from shared.contracts.base import Command


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
