"""A message as the broker hands it over: who sent it, how it is called, and whose headers are believed."""

from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from aio_pika import IncomingMessage
from aiormq import spec
from aiormq.abc import DeliveredMessage
from pamqp.header import ContentHeader

from shared.broker import Source, delivery_of
from shared.dead import returned
from shared.envelope import AGGREGATE, ATTEMPT, FIRST_FAILED, LAST_ERROR, ROUTING_KEY, SENDER, SEQUENCE, TRACEPARENT, Delivery
from shared.record import Cause
from tests.unit.shared.deliveries import AT, a_delivery

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0bc902b7-01"
OUTSIDE = Source("intake.chat", "redress", from_outside=True)
INSIDE = Source("routing.complaint-registered", "redress", from_outside=False)


def incoming(source: Source = OUTSIDE, *, key: str = "chat.webchat", body: bytes = b"{}", **properties: Any) -> Delivery:
    """Without a channel: what is read of a message does not need one."""
    defaults = {"message_id": "chat-0001", "message_type": "inbound.chat.v1", "user_id": "webchat"}
    header = ContentHeader(properties=spec.Basic.Properties(**defaults | properties))
    deliver = spec.Basic.Deliver("tag", 1, redelivered=False, exchange="redress.inbound", routing_key=key)
    message = DeliveredMessage(delivery=deliver, header=header, body=body, channel=None)  # type: ignore[arg-type] # see the docstring
    return delivery_of(IncomingMessage(message), source, AT)


def test_what_travels_beside_the_body_is_kept():
    delivery = incoming(body="退款".encode(), correlation_id="conversation-1", headers={"traceparent": TRACE})
    envelope = delivery.envelope

    assert (envelope.queue, envelope.message_id, envelope.type, envelope.routing_key) == (
        "intake.chat",
        "chat-0001",
        "inbound.chat.v1",
        "chat.webchat",
    )
    assert (envelope.sender, envelope.at, envelope.correlation_id, envelope.headers) == (
        "webchat",
        AT,
        "conversation-1",
        {"traceparent": TRACE},
    )
    assert (delivery.body, envelope.attempt) == ("退款".encode(), 0)


def test_the_same_id_of_two_adapters_is_two_causes_and_inside_the_id_is_enough():
    assert incoming().envelope.cause_id == "chat.webchat/chat-0001"
    assert incoming(key="chat.webchat-uk").envelope.cause_id == "chat.webchat-uk/chat-0001"
    assert incoming(INSIDE, key="complaint.registered.v1").envelope.cause_id == "chat-0001"


def test_a_message_without_an_id_is_named_by_its_bytes():
    assert incoming(message_id=None, body=b"x").envelope.message_id == f"sha256:{sha256(b'x').hexdigest()}"


def test_a_publisher_who_does_not_say_who_it_is_is_nobody():
    assert incoming(user_id=None).envelope.sender == ""


def test_what_the_house_returns_is_still_its_first_senders():
    sent = returned(a_delivery("chat-0001", b"{}"), {ATTEMPT: 2, FIRST_FAILED: AT.isoformat()})

    back = incoming(key="intake.chat", user_id="redress", headers=dict(sent.headers)).envelope

    assert (back.sender, back.routing_key, back.cause_id, back.attempt) == ("webchat", "chat.webchat", "chat.webchat/chat-0001", 2)


@pytest.mark.parametrize("user", ["webchat", None])
def test_nobody_else_may_speak_in_the_name_of_another(user: str | None):
    envelope = incoming(user_id=user, headers={SENDER: "mail-cn", ROUTING_KEY: "email.mail-cn"}).envelope

    assert (envelope.sender, envelope.routing_key) == (user or "", "chat.webchat")


@pytest.mark.parametrize(
    "headers",
    [
        {ATTEMPT: 99},
        {ATTEMPT: -7},
        {ATTEMPT: "many"},
        {SEQUENCE: "x", AGGREGATE: 5},
        {FIRST_FAILED: "yesterday"},
        {FIRST_FAILED: datetime(1970, 1, 1, tzinfo=UTC)},
        {LAST_ERROR: "lilei@example.com"},
    ],
)
def test_nobody_else_may_say_how_often_it_was_tried(headers: dict[str, Any]):
    """A made-up header must neither skip the ladder nor stop the consumer that reads it."""
    envelope = incoming(headers=headers).envelope

    assert envelope.attempt == 0
    assert not {ATTEMPT, SEQUENCE, AGGREGATE, FIRST_FAILED, LAST_ERROR} & envelope.headers.keys()


@pytest.mark.parametrize("trace", [Decimal(1), 7, b"\xff", "lilei@example.com", "", TRACE + "-more"])
def test_what_is_no_trace_is_not_carried_on(trace: object):
    """It would be stored and published with every event, and some of it no document can hold."""
    assert Cause.of(incoming(headers={TRACEPARENT: trace}).envelope).traceparent is None


def test_a_neighbour_is_believed_what_it_tells_of_aggregates_and_not_who_sent_first():
    headers = {AGGREGATE: "c-1", SEQUENCE: 3, SENDER: "webchat", ROUTING_KEY: "chat.webchat", ATTEMPT: 4}

    envelope = incoming(INSIDE, key="complaint.registered.v1", user_id="redress-intake", headers=headers).envelope

    assert (envelope.headers, envelope.sender, envelope.attempt) == ({AGGREGATE: "c-1", SEQUENCE: 3}, "redress-intake", 0)


def test_an_adapter_is_believed_neither():
    headers = {AGGREGATE: "c-1", SEQUENCE: 3, SENDER: "webchat-uk", ATTEMPT: 4}

    envelope = incoming(user_id="webchat", headers=headers).envelope

    assert (envelope.headers, envelope.sender, envelope.attempt) == ({}, "webchat", 0)
