"""Secrets of every kind in every field of every channel: the whole house is searched for them afterwards, byte by byte."""

import asyncio
import json
import random
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient

from deploy.house import SERVICES
from services.intake.understanding.folding import MASK
from shared.contracts import EVENTS, OUTBOUND, Inbound
from shared.contracts.vocabulary import Channel
from shared.topology import RETURN
from tests.builders import BUILDERS, SENT_AT, a_follow_up_received, a_reply_to, an_inbound
from tests.house import FAST_LADDER, RunningHouse, a_house, eventually
from tests.namespaces import Namespace
from tests.planted import Plants

pytestmark = pytest.mark.slow

REFUND = "退款还没到"
FOLLOW_UPS = "notification.complaint-follow-up-received"


@pytest.fixture(scope="module")
async def house(module_namespace: Namespace, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningHouse]:
    with a_house(module_namespace, tmp_path_factory.mktemp("secrets"), FAST_LADDER) as running:
        yield running
        await running.close()


@pytest.fixture(scope="module")
async def said(house: RunningHouse) -> list[bytes]:
    """Everything that was published in the house: bodies, headers and properties."""
    found: list[bytes] = []
    channel = await house.channel()
    queue = await channel.declare_queue("spy", exclusive=True)
    for exchange in (EVENTS, OUTBOUND):
        await queue.bind(exchange, "#")

    async def hear(message: AbstractIncomingMessage) -> None:
        found.append(message.body + repr(message.info()).encode())

    await queue.consume(hear, no_ack=True)
    return found


@pytest.fixture
def plants(request: pytest.FixtureRequest) -> Plants:
    return Plants(random.Random(request.node.name))


def files(plants: Plants, channel: Channel) -> list[dict[str, Any]]:
    content = {"content_b64": b64encode(plants.all(f"{channel} content of a file").encode()).decode()}
    name, ref = plants.all(f"{channel} name of a file"), plants.all(f"{channel} reference of a file")
    odd = plants.one(f"{channel} type of a file", "card")
    return [{"name": f"{name}.png", "type": "image/png", "size": 3} | content, {"name": "b", "type": odd, "size": 3, "ref": ref}]


def part_of(plants: Plants, channel: Channel) -> dict[str, Any]:
    """The channel's own part, a secret of each kind in each field that a customer or an agent fills."""

    def of(field: str) -> str:
        return plants.all(f"{channel} {field}")

    texts = {who: f"{REFUND},{of(f'words of the {who}')}" for who in ("customer", "agent", "bot")}
    segments = [{"speaker": who, "start_s": 0, "end_s": 9, "text": texts[who]} for who in ("customer", "agent")]
    turns = [{"id": who, "role": who, "at": SENT_AT, "text": texts[who]} for who in texts]
    fields = {"备注": of("field"), of("name of a field"): "x", "version": of("version field"), "number": of("number field")}
    parts: dict[Channel, dict[str, Any]] = {
        Channel.PHONE: {"call": {"id": "c", "direction": "inbound", "recording_ref": of("recording"), "segments": segments}},
        Channel.CHAT: {"chat": {"conversation_id": uuid4().hex, "turns": turns}},
        Channel.EMAIL: {"raw": a_mail(plants)},
        Channel.SOCIAL: {"post": {"platform": "weibo", "id": "p", "permalink": of("link"), "public": False, "text": texts["customer"]}},
        Channel.APP: {"form": {"subject": of("subject"), "text": texts["customer"], "fields": fields}},
        Channel.REVIEW: {
            "review": {"store": "s", "rating": 1, "title": of("title"), "text": texts["customer"], "app_version": of("version")}
        },
        Channel.REFERRAL: {"referral": {"body": "12315", "reference": "R", "text": texts["customer"], "complaint_number": of("number")}},
    }
    return parts[channel]


def a_mail(plants: Plants, **headers: str) -> bytes:
    """Plain and HTML, quoted-printable and base64, encoded words, a quote, files, a forwarded mail, headers of no standard."""
    mail = EmailMessage()
    mail["From"] = f'"{plants.all("mail name of the sender").replace(";", ",")}" <lilei@example.com>'
    mail["To"], mail["Date"], mail["Message-ID"] = "help@okpay.example", SENT_AT, f"<{uuid4().hex}@example.com>"
    mail["Subject"] = "退款 " + plants.all("mail subject")
    mail["X-Note"] = plants.all("mail header of no standard")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    quote = f"> 您好\n> {plants.all('mail quote')}\n"
    mail.set_content(f"{REFUND},{plants.all('mail plain words')}\n\n{quote}", cte=plants.chance.choice(["base64", "quoted-printable"]))
    card = plants.one("mail HTML", "card in groups").replace(" ", "&nbsp;").replace("card&nbsp;", "card <b>") + "</b>"
    html = f"<p>{REFUND}</p><p>{plants.all('mail HTML words')}</p><p>{card}</p><!-- {plants.all('mail HTML comment')} -->"
    mail.add_alternative(html, subtype="html", cte="base64")
    mail.add_attachment(b"abc", "image", "png", filename=plants.all("mail name of a file") + ".png")
    inner = EmailMessage()
    inner["Subject"] = plants.all("mail forwarded subject")
    inner.set_content(plants.all("mail forwarded words"))
    mail.add_attachment(inner)
    return mail.as_bytes()


def an_html_mail(plants: Plants) -> bytes:
    """Without plain words, so that the HTML is what is read."""
    mail = EmailMessage()
    mail["From"], mail["Message-ID"], mail["Date"] = "lilei@example.com", f"<{uuid4().hex}@example.com>", SENT_AT
    spread = plants.one("mail HTML spread over tags", "card in groups")
    words = "".join(f"<span>{one}</span>" for one in (spread, "。 ", plants.all("mail HTML alone")))
    mail.set_content(f"<html><body><p>{REFUND}</p>{words}</body></html>", subtype="html", charset="gb18030")
    return mail.as_bytes()


def a_message(plants: Plants, channel: Channel, **changes: Any) -> Inbound:
    sender = {"name": plants.all(f"{channel} name"), "handle": plants.all(f"{channel} handle"), "email": "lilei@example.com"}
    own = part_of(plants, channel)
    common = {"sender": sender, "attachments": files(plants, channel), **own}
    return BUILDERS[channel](**({} if channel is Channel.EMAIL else {"source_id": uuid4().hex}) | common | changes)


async def ended(house: RunningHouse, messages: Sequence[Inbound]) -> list[str]:
    async def look() -> list[str]:
        found = [await house.view("intake", "/arrival", adapter=one.adapter, source_id=one.source_id) or {} for one in messages]
        return [one.get("result", "pending") for one in found]

    return await eventually(look, lambda seen: "pending" not in seen)


def in_the_databases(house: RunningHouse) -> bytes:
    """Every document of every collection of every database of the house, as MongoDB keeps it."""
    heap: list[bytes] = []
    with MongoClient[RawBSONDocument](house.namespace.mongo_url, document_class=RawBSONDocument) as client:
        for name in client.list_database_names():
            if name.startswith(house.namespace.prefix):
                database = client[name]
                heap += [bytes(one.raw) for collection in database.list_collection_names() for one in database[collection].find()]
    return b"\0".join(heap)


async def everything(house: RunningHouse, said: list[bytes]) -> dict[str, bytes]:
    logs = b"".join(one.read_bytes() for one in (house.root / ".redress" / "log").glob("*.log"))
    metrics = "".join([await house.metrics(service) for service in SERVICES]).encode()
    letters = json.dumps([await house.view(service, "/dead") for service in SERVICES], ensure_ascii=False).encode()
    stored = await asyncio.to_thread(in_the_databases, house)
    return {"databases": stored, "logs": logs, "metrics": metrics, "dead letters": letters, "messages": b"\0".join(said)}


async def leaks(house: RunningHouse, said: list[bytes], plants: Plants) -> dict[str, list[str]]:
    heaps = await everything(house, said)
    assert {name for name, heap in heaps.items() if not heap} == set()
    return {name: found for name, heap in heaps.items() if (found := plants.found_in(heap))}


async def went_through(house: RunningHouse, messages: Sequence[Inbound]) -> None:
    """All services have heard of the complaint."""
    first = await house.view("intake", "/arrival", adapter=messages[0].adapter, source_id=messages[0].source_id)
    key = first["complaint_id"]
    await eventually(lambda: house.view("notification", "/notices", complaint_id=key))
    await eventually(lambda: house.view("casework", "/life", complaint_id=key), lambda seen: bool(seen) and seen["status"] == "routed")
    await eventually(
        lambda: house.view("sla_watchdog", "/clocks", complaint_id=key), lambda seen: "resolution" in {one["kind"] for one in seen or ()}
    )


@pytest.mark.parametrize("channel", list(Channel))
async def test_a_secret_in_any_field_of_a_channel_is_nowhere_in_the_house(
    house: RunningHouse, said: list[bytes], plants: Plants, channel: Channel
):
    """The first registers, the second of the same conversation is linked or registers too."""
    thread = uuid4().hex
    messages = [a_message(plants, channel, thread_id=thread) for _ in range(2)]
    if channel is Channel.EMAIL:
        messages.append(BUILDERS[channel](raw=an_html_mail(plants)))

    await house.publish_all(messages)

    assert set(await ended(house, messages)) <= {"registered", "linked"}
    await went_through(house, messages)
    assert await leaks(house, said, plants) == {}
    stored = await asyncio.to_thread(in_the_databases, house)
    assert (REFUND.encode() in stored, (MASK * 16).encode() in stored) == (True, True)


async def test_a_secret_in_a_message_that_is_set_aside_refused_or_unreadable_is_nowhere_either(
    house: RunningHouse, said: list[bytes], plants: Plants
):
    aside = BUILDERS[Channel.EMAIL](raw=a_mail(plants, Auto_Submitted="auto-replied"))
    blank = an_inbound("app", source_id=uuid4().hex, sender={"name": plants.all("refused: name")}, form={"text": " "})
    spoiled = [an_inbound("app", source_id=uuid4().hex) for _ in range(3)]
    whole = json.loads(spoiled[0].model_dump_json())
    wrong = [
        {**whole, "source_id": spoiled[0].source_id, "sender": plants.all("unreadable: wrong type")},
        {**whole, "source_id": spoiled[1].source_id, "language": plants.all("unreadable: wrong word"), plants.all("unreadable: key"): 1},
    ]
    bodies = [*(json.dumps(one, ensure_ascii=False).encode() for one in wrong), plants.all("unreadable: no JSON").encode()]

    await house.publish_all([aside, blank])
    for message, body in zip(spoiled, bodies, strict=True):
        await house.publish(message, body=body)

    assert await ended(house, [aside, blank, *spoiled]) == ["set_aside", "refused", "parked", "parked", "parked"]
    assert await leaks(house, said, plants) == {}


AS_IT_CAME = {"source_id (card)", "thread_id (card)"}
"""Said in docs/security.md: the ids that tell one message and one conversation from another."""


async def test_of_the_ids_that_adapters_choose_only_two_are_kept_and_none_is_logged(house: RunningHouse, said: list[bytes], plants: Plants):
    def an_id(name: str) -> str:
        return plants.one(name, "card").removeprefix("卡号 ")

    own = {"source_id": an_id("source_id"), "thread_id": an_id("thread_id")}
    post = {"platform": an_id("platform"), "id": an_id("id"), "in_reply_to": an_id("in_reply_to"), "public": False, "text": REFUND}
    segments = [{"speaker": "customer", "start_s": 0, "end_s": 9, "text": REFUND}]
    call = {"id": an_id("call id"), "recording_ref": an_id("recording_ref"), "direction": "inbound", "segments": segments}
    turn = {"id": an_id("turn id"), "role": "customer", "at": SENT_AT, "text": REFUND}
    referral = {"body": an_id("body"), "reference": an_id("reference"), "text": REFUND}
    messages = [
        an_inbound("social", **own, post=post),
        an_inbound("phone", source_id=uuid4().hex, thread_id=uuid4().hex, call=call),
        an_inbound("chat", source_id=uuid4().hex, thread_id=uuid4().hex, chat={"conversation_id": an_id("conversation"), "turns": [turn]}),
        an_inbound("referral", source_id=uuid4().hex, thread_id=uuid4().hex, referral=referral),
        an_inbound("review", source_id=uuid4().hex, review={"store": an_id("store"), "rating": 1, "text": REFUND}),
    ]

    await house.publish_all(messages)

    assert set(await ended(house, messages)) == {"registered"}
    await went_through(house, messages)
    found = await leaks(house, said, plants)
    assert {place for places in found.values() for place in places} == AS_IT_CAME
    assert found.keys() <= {"databases", "messages"}


async def test_a_secret_in_an_event_that_came_early_or_cannot_be_read_is_sealed(house: RunningHouse, said: list[bytes], plants: Plants):
    """As if a neighbour had let one through."""
    await house.publish(first := an_inbound("app", source_id=uuid4().hex))
    assert await ended(house, [first]) == ["registered"]
    assert await eventually(lambda: asyncio.sleep(0, len(said)))
    early = a_follow_up_received(complaint_id=str(uuid4()), reply_to=a_reply_to(name=plants.all("early: name")))
    bodies = [early.model_dump_json().encode(), plants.all("event: no JSON").encode()]
    exchange = await (await house.channel()).get_exchange(RETURN, ensure=False)

    for body in bodies:
        message = aio_pika.Message(body, message_id=uuid4().hex, type=early.key)
        await exchange.publish(message, routing_key=FOLLOW_UPS)

    async def kept() -> list[bool]:
        stored = await asyncio.to_thread(in_the_databases, house)
        letters = str(await house.view("notification", "/dead"))
        return [early.complaint_id.encode() in stored, FOLLOW_UPS in letters]

    assert await eventually(kept, all) == [True, True]
    assert await leaks(house, said, plants) == {}


def test_what_is_planted_would_be_found(plants: Plants):
    written = plants.all("text")

    assert plants.found_in(written.encode()) == sorted(set(plants.where.values()))
    for hidden, place in plants.where.items():
        for form in (hidden.encode("utf-16-le"), b64encode(f"ab{hidden}c".encode()), b64encode(f"{hidden}c".encode())):
            assert plants.found_in(form) == [place], (hidden, form)
