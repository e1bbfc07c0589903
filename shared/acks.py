"""Telling the broker that messages are done, on whatever of their channels is still open."""

from collections.abc import Sequence

from aio_pika.abc import AbstractIncomingMessage
from aiormq.exceptions import ChannelInvalidStateError

from shared.telemetry import log


def is_open(message: AbstractIncomingMessage) -> bool:
    """Of a channel that is gone, aio-pika does not tell `is_closed`: it raises."""
    try:
        return not message.channel.is_closed
    except ChannelInvalidStateError:
        return False


async def acknowledge(messages: Sequence[AbstractIncomingMessage]) -> None:
    """One `multiple` ack for each channel: everything up to the last tag was done. A closed channel redelivers; its records wait."""
    last = {id(one.channel): one for one in sorted(filter(is_open, messages), key=lambda one: one.delivery_tag or 0)}
    for message in last.values():
        await _ack(message, multiple=True)


async def acknowledge_alone(message: AbstractIncomingMessage) -> None:
    """Earlier ones of its channel are still held."""
    if is_open(message):
        await _ack(message, multiple=False)


async def _ack(message: AbstractIncomingMessage, *, multiple: bool) -> None:
    try:
        await message.channel.basic_ack(message.delivery_tag or 0, multiple=multiple)
    except (ChannelInvalidStateError, ConnectionError):
        log.info("channel closed before the acknowledgement; the broker delivers again")
