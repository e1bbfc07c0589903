"""How long people wait: commands at a rate, from handing one over until the event that it causes is in a consumer's hands."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from deploy.backing import Backing
from deploy.cli.wire import as_operator
from shared.broker import Source, deliveries_of
from shared.contracts import (
    EVENTS,
    AddNote,
    CaseworkCommand,
    ComplaintMoved,
    ComplaintResolved,
    CustomerAnswered,
    DeadlineExtended,
    Event,
    ExtendDeadline,
    ProposeRemedy,
    ReplyToCustomer,
    ResolveComplaint,
    TakeComplaint,
)
from shared.contracts.vocabulary import ComplaintId
from shared.settings import OPERATOR, HouseSettings, house_user
from tests.builders import a_command
from tests.load import lineup
from tests.load.consumption import spent_by
from tests.load.contender import Contender
from tests.load.figures import Measured, medians, paired_ratio, percentile
from tests.load.house_path import HousePath
from tests.load.letters import letter_box
from tests.load.measuring import TooSlow, full_speed
from tests.load.publishing import Prepared, Publisher, publisher
from tests.namespaces import Namespace, namespace_in

PER_S = 200.0
COMPLAINTS = 300
DESK = house_user(OPERATOR)
SUPERVISOR = "supervisor-1"
WITHIN_S = 30.0
ASK_EVERY_S = 0.02
WARMING_SHARE = 0.2
"""The first commands of a round, left out."""

MIX: Mapping[type[CaseworkCommand], type[Event] | None] = {
    TakeComplaint: ComplaintMoved,
    AddNote: None,
    ReplyToCustomer: CustomerAnswered,
    ProposeRemedy: None,
    ExtendDeadline: DeadlineExtended,
    ResolveComplaint: ComplaintResolved,
}
"""What is done with each complaint, in this order, and the event by which others hear of it; the rest is load."""


@dataclass(frozen=True, slots=True)
class Waited:
    latencies_ms: Sequence[float]
    cpu_ms: Mapping[str, float]
    """Processor time for each command, by process; whoever hears of it included."""


@dataclass(frozen=True, slots=True)
class Side:
    contender: Contender
    path: HousePath
    publisher: Publisher


async def commands(root: Path, found: Backing, rounds: int) -> Measured:
    """The product and the equal-work pipeline in turn, round after round."""
    seen: dict[str, list[Waited]] = {}
    async with AsyncExitStack() as stack:
        box = await stack.enter_async_context(letter_box())
        corners = [stack.enter_context(namespace_in(found)) for _ in range(2)]
        lineup.declare(corners[1])
        contenders = (lineup.product(root, found, corners[0], box), lineup.equal_work(root, corners[1], box))
        sides = [await stack.enter_async_context(_side(one)) for one in contenders]
        world = lineup.backing_pids(root)
        for number in range(rounds):
            for one in sides if number % 2 else reversed(sides):
                seen.setdefault(one.contender.name, []).append(await _round(one, world))
    return told(seen)


def told(seen: Mapping[str, Sequence[Waited]]) -> Measured:
    p50, p99 = ({name: _latency_ms(rounds, share) for name, rounds in seen.items()} for share in (0.5, 0.99))
    ours, theirs = ([percentile(one.latencies_ms, 0.99) for one in seen[name]] for name in (lineup.PRODUCT, lineup.EQUAL_WORK))
    cpu = {name: _cpu_ms(rounds) for name, rounds in seen.items()}
    figures = {
        "commands_p50_ms": round(p50[lineup.PRODUCT], 1),
        "commands_p99_ms": round(p99[lineup.PRODUCT], 1),
        "commands_p99_ratio_to_equal_work": round(paired_ratio(ours, theirs), 2),
        "cpu_ms_per_command": {name: round(value, 3) for name, value in cpu[lineup.PRODUCT].items()},
    }
    rows = [
        [name, f"{p50[name]:.0f}", f"{p99[name]:.0f}", f"{_of_casework(cpu[name]):.2f}", f"{sum(cpu[name].values()):.2f}"] for name in seen
    ]
    return Measured(figures, [[[f"{PER_S:g} commands/s", "p50 ms", "p99 ms", "CPU ms each: casework", "all"], *rows]])


def _latency_ms(rounds: Sequence[Waited], share: float) -> float:
    return median(percentile(one.latencies_ms, share) for one in rounds)


def _cpu_ms(rounds: Sequence[Waited]) -> dict[str, float]:
    return medians([one.cpu_ms for one in rounds])


def _of_casework(cpu: Mapping[str, float]) -> float:
    return sum(value for name, value in cpu.items() if name.endswith("casework"))


async def _round(side: Side, world: Mapping[str, Sequence[int]]) -> Waited:
    """The complaints are with their teams before the clock starts."""
    complaints = await _with_their_teams(side, world)
    messages = prepared(complaints, uuid4().hex[:10])
    processes = {**side.contender.crew.pids(), **world}
    async with _arrivals(side.path.namespace) as arrived:
        before = spent_by(processes)
        sent_at = await side.publisher.at_rate(messages, PER_S)
        wanted = {name: at for name, at in sent_at.items() if name.split()[1] in HEARD}
        deadline = time.monotonic() + WITHIN_S
        while not wanted.keys() <= arrived.keys():
            if time.monotonic() > deadline:
                raise TooSlow(f"{side.contender.name}: {len(wanted.keys() - arrived.keys())} of {len(wanted)} commands unheard of")
            await asyncio.sleep(ASK_EVERY_S)
        after = spent_by(processes)
    taken = [1_000 * (arrived[name] - at) for name, at in wanted.items()]
    return Waited(taken[int(WARMING_SHARE * len(taken)) :], {name: (after[name] - before[name]) / len(messages) for name in processes})


async def _with_their_teams(side: Side, world: Mapping[str, Sequence[int]]) -> list[ComplaintId]:
    await full_speed(side.contender, side.publisher, COMPLAINTS, world)
    return [ComplaintId(one) for one in await side.path.complaint_ids()]


HEARD = {event.key for event in MIX.values() if event}


def prepared(complaints: Sequence[ComplaintId], run: str) -> list[Prepared]:
    """One kind after the other: between two commands on one complaint lies one on every other."""
    due_at = datetime.now(UTC) + timedelta(days=30)
    return [_prepared(kind, one, run, {"due_at": due_at} if kind is ExtendDeadline else {}) for kind in MIX for one in complaints]


def _prepared(kind: type[CaseworkCommand], complaint_id: ComplaintId, run: str, changes: Mapping[str, datetime]) -> Prepared:
    command, event = a_command(kind, complaint_id=complaint_id, by=SUPERVISOR, **changes), MIX[kind]
    properties = aio_pika.Message(
        command.encoded(),
        message_id=f"{run}/{complaint_id}/{kind.key}",
        type=kind.key,
        app_id="redress",
        user_id=DESK,
        correlation_id=complaint_id,
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )
    return Prepared(f"{complaint_id} {event.key if event else kind.key}", DESK, command.exchange, command.routing_key, properties)


@asynccontextmanager
async def _arrivals(corner: Namespace) -> AsyncIterator[dict[str, float]]:
    """When the first event of each kind on each complaint came to one more consumer."""
    arrived: dict[str, float] = {}
    async with await aio_pika.connect(corner.amqp_url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(exclusive=True)
        for key in HEARD:
            await queue.bind(EVENTS, key)

        async def take(message: AbstractIncomingMessage) -> None:
            now = time.time()
            for one in deliveries_of(message, Source("bench", "", from_outside=False), datetime.now(UTC)):
                arrived.setdefault(f"{one.envelope.correlation_id} {one.envelope.type}", now)

        await queue.consume(take, no_ack=True)
        yield arrived


@asynccontextmanager
async def _side(contender: Contender) -> AsyncIterator[Side]:
    assert isinstance(contender.path, HousePath)
    settings = HouseSettings.model_validate({"amqp_url": contender.path.namespace.amqp_url, "secret_key": contender.path.namespace.secret})
    try:
        await contender.crew.start()
        async with publisher({**contender.path.users, DESK: as_operator(settings)}) as out:
            yield Side(contender, contender.path, out)
    finally:
        contender.crew.stop()
