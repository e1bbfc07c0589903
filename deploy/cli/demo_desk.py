"""The agents of the demonstration: they answer every complaint but one, which time then overtakes."""

from datetime import datetime

from deploy.cli import house_time, wire
from deploy.cli.demo_house import DemoHouse
from deploy.cli.demo_tables import Line
from deploy.problem import SetupError
from shared.contracts import ComplaintResolved, CustomerAnswered, Message
from shared.contracts.vocabulary import ComplaintId, Outcome
from shared.envelope import Outgoing

AGENT = "agent-1"
FAR_ENOUGH_H = 30
"""A complaint whose resolution is due later than this misses one deadline only, the first response."""


async def answer_all_but_one(house: DemoHouse, lines: list[Line]) -> Line:
    """Those whose resolution is due soon are resolved too."""
    now = await house_time.now(house.settings)
    left = next((one for one in lines if not _is_due_soon(one, now) and one.is_receipted), None)
    if left is None:
        raise SetupError("no complaint of the samples is fit to be left unanswered.", cure="see `redress list`.")
    said: list[Message] = [_answered(one, now) for one in lines if one is not left]
    said += [_resolved(one, now) for one in lines if one is not left and _is_due_soon(one, now)]
    url = wire.as_operator(house.settings)
    async with wire.channel_at(url, "redress demo") as channel:
        await wire.publish(channel, url, "redress", [_outgoing(one) for one in said], now)
    return left


def _is_due_soon(line: Line, now: datetime) -> bool:
    return line.resolution_due is None or (line.resolution_due - now).total_seconds() < FAR_ENOUGH_H * 3_600


def _answered(line: Line, now: datetime) -> CustomerAnswered:
    return CustomerAnswered(complaint_id=ComplaintId(line.complaint_id), by=AGENT, answered_at=now)


def _resolved(line: Line, now: datetime) -> ComplaintResolved:
    return ComplaintResolved(complaint_id=ComplaintId(line.complaint_id), by=AGENT, outcome=Outcome.EXPLANATION, resolved_at=now)


def _outgoing(message: Message) -> Outgoing:
    message_id, body = f"{message.subject_id}:{message.key}", message.encoded()
    return Outgoing(message_id, message.exchange, message.routing_key, message.key, body, message.subject_id)
