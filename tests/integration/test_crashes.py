"""Killed between two steps of its work, a service repeats nothing and leaves nothing out: one row for each place."""

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psutil
import pytest
from aio_pika.abc import AbstractIncomingMessage
from pymongo import MongoClient

from deploy import programs
from deploy.cli.mailbox import Mailbox, mailbox
from deploy.house import topology_of
from deploy.processes import Running, told_to_services
from services.simulators.wallet import WalletSimulator
from shared.broker import Source, deliveries_of
from shared.contracts import (
    EVENTS,
    OUTBOUND,
    ApproveRemedy,
    CaseworkCommand,
    ComplaintMoved,
    ComplaintRegistered,
    ComplaintResolved,
    ComplaintRouted,
    CustomerAnswered,
    DeadlineApproaching,
    DeadlineMissed,
    Inbound,
    LookUpTransaction,
    OutboundNotice,
    ProposeRemedy,
    ReplyToCustomer,
    ResolveComplaint,
    TakeComplaint,
)
from shared.contracts.vocabulary import LinkKind, RemedyKind
from shared.envelope import AGGREGATE
from shared.settings import HouseSettings
from shared.storage import Document
from tests.builders import RECEIVED_AT, a_command, an_email, an_inbound, an_inbound_email
from tests.crash.serve import PLACES
from tests.house import CHECKOUT, RunningHouse, a_house, eventually
from tests.integration.test_wallet import wallet
from tests.namespaces import Namespace

pytestmark = pytest.mark.slow

MESSAGES = 10
SETTINGS = {
    "REDRESS_RETRY_DELAYS_MS": "[500, 4000, 10000]",
    "NOTIFICATION_SMTP_LETTER_TIMEOUT_S": "1",
    "CASEWORK_WALLET_ANSWER_WITHIN_S": "2",
}
"""A letter whose worker died is taken over eleven seconds later: the ladder is longer."""

NOW = datetime(2099, 1, 1, tzinfo=UTC)
"""An adapter whose clock is ahead is taken at ours: so its deadlines begin now, however far a test has moved the time on."""

ONCE_EACH = {ComplaintRegistered.key: 1, ComplaintRouted.key: 1, ComplaintMoved.key: 1, OutboundNotice.key: 1}
WORKED_ON = {ComplaintMoved.key: 3, CustomerAnswered.key: 1, ComplaintResolved.key: 1}
"""It came to its team, somebody took it, it was resolved."""

STARTED = ["first_response", "resolution", "update", "final_response"]
DEADLINES = {DeadlineApproaching.key: len(STARTED), DeadlineMissed.key: len(STARTED)}


@dataclass
class Spy:
    """Hears everything that is said in the house: which ids, and whether a repeat is the same to the byte."""

    said: list[tuple[str, str, str, bytes]] = field(default_factory=list)

    def hear(self, message: AbstractIncomingMessage) -> None:
        for one in deliveries_of(message, Source("spy", message.user_id or "", from_outside=False), RECEIVED_AT):
            envelope = one.envelope
            self.said.append((envelope.message_id, envelope.type, str(envelope.headers.get(AGGREGATE, "")), one.body))

    def distinct(self, complaints: set[str]) -> Counter[tuple[str, str]]:
        """How many different events of each type each complaint has."""
        return Counter((of, type_) for _, type_, of, _ in {one[0]: one for one in self.said if one[2] in complaints}.values())

    def contradictions(self) -> list[str]:
        bodies = {(id_, body) for id_, _, _, body in self.said}
        return [id_ for id_, count in Counter(id_ for id_, _ in bodies).items() if count > 1]


@pytest.fixture(scope="module")
def post_box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture(scope="module")
async def house(module_namespace: Namespace, tmp_path_factory: pytest.TempPathFactory, post_box: Mailbox) -> AsyncIterator[RunningHouse]:
    with a_house(module_namespace, tmp_path_factory.mktemp("crashes"), SETTINGS | dict(post_box.environment)) as running:
        yield running
        await running.close()


@pytest.fixture(scope="module")
async def spy(house: RunningHouse) -> Spy:
    found = Spy()
    channel = await house.channel()
    queue = await channel.declare_queue("spy", exclusive=True)
    for exchange in (EVENTS, OUTBOUND):
        await queue.bind(exchange, "#")

    async def hear(message: AbstractIncomingMessage) -> None:
        found.hear(message)

    await queue.consume(hear, no_ack=True)
    return found


def forms(count: int = MESSAGES) -> list[Inbound]:
    return [an_inbound("app", source_id=uuid4().hex, received_at=NOW) for _ in range(count)]


def a_mail() -> Inbound:
    """One at a time, and with no deadline behind it: a worker that is killed at another letter is not killed at this one."""
    return an_inbound_email(raw=an_email(message_id=f"<{uuid4().hex}@example.com>"), received_at=NOW)


async def ends(house: RunningHouse, messages: Sequence[Inbound]) -> list[Document]:
    return [await house.view("intake", "/arrival", adapter=one.adapter, source_id=one.source_id) or {"result": "?"} for one in messages]


async def registered(house: RunningHouse, messages: Sequence[Inbound]) -> set[str]:
    found = await eventually(lambda: ends(house, messages), lambda seen: {one["result"] for one in seen} == {"registered"})
    return {one["complaint_id"] for one in found}


async def dies(house: RunningHouse, service: str, place: str, *, of: str = "") -> None:
    """What waits in its queues is its work; it is killed at that, or at what it does for the complaint `of`."""
    process = house.running.of(service)
    command = (sys.executable, "-m", "tests.crash.serve", service, place, "--host", "127.0.0.1", "--port", str(process.port))
    env = told_to_services(house.environment) | {"REDRESS_DIES_AT": of}
    pid = programs.spawn(house.root, programs.Program(process.name, command, env=env, cwd=CHECKOUT))
    house.running = Running(tuple(replace(one, pid=pid) if one is process else one for one in house.running.processes))
    code = await asyncio.to_thread(psutil.Process(pid).wait, 30)
    assert code == -signal.SIGKILL, programs.last_lines(house.root, process.name)


async def left_in_queues(house: RunningHouse) -> dict[str, int]:
    """All but what the adapters have not fetched."""
    settings = HouseSettings.model_validate({"retry_delays_ms": [500, 4000, 10000], "secret_key": house.namespace.secret})
    channel = await house.channel()
    names = [one.name for one in topology_of(settings).queues if not one.name.startswith("outbound.") or ".email." in one.name]
    counts = {name: (await channel.declare_queue(name, passive=True)).declaration_result.message_count or 0 for name in names}
    return {name: count for name, count in counts.items() if count}


async def adds_up(house: RunningHouse) -> bool:
    told = await house.view("intake", "/balance")
    ended = sum(told[end] for end in ("registered", "linked", "set_aside", "refused", "parked"))
    return bool(told["received"] == ended and not told["unended"] and not told["unarrived"])


async def all_is_well(house: RunningHouse, spy: Spy, complaints: set[str], expected: dict[str, int]) -> None:
    """Each effect once, each event out with one id and one body, nothing left behind, the books balance."""
    wanted = Counter({(one, type_): count for one in complaints for type_, count in expected.items()})

    async def said() -> Counter[tuple[str, str]]:
        heard = spy.distinct(complaints)
        return Counter({key: count for key, count in heard.items() if key[1] in expected})

    assert await eventually(said, lambda seen: seen >= wanted) == wanted
    assert await eventually(lambda: left_in_queues(house), lambda seen: not seen) == {}
    assert await said() == wanted
    assert spy.contradictions() == []
    assert await eventually(lambda: adds_up(house))


async def under_way(house: RunningHouse) -> list[Document]:
    """Letters of earlier tests, those to teams too: each has its last word on record."""
    return await asyncio.to_thread(stored, house, "notification", "letters", {"state": {"$ne": "sent"}})


def stored(house: RunningHouse, service: str, collection: str, where: Document) -> list[Document]:
    with MongoClient[Document](house.namespace.mongo_url) as client:
        return list(client[f"{house.namespace.prefix}_{service}"][collection].find(where))


IN_ITS_WORK = [
    ("intake", "kept, not written"),
    ("intake", "claimed, not written"),
    ("intake", "written, not published"),
    ("intake", "half of it published"),
    ("intake", "published, not acknowledged"),
    ("routing", "written, not published"),
    ("routing", "half of it published"),
    ("routing", "published, not acknowledged"),
    ("casework", "written, not published"),
    ("casework", "half of it published"),
    ("casework", "published, not acknowledged"),
    ("notification", "written, not published"),
    ("notification", "half of it published"),
    ("notification", "published, not acknowledged"),
    ("sla_watchdog", "published, not acknowledged"),
]


@pytest.mark.parametrize(("service", "place"), IN_ITS_WORK, ids=[" ".join(one) for one in IN_ITS_WORK])
async def test_killed_in_its_work_a_service_does_all_of_it_once(house: RunningHouse, spy: Spy, service: str, place: str):
    messages = forms()
    await house.stop(service)
    await house.publish_all(messages)
    if service != "intake":
        await registered(house, messages)

    await dies(house, service, place)
    await house.restart(service)

    complaints = await registered(house, messages)
    await all_is_well(house, spy, complaints, ONCE_EACH)
    assert await eventually(lambda: started_clocks(house, complaints), lambda seen: seen == [len(STARTED)] * MESSAGES)
    clocks = await asyncio.to_thread(stored, house, "sla_watchdog", "clocks", {"_id": {"$in": list(complaints)}})
    assert [[one["kind"] for one in held["state"]["clocks"]] for held in clocks] == [STARTED] * MESSAGES


@pytest.mark.parametrize("place", ["written, not published", "half of it published", "published, not acknowledged"])
async def test_killed_while_it_obeys_casework_carries_out_each_command_once(house: RunningHouse, spy: Spy, place: str):
    messages = forms()
    await house.publish_all(messages)
    complaints = await registered(house, messages)
    await all_is_well(house, spy, complaints, ONCE_EACH)
    await house.stop("casework")
    for contract in (TakeComplaint, ReplyToCustomer, ResolveComplaint):
        await house.publish_all([a_command(contract, complaint_id=one, by="supervisor-1") for one in complaints])

    await dies(house, "casework", place)
    await house.restart("casework")

    await all_is_well(house, spy, complaints, WORKED_ON)
    lives = await asyncio.to_thread(stored, house, "casework", "lives", {"_id": {"$in": list(complaints)}})
    told = [[one["what"] for one in held["state"]["history"] if one["what"] != LinkKind.REPEAT] for held in lives]
    assert told == [["registered", "routed", "take", "reply", "resolve"]] * MESSAGES


ASKED, TOLD = "when the wallet is asked", "when the wallet has paid"
ON_ITS_WAY = [(moment, place) for moment in (ASKED, TOLD) for place in ("written, not published", "published, not acknowledged")]


@pytest.mark.parametrize(("moment", "place"), ON_ITS_WAY, ids=[", ".join(one) for one in ON_ITS_WAY])
async def test_killed_while_money_is_on_its_way_casework_has_each_remedy_paid_once(house: RunningHouse, spy: Spy, moment: str, place: str):
    async with wallet(house):
        complaints = await looked_up(house, spy)
    await house.stop("casework")
    for command in refunds(complaints):
        await house.publish(command)
    if moment == TOLD:
        await house.restart("casework")
        await eventually(lambda: remedies(house, complaints), lambda seen: [one["state"] for one in seen] == ["approved"] * MESSAGES)
        await house.stop("casework")

    async with wallet(house) as simulator:
        if moment == TOLD:
            await eventually(lambda: payments(simulator), lambda paid: len(paid) == MESSAGES)
        await dies(house, "casework", place)
        await house.restart("casework")
        ended = await eventually(lambda: remedies(house, complaints), lambda seen: [one["state"] for one in seen] == ["done"] * MESSAGES)

    paid = Counter(str(one["remedy_id"]) for one in simulator.payments.statement())
    assert paid == Counter(str(one["remedy_id"]) for one in ended)
    assert max(paid.values()) == 1


async def looked_up(house: RunningHouse, spy: Spy) -> set[str]:
    """Complaints whose transaction the ledger has found, with nothing under way."""
    messages = forms()
    await house.publish_all(messages)
    complaints = await registered(house, messages)
    await all_is_well(house, spy, complaints, ONCE_EACH)
    for contract in (TakeComplaint, LookUpTransaction):
        await house.publish_all([a_command(contract, complaint_id=one, by="supervisor-1") for one in complaints])
    found = {"_id": {"$in": list(complaints)}, "state.lookups.transactions.0": {"$exists": True}}
    await eventually(lambda: asyncio.to_thread(stored, house, "casework", "lives", found), lambda seen: len(seen) == MESSAGES)
    return complaints


def refunds(complaints: set[str]) -> list[CaseworkCommand]:
    """All of one transaction, which holds enough for them."""
    money = {"kind": RemedyKind.REFUND, "amount": 1_000, "currency": "CNY"}
    proposed: list[CaseworkCommand] = [a_command(ProposeRemedy, complaint_id=one, by="supervisor-1", **money) for one in complaints]
    return [*proposed, *(a_command(ApproveRemedy, complaint_id=one, by="compliance-1") for one in complaints)]


async def remedies(house: RunningHouse, complaints: set[str]) -> list[Document]:
    lives = await asyncio.to_thread(stored, house, "casework", "lives", {"_id": {"$in": list(complaints)}})
    return [one for held in lives for one in held["state"]["remedies"]]


async def payments(simulator: WalletSimulator) -> list[dict[str, str | int | None]]:
    return simulator.payments.statement()


@pytest.mark.parametrize("place", ["written, not published", "half of it published", "published, not marked so"])
async def test_killed_while_time_moves_on_the_watchdog_fires_each_deadline_once(house: RunningHouse, spy: Spy, place: str):
    messages = forms()
    await house.publish_all(messages)
    complaints = await registered(house, messages)
    await all_is_well(house, spy, complaints, ONCE_EACH)
    assert await eventually(lambda: started_clocks(house, complaints), lambda seen: seen == [len(STARTED)] * MESSAGES)
    await house.stop("sla_watchdog")
    await moved_on(house, timedelta(days=60))

    await dies(house, "sla_watchdog", place)
    await house.restart("sla_watchdog")

    await all_is_well(house, spy, complaints, DEADLINES)
    clocks = await asyncio.to_thread(stored, house, "sla_watchdog", "clocks", {"_id": {"$in": list(complaints)}})
    assert {one["told"] for held in clocks for one in held["state"]["clocks"]} == {2}
    assert [[one["what"] for one in held["handled"]].count("fired") for held in clocks] == [1] * MESSAGES

    async def unconfirmed() -> list[object]:
        held = await asyncio.to_thread(stored, house, "sla_watchdog", "clocks", {"_id": {"$in": list(complaints)}})
        return [one["unpublished"] for one in held if "unpublished" in one]

    assert await eventually(unconfirmed, lambda seen: not seen) == []


async def started_clocks(house: RunningHouse, complaints: set[str]) -> list[int]:
    """How many each complaint has."""
    held = await asyncio.to_thread(stored, house, "sla_watchdog", "clocks", {"_id": {"$in": list(complaints)}, "stub": {"$ne": True}})
    return [len(one["state"]["clocks"]) for one in held]


async def moved_on(house: RunningHouse, by: timedelta) -> None:
    def advance() -> None:
        with MongoClient[Document](house.namespace.mongo_url) as client:
            offsets = client[f"{house.namespace.prefix}_clock"]["test"]
            offsets.update_one({"_id": "offset"}, {"$inc": {"ms": by // timedelta(milliseconds=1)}}, upsert=True)

    await asyncio.to_thread(advance)


async def test_killed_after_it_parked_a_message_intake_has_one_letter_of_it(house: RunningHouse, spy: Spy):
    good, bad = forms(), forms(1)[0]
    await house.stop("intake")
    await house.publish(bad, body=b"[]")
    await house.publish_all(good)

    await dies(house, "intake", "parked, not acknowledged")
    await house.restart("intake")

    await all_is_well(house, spy, await registered(house, good), ONCE_EACH)
    assert [one["result"] for one in await ends(house, [bad])] == ["parked"]
    assert len(await asyncio.to_thread(stored, house, "intake", "dead_letters", {"message_id": bad.source_id})) == 1


LETTERS = {
    "letter claimed, not sent": 1,
    "letter taken by the server, not on record": 2,
    "letter on record, not reported": 1,
}
"""How often the letter goes out. SMTP cannot take back what it took, so there is one place where it goes twice, under one Message-ID."""


@pytest.mark.parametrize("place", list(LETTERS))
async def test_killed_around_a_letter_it_goes_out_twice_only_where_the_server_had_taken_it(
    house: RunningHouse, spy: Spy, post_box: Mailbox, place: str
):
    message = a_mail()
    assert await eventually(lambda: under_way(house), lambda seen: not seen) == []
    await house.stop("notification")
    before = len(post_box.letters)
    await house.publish(message)
    complaints = await registered(house, [message])
    [key] = complaints

    await dies(house, "notification", place, of=key)
    await house.restart("notification")

    await all_is_well(house, spy, complaints, ONCE_EACH)
    notices = await eventually(
        lambda: house.view("notification", "/notices", complaint_id=key), lambda seen: [one["state"] for one in seen] == ["delivered"]
    )
    assert len(notices) == 1
    # Only now: a message between two queues is in none, so quiet queues do not say that the letter has gone its last way.
    sent = Counter(str(one["Message-ID"]) for one in post_box.letters[before:] if one["In-Reply-To"] == message.source_id)
    assert list(sent.values()) == [LETTERS[place]]


def test_every_place_is_in_a_row():
    letters = set(LETTERS) | {"published, not marked so", "parked, not acknowledged"}

    assert {place for _, place in IN_ITS_WORK} | letters == set(PLACES)
