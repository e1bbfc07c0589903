"""One process of a bare pipeline: `python -m tests.load.hops concurrent|group-commit HOP`."""

import asyncio
import os
import sys
from functools import partial

import aio_pika
import uvloop
from aio_pika.abc import AbstractExchange, AbstractIncomingMessage
from pydantic_core import from_json, to_json

from tests.load.bare.serve import database
from tests.load.hops import NEXT, queue_of
from tests.load.hops.styles import STYLES, Save
from tests.load.hops.writes import WRITES, collection_of

PREFETCH = 128


async def handle(style: str, hop: str, save: Save, exchange: AbstractExchange, message: AbstractIncomingMessage) -> None:
    complaint = from_json(message.body)
    await save(WRITES[hop](complaint))
    if hop in NEXT:
        onward = aio_pika.Message(
            to_json(complaint),
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            message_id=message.message_id,
        )
        await exchange.publish(onward, queue_of(style, NEXT[hop]))
    await message.ack()


async def main(style: str, hop: str) -> None:
    save = STYLES[style](database(f"hops_{style}")[collection_of(hop)])
    connection = await aio_pika.connect(os.environ["REDRESS_AMQP_URL"])
    channel = await connection.channel(publisher_confirms=True)
    await channel.set_qos(PREFETCH)
    queue = await channel.get_queue(queue_of(style, hop))
    await queue.consume(partial(handle, style, hop, save, channel.default_exchange))
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
