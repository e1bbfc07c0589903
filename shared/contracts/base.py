"""What every message has in common: frozen, tolerant of fields it does not know, and a key that never changes its meaning."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

EVENTS = "redress.events"
COMMANDS = "redress.commands"
INBOUND = "redress.inbound"
OUTBOUND = "redress.outbound"
WALLET = "redress.wallet"


class Part(BaseModel):
    """A value inside a message. Readers ignore fields they do not know, so writers may add some."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_bytes="base64", val_json_bytes="base64")


class Message(Part):
    """A message as it stands in the body. Ids, times of sending and correlation travel in the AMQP properties."""

    key: ClassVar[str]
    exchange: ClassVar[str]

    @property
    def routing_key(self) -> str:
        """Where the exchange sends it: the contract's key, unless a message is addressed to one adapter or service."""
        return self.key

    @property
    def subject_id(self) -> str:
        """The id that ties a conversation together (`correlation_id`): the complaint's, where the message has one."""
        return str(getattr(self, "complaint_id", ""))

    @property
    def fixed_id(self) -> str | None:
        """The message id where the contract prescribes one; otherwise the write path derives it from its cause."""
        return None

    def encoded(self) -> bytes:
        """The body. What is not known is left out; readers know the default."""
        return self.model_dump_json(exclude_none=True).encode()


class Event(Message):
    """Something that happened. Named in the past tense; any number of services may listen."""

    exchange: ClassVar[str] = EVENTS


class Command(Message):
    """Something that one receiver shall do. Named in the imperative."""

    exchange: ClassVar[str] = COMMANDS
