"""docs/messages.md tells the truth: its names exist, and its adapter works on a real broker."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from jsonschema import Draft202012Validator
from pydantic import SecretStr
from yarl import URL

from deploy import topology
from deploy.contracts import published
from deploy.house import SERVICES, inbox_of
from deploy.message_index import queues_of, senders_of
from deploy.message_schemas import messages
from shared import contracts, envelope
from shared.settings import HouseSettings, adapter_password
from tests.builders import an_outbound_notice
from tests.namespaces import Namespace

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "messages.md").read_text(encoding="utf-8")
REVIEW = {
    "id": "play-review-1",
    "author": "Han Meimei",
    "stars": 1,
    "text": "My refund never came.",
    "written_at": "2026-11-22T01:00:00Z",
    "seen_at": "2026-11-22T01:05:00Z",
}
WITHIN_S = 10


@pytest.mark.parametrize("contract", messages(), ids=lambda one: one.key)
def test_every_message_has_a_sender_and_a_queue(contract: type[contracts.Message]) -> None:
    assert senders_of(contract)
    assert queues_of(contract)


def test_the_index_lists_every_queue_of_every_inbox() -> None:
    index = published()["README.md"]

    assert [one.queue for service in SERVICES for one in inbox_of(service).subscriptions if f"`{one.queue}`" not in index] == []


def test_the_page_names_every_exchange_and_every_header() -> None:
    exchanges = {contract.exchange for contract in messages()}
    headers = {value for name, value in vars(envelope).items() if name.isupper()}

    assert {one for one in exchanges | headers if f"`{one}`" not in PAGE} == set()


def test_every_file_that_the_page_links_to_exists() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", PAGE)

    assert links
    assert [one for one in links if not (DOCS / one).exists()] == []


@pytest.fixture
def example() -> dict[str, Any]:
    """The adapter of the page, as somebody would copy it."""
    found: dict[str, Any] = {}
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert code
    exec(code.group(1), found)  # noqa: S102 - the text under test
    return found


@pytest.fixture
def settings(namespace: Namespace) -> HouseSettings:
    found = HouseSettings(
        amqp_url=SecretStr(namespace.amqp_url),
        management_url=SecretStr(namespace.management_url),
        mongo_url=SecretStr(namespace.mongo_url),
        database_prefix=namespace.prefix,
        secret_key=SecretStr(namespace.secret),
    )
    topology.apply(found)
    return found


async def test_the_adapter_of_the_page_passes_a_review_on_and_delivers_the_answer(example: dict[str, Any], settings: HouseSettings) -> None:
    ours = URL(settings.amqp_url.get_secret_value())
    name = example["NAME"]
    password = adapter_password(settings.secret_key.get_secret_value(), name)
    delivered: list[str] = []

    async def post_reply(notice: dict[str, Any]) -> None:
        delivered.append(notice["text"])

    async with await aio_pika.connect(ours) as house, await aio_pika.connect(ours.with_user(name).with_password(password)) as theirs:
        inside, outside = await house.channel(), await theirs.channel(publisher_confirms=True, on_return_raises=True)
        await example["pass_on"](outside, REVIEW)
        inbound = await taken(inside, "intake.review")
        await tell(inside, name)
        await example["deliver"](outside, await taken(outside, f"outbound.review.{name}"), post_reply)
        report = await taken(inside, "notification.delivery-reported")

    review = contracts.InboundReview.model_validate_json(inbound.body)
    assert (inbound.message_id, inbound.type, inbound.user_id) == (REVIEW["id"], "inbound.review.v1", name)
    assert (review.adapter, review.review.text, review.routing_key) == (name, REVIEW["text"], inbound.routing_key)
    assert fits(inbound)
    assert delivered == ["We are sorry."]
    assert contracts.DeliveryReported.model_validate_json(report.body).notice_id == "notice-1"
    assert fits(report)


async def tell(channel: AbstractChannel, adapter: str) -> None:
    notice = an_outbound_notice(notice_id="notice-1", channel="review", adapter=adapter, text="We are sorry.")
    exchange = await channel.get_exchange(notice.exchange, ensure=False)
    await exchange.publish(aio_pika.Message(notice.model_dump_json(exclude_none=True).encode()), notice.routing_key)


async def taken(channel: AbstractChannel, queue: str) -> AbstractIncomingMessage:
    """The next message of the queue; a confirmed one may take a moment to get there."""
    source = await channel.get_queue(queue, ensure=False)
    found: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
    consumer = await source.consume(found.put)
    async with asyncio.timeout(WITHIN_S):
        message = await found.get()
    await source.cancel(consumer)
    return message


def fits(message: AbstractIncomingMessage) -> bool:
    schema = json.loads(published()[f"{message.type}.json"])
    return Draft202012Validator(schema).is_valid(json.loads(message.body))
