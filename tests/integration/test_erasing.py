"""A customer who wrote by mail and chat is erased from a whole house: every byte of it is searched, and everything is said again."""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from typer.testing import CliRunner, Result

from deploy.cli.app import app
from deploy.cli.depths import depths
from deploy.house import SERVICES
from shared.contracts import (
    COMMANDS,
    EVENTS,
    INBOUND,
    OUTBOUND,
    WALLET,
    AddNote,
    CloseComplaint,
    EraseCustomer,
    EscalateComplaint,
    FollowUpReceived,
    Inbound,
    LookUpTransaction,
    ReplyToCustomer,
    RequestHigherLevel,
    ResolveComplaint,
    SetLegalHold,
    TakeComplaint,
)
from shared.eraser import AGAIN_AFTER
from tests.builders import a_follow_up_received, a_reply_to, an_email, an_inbound_chat, an_inbound_email
from tests.builders.commands import OWED
from tests.house import eventually
from tests.journeys.customer import Complaint
from tests.journeys.desk import does, is_refused, life
from tests.journeys.town import Town, a_town
from tests.namespaces import Namespace

pytestmark = pytest.mark.slow

SENDER = {"name": "Quellwasser", "email": "zaunkoenig@example.com", "phone": "+8613911122233"}
PLANTED = (*SENDER.values(), "Sternwarte", "Abendstern", "Morgenrot", "2026112000991177", "U-Nachtigall")
SUPERVISOR, COMPLIANCE = "supervisor-1", "compliance-1"
YEARS = timedelta(days=800)


@dataclass
class Said:
    """Everything that was published in the house, to be said again."""

    messages: list[AbstractIncomingMessage] = field(default_factory=list)

    async def listen(self, town: Town) -> None:
        channel = await town.house.channel()
        queue = await channel.declare_queue("spy", exclusive=True)
        for exchange in (INBOUND, EVENTS, COMMANDS, OUTBOUND, WALLET):
            await queue.bind(exchange, "#")
        await queue.consume(self._hear, no_ack=True)

    async def _hear(self, message: AbstractIncomingMessage) -> None:
        self.messages.append(message)

    async def again(self, town: Town) -> None:
        channel = await town.house.channel()
        for one in list(self.messages):
            exchange = await channel.get_exchange(str(one.exchange), ensure=False)
            copied = ("headers", "content_type", "correlation_id", "message_id", "timestamp", "type", "app_id")
            properties = {name: getattr(one, name) for name in copied}
            message = aio_pika.Message(one.body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT, **properties)
            await exchange.publish(message, routing_key=str(one.routing_key), mandatory=True)


@pytest.fixture(scope="module")
async def town(module_namespace: Namespace, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with a_town(module_namespace, tmp_path_factory.mktemp("erasing")) as built:
        yield built


def a_mail(name: str, text: str) -> Inbound:
    raw = an_email(text, subject="退款 Sternwarte", message_id=f"<{name}@mail.example>")
    raw = raw.replace(b"Li Lei <lilei@example.com>", f"{SENDER['name']} <{SENDER['email']}>".encode())
    raw = raw.replace(b"MIME-Version", b"References: <thread-1@mail.example>\nMIME-Version", 1)
    image = b"Morgenrot" * 1_000
    file = {"name": "Abendstern.png", "type": "image/png", "size": len(image), "content_b64": b64encode(image).decode()}
    return an_inbound_email(raw=raw, sender=SENDER, attachments=[file])


async def registered(town: Town, message: Inbound, result: str = "registered") -> Complaint:
    await town.house.publish(message)

    async def look() -> dict[str, Any]:
        found: dict[str, Any] = await town.house.view("intake", "/arrival", adapter=message.adapter, source_id=message.source_id)
        return found

    ended = await eventually(look, lambda seen: seen["result"] != "pending")
    assert ended["result"] == result
    return Complaint(ended["complaint_id"], ended["number"])


async def worked_to_its_end(town: Town, complaint: Complaint) -> None:
    """With words of the customer and about the customer wherever somebody may write some."""

    async def status(wanted: str) -> None:
        await eventually(lambda: life(town, complaint), lambda seen: bool(seen) and seen["status"] == wanted)

    await status("routed")
    await does(town, SUPERVISOR, TakeComplaint, complaint)
    await does(town, SUPERVISOR, AddNote, complaint, text="Abendstern: called Quellwasser on +8613911122233")
    await does(town, SUPERVISOR, ReplyToCustomer, complaint, text="Dear Quellwasser, we look at Sternwarte.")
    await does(town, SUPERVISOR, LookUpTransaction, complaint, transaction_id="2026112000991177")
    await status("in_progress")
    await does(town, SUPERVISOR, EscalateComplaint, complaint, reason="Quellwasser of Sternwarte is angry")
    await does(town, SUPERVISOR, RequestHigherLevel, complaint)
    await does(town, SUPERVISOR, ResolveComplaint, complaint, **{**OWED[ResolveComplaint], "text": "Dear Quellwasser: Sternwarte."})
    await does(town, SUPERVISOR, CloseComplaint, complaint, **OWED[CloseComplaint])


async def a_dead_letter_about(town: Town, complaint: Complaint) -> None:
    event = a_follow_up_received(complaint_id=complaint.complaint_id, reply_to=a_reply_to(name="Quellwasser"))
    body = event.model_dump_json().replace('"owner_known":', '"unreadable":').encode()
    exchange = await (await town.house.channel()).get_exchange(EVENTS, ensure=False)
    message = aio_pika.Message(body, message_id="spoiled", type=FollowUpReceived.key, correlation_id=complaint.complaint_id)
    await exchange.publish(message, routing_key=FollowUpReceived.key)
    await eventually(lambda: town.house.view("notification", "/dead"), lambda seen: len(seen) == 1)


def command(town: Town, *arguments: str) -> Result:
    urls = {f"REDRESS_{one.service.upper()}_URL": one.url for one in town.house.running.processes}
    env = dict(town.house.namespace.environment) | urls | {"REDRESS_ROOT": str(town.house.root), "REDRESS_TEST_CLOCK": "true"}
    return CliRunner().invoke(app, [*arguments, "--json"], env=env)


async def ran(town: Town, *arguments: str) -> Result:
    return await asyncio.to_thread(command, town, *arguments)


async def left(town: Town, complaints: Sequence[Complaint]) -> dict[str, Any]:
    """Where a service says that something personal stands."""
    asked = [(service, one) for service in SERVICES for one in complaints]
    found = [await town.house.view(service, "/personal", complaint_id=one.complaint_id) for service, one in asked]
    return {f"{service} {one.number}": some for (service, one), some in zip(asked, found, strict=True) if some}


def planted_in_databases(town: Town) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with MongoClient[RawBSONDocument](town.house.namespace.mongo_url, document_class=RawBSONDocument) as client:
        for name in client.list_database_names():
            for collection in client[name].list_collection_names() if name.startswith(town.house.namespace.prefix) else ():
                heap = b"\0".join(bytes(one.raw) for one in client[name][collection].find())
                if words := [one for one in PLANTED if one.encode() in heap]:
                    found[f"{name}.{collection}"] = words
    return found


async def waiting(town: Town) -> dict[str, int]:
    """Queue → messages that nobody has taken up, or that somebody is at."""
    found = await asyncio.to_thread(depths, town.settings)
    return {one["name"]: one["messages"] for one in found if one["messages"]}


async def settled(town: Town) -> None:
    await eventually(lambda: waiting(town), lambda seen: not seen, within_s=90)


async def is_seen_behind_dots_until_unmasked(town: Town, complaint: Complaint) -> None:
    masked = (await ran(town, "show", complaint.number, "--as", "refunds-1")).stdout
    unmasking = await ran(town, "complaint", "unmask", complaint.number, "--by", "refunds-1", "--reason", "to call Quellwasser back")
    clear = (await ran(town, "show", complaint.number, "--as", "refunds-1")).stdout
    nobodys = await ran(town, "show", complaint.number, "--as", "nobody-1")

    assert ([one for one in PLANTED if one in masked], "•••" in masked) == ([], True)
    assert (unmasking.exit_code, "Sternwarte" in clear, "Quellwasser" in clear) == (0, True, True)
    assert (nobodys.exit_code, nobodys.stdout) == (2, "")


async def test_nothing_of_an_erased_customer_is_in_any_database_or_queue_and_nothing_brings_it_back(town: Town, tmp_path: Path):
    said = Said()
    await said.listen(town)
    town.paid(transaction_id="2026112000991177", account_id="U-Nachtigall", counterparty="Sternwarte")
    mail = await registered(town, a_mail("first", "我的退款 128 元没有到账,我叫 Quellwasser,Sternwarte,订单 2026112000991177。"))
    assert (await registered(town, a_mail("second", "补充材料:Sternwarte 的截图。"), "linked")) == mail
    chat = await registered(town, an_inbound_chat("提现失败,Sternwarte,请退款。", sender={**SENDER, "handle": "Abendstern"}))
    both = [mail, chat]
    for one in both:
        await worked_to_its_end(town, one)
    await a_dead_letter_about(town, mail)
    await settled(town)
    assert await is_refused(town, COMPLIANCE, EraseCustomer, mail, reason="asked for it") == "kept-by-law"
    await town.passes(YEARS)
    await does(town, COMPLIANCE, SetLegalHold, chat, reason="Quellwasser is in court")

    await is_seen_behind_dots_until_unmasked(town, mail)
    planned = await ran(town, "erase", mail.number, "--all-of-customer", "--by", COMPLIANCE, "--reason", "asked for it", "--dry-run")
    held = await ran(town, "erase", mail.number, "--all-of-customer", "--by", COMPLIANCE, "--reason", "asked for it")
    lifted = await ran(town, "hold", chat.number, "--lift", "--by", COMPLIANCE, "--reason", "Quellwasser has lost")
    exported = await ran(
        town, "export", chat.number, "--all-of-customer", "--by", COMPLIANCE, "--reason", "asked", "--to", str(tmp_path / "person.zip")
    )
    balance = json.loads((await ran(town, "balance")).stdout)
    before = planted_in_databases(town)
    erased = await ran(town, "erase", chat.number, "--by", COMPLIANCE, "--reason", "Quellwasser asked for it")
    assert (planned.exit_code, held.exit_code, lifted.exit_code, exported.exit_code, erased.exit_code) == (1, 1, 0, 0, 0), planned.output
    plans = {one["number"]: one for one in map(json.loads, planned.stdout.splitlines())}
    assert [one["why"] for one in plans[chat.number]["against"]] == ["legal-hold"]
    assert {one["service"] for one in plans[mail.number]["goes"]} >= {"intake", "casework", "notification", "routing"}
    held_by = {one["number"]: one["refused"] for one in map(json.loads, held.stdout.splitlines())}
    assert held_by == {mail.number: None, chat.number: "legal-hold"}
    heap = b"".join(ZipFile(tmp_path / "person.zip").read(name) for name in ZipFile(tmp_path / "person.zip").namelist())
    assert [one for one in ("Sternwarte", "Quellwasser", "Abendstern") if one.encode() not in heap] == []
    assert {name.partition(".")[2] for name in before} >= {"complaints", "lives", "correspondence", "assignments"}

    await eventually(lambda: left(town, both), lambda seen: not seen)
    await eventually(lambda: asyncio.to_thread(planted_in_databases, town), lambda seen: not seen)
    await said.again(town)
    await settled(town)
    await town.passes(AGAIN_AFTER[0])
    await eventually(lambda: left(town, both), lambda seen: not seen)

    assert planted_in_databases(town) == {}
    assert json.loads((await ran(town, "audit", "verify")).stdout)["ok"]
    after = json.loads((await ran(town, "balance")).stdout)
    ends = ("received", "registered", "linked", "set_aside", "refused", "parked", "pending")
    assert ([after[name] for name in ends], after["ok"]) == ([balance[name] for name in ends], balance["ok"])
    assert json.loads((await ran(town, "balance", "--money")).stdout)["ok"]
    assert (await ran(town, "reconcile", "--dry-run", "--older-than", "0s", "--wait", "5")).exit_code == 0
    shown = json.loads((await ran(town, "show", mail.number)).stdout)["complaint"]
    assert (shown["text"], shown["sender"]["name"], shown["status"]) == ("[erased]", "[erased]", "closed")
