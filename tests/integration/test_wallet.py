"""Casework and the wallet's ledger on a real broker: asked, answered late, twice or not at all, and by nobody else."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import aio_pika
import httpx2
import pytest
from aiormq.exceptions import ChannelAccessRefused
from yarl import URL

from services.simulators.wallet import Fault, SimulatorSettings, WalletSimulator
from shared.contracts import (
    ApproveRemedy,
    LedgerAnswered,
    LookUpTransaction,
    ProposeRemedy,
    RejectRemedy,
    ResolveComplaint,
    TakeComplaint,
)
from shared.contracts.vocabulary import Outcome, RemedyKind, Verdict
from shared.settings import OPERATOR, HouseSettings, house_password, house_user
from tests.builders import an_inbound
from tests.house import FAST_LADDER, RunningHouse, a_house, eventually
from tests.integration.test_messages import registered
from tests.namespaces import Namespace

TRANSACTION = "2026112000887766"
SUPERVISOR, SECOND = "supervisor-1", "compliance-1"
MONEY: dict[str, Any] = {"amount": 12_800, "currency": "CNY"}
ENDED = ("done", "failed")


@asynccontextmanager
async def wallet(house: RunningHouse, faults: Iterable[Fault] = ()) -> AsyncIterator[WalletSimulator]:
    simulator = WalletSimulator(SimulatorSettings().ledger(), faults)
    settings = HouseSettings.model_validate({"amqp_url": house.namespace.amqp_url, "secret_key": house.namespace.secret})
    running = asyncio.create_task(simulator.run(settings))
    try:
        yield simulator
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def a_question(house: RunningHouse) -> str:
    """About a complaint of its own; returns the complaint's id once the question is under way."""
    message = an_inbound("chat", source_id=uuid4().hex, thread_id=uuid4().hex)
    await house.publish(message)
    complaint_id = (await registered(house, message))["complaint_id"]
    await eventually(lambda: life(house, complaint_id), lambda seen: seen.get("status") == "routed")
    for command in (
        TakeComplaint(complaint_id=complaint_id, by=SUPERVISOR),
        LookUpTransaction(complaint_id=complaint_id, by=SUPERVISOR, transaction_id=TRANSACTION),
    ):
        await house.publish(command)
    await eventually(lambda: life(house, complaint_id), lambda seen: bool(seen.get("lookups")))
    return complaint_id


async def life(house: RunningHouse, complaint_id: str) -> dict[str, Any]:
    """Nothing while casework is away."""
    try:
        return await house.view("casework", "/life", complaint_id=complaint_id) or {}
    except httpx2.TransportError:
        return {}


async def answered(house: RunningHouse, complaint_id: str) -> dict[str, Any]:
    return await eventually(lambda: life(house, complaint_id), lambda seen: seen["lookups"][0]["state"] == "answered")


@pytest.mark.parametrize("faults", [[], [Fault.TWICE]], ids=["once", "twice"])
async def test_the_ledgers_answer_is_kept_and_the_work_goes_on(house: RunningHouse, faults: list[Fault]):
    async with wallet(house, faults):
        seen = await answered(house, await a_question(house))

    [lookup] = seen["lookups"]
    assert [one["transaction_id"] for one in lookup["transactions"]] == [TRANSACTION]
    assert (seen["status"], [one["what"] for one in seen["history"]].count("ledger-answered")) == ("in_progress", 1)


async def test_a_question_waits_for_a_wallet_that_is_away(house: RunningHouse):
    complaint_id = await a_question(house)
    before = (await life(house, complaint_id))["status"]

    async with wallet(house):
        after = (await answered(house, complaint_id))["status"]

    assert (before, after) == ("waiting_for_third_party", "in_progress")


async def test_the_answer_comes_from_the_wallet_and_nobody_else(house: RunningHouse):
    complaint_id = await a_question(house)
    forged = LedgerAnswered(complaint_id=complaint_id, lookup_id=f"{complaint_id}/1", answered_at=datetime.now(UTC))

    for user in (house_user(OPERATOR), house_user("routing")):
        with pytest.raises(ChannelAccessRefused):
            await publish_as(house, user, forged)

    assert (await life(house, complaint_id))["lookups"][0]["state"] == "asked"


@pytest.fixture
async def impatient(namespace: Namespace, tmp_path: Path) -> AsyncIterator[RunningHouse]:
    """A house that asks the wallet again after half a second."""
    with a_house(namespace, tmp_path, FAST_LADDER | {"CASEWORK_WALLET_ANSWER_WITHIN_S": "0.5"}) as running:
        yield running
        await running.close()


async def a_refund(house: RunningHouse, complaint_id: str, **changes: Any) -> dict[str, Any]:
    """Proposed, approved by a second person, and followed to its end."""
    asked = {"kind": RemedyKind.REFUND, "reason": "charged twice", **MONEY, **changes}
    await house.publish(ProposeRemedy(complaint_id=complaint_id, by=SUPERVISOR, **asked))
    await house.publish(ApproveRemedy(complaint_id=complaint_id, by=SECOND, remedy=1))
    return await eventually(
        lambda: life(house, complaint_id), lambda seen: bool(seen.get("remedies")) and seen["remedies"][0]["state"] in ENDED
    )


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("faults", "state", "paid"),
    [
        ([], "done", 1),
        ([Fault.SILENT, Fault.SILENT], "done", 1),
        ([Fault.TWICE], "done", 1),
        ([Fault.PENDING], "done", 1),
        ([Fault.FAILED], "failed", 0),
    ],
    ids=lambda value: "+".join(value) or "well" if isinstance(value, list) else None,
)
async def test_a_remedy_is_paid_once_whatever_befalls_the_wallets_answers(
    impatient: RunningHouse, faults: list[Fault], state: str, paid: int
):
    async with wallet(impatient) as simulator:
        complaint_id = await a_question(impatient)
        await answered(impatient, complaint_id)
        simulator.faults.extend(faults)
        seen = await a_refund(impatient, complaint_id)

    assert [one["state"] for one in seen["remedies"]] == [state]
    assert simulator.payments.statement() == [{"remedy_id": seen["remedies"][0]["remedy_id"], **MONEY}] * paid


@pytest.mark.timeout(180)
async def test_casework_killed_again_and_again_pays_each_remedy_once(impatient: RunningHouse):
    async with wallet(impatient) as simulator:
        complaints = [await a_question(impatient) for _ in range(3)]
        for one in complaints:
            await answered(impatient, one)
        refunds = [asyncio.create_task(a_refund(impatient, one, amount=4_000)) for one in complaints]
        for _ in range(3):
            await asyncio.sleep(0.3)  # the moment of the kill is what varies, not what is waited for
            impatient.signal("casework", signal.SIGKILL)
            await impatient.restart("casework")
        ended = await asyncio.gather(*refunds)

    assert [one["state"] for seen in ended for one in seen["remedies"]] == ["done"] * 3
    keys = {one["remedy_id"] for seen in ended for one in seen["remedies"]}
    assert {one["remedy_id"] for one in simulator.payments.statement()} == keys
    assert len(keys) == len(complaints)


@pytest.mark.timeout(180)
async def test_of_two_complaints_that_want_the_same_money_back_one_gets_it_and_the_other_is_owed_a_decision(impatient: RunningHouse):
    async with wallet(impatient) as simulator:
        first, second = await a_question(impatient), await a_question(impatient)
        for one in (first, second):
            await answered(impatient, one)
        ended = await asyncio.gather(a_refund(impatient, first), a_refund(impatient, second))
    paid, refused = sorted((seen["remedies"][0] for seen in ended), key=lambda one: str(one["state"]))
    left = next(str(seen["complaint_id"]) for seen in ended if seen["remedies"][0] == refused)

    seen = await resolved_once_it_is_set_aside(impatient, left)

    assert [one["remedy_id"] for one in simulator.payments.statement()] == [paid["remedy_id"]]
    assert (refused["state"], refused["why_not"]) == ("failed", "nothing-left")
    assert [one["what"] for one in seen["history"]][-3:] == ["remedy-failed", "reject-remedy", "resolve"]


async def resolved_once_it_is_set_aside(house: RunningHouse, complaint_id: str) -> dict[str, Any]:
    """Asked for before and afterwards; the first one is refused, or there would be nothing to set aside any more."""
    asked = {"complaint_id": complaint_id, "by": SUPERVISOR, "decision": Verdict.UPHELD, "outcome": Outcome.EXPLANATION}
    for command in (
        ResolveComplaint(**asked, reason="too early"),
        RejectRemedy(complaint_id=complaint_id, by=SECOND, remedy=1, reason="the other complaint brought it"),
        ResolveComplaint(**asked, reason="paid under the other complaint"),
    ):
        await house.publish(command)
    return await eventually(lambda: life(house, complaint_id), lambda seen: seen["status"] == "resolved")


async def publish_as(house: RunningHouse, user: str, message: LedgerAnswered) -> None:
    url = URL(house.namespace.amqp_url).with_user(user).with_password(house_password(house.namespace.secret, user))
    async with await aio_pika.connect(str(url)) as connection:
        channel = await connection.channel(publisher_confirms=True)
        exchange = await channel.get_exchange(message.exchange, ensure=False)
        await exchange.publish(aio_pika.Message(message.encoded(), user_id=user), message.routing_key)
