"""What a service listens to, and how a body is read without repeating it."""

import pytest

from shared.contracts import ComplaintRegistered, InboundApp, Message
from shared.decision import Nothing, Reaction
from shared.envelope import Envelope
from shared.errors import UnknownMessage, UnreadableMessage
from shared.inbox import Handlers, Inbox, queue_name
from tests.builders import a_complaint_registered, an_inbound_app
from tests.unit.shared.deliveries import a_delivery, an_envelope

inbox = Inbox("sla_watchdog")


@inbox.on(ComplaintRegistered)
def on_complaint_registered(event: ComplaintRegistered, limit: int, envelope: Envelope) -> Reaction:
    return Nothing(f"{event.category}/{limit}/{envelope.message_id}")


@inbox.on(InboundApp, queue="own-queue", binding="app.*")
def on_form(_: InboundApp) -> Reaction:
    return Nothing("heard")


QUEUE = "sla-watchdog.complaint-registered"


def test_each_event_has_a_queue_of_its_own_unless_said_otherwise():
    assert [(one.queue, one.exchange, one.binding) for one in inbox.subscriptions] == [
        (QUEUE, "redress.events", "complaint.registered.v1"),
        ("own-queue", "redress.inbound", "app.*"),
    ]
    assert queue_name(ComplaintRegistered) == "complaint-registered"


def test_a_handler_gets_its_message_the_facts_it_asks_for_and_the_envelope():
    handlers = Handlers(inbox, {int: 7})
    delivery = a_delivery("m1", a_complaint_registered().model_dump_json().encode(), queue=QUEUE)

    subscription, message = handlers.read(delivery)

    assert message == a_complaint_registered()
    assert handlers.react(subscription, message, delivery.envelope) == Nothing("refund/7/m1")


def test_a_queue_without_a_handler_is_named():
    with pytest.raises(UnknownMessage, match=r"'intake\.chat'"):
        Handlers(inbox, {}).read(a_delivery())


def read(contract: type[Message], body: bytes) -> None:
    queue = {one.contract: one.queue for one in inbox.subscriptions}[contract]
    Handlers(inbox, {}).read(a_delivery(body=body, queue=queue))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "json_invalid"),
        (b"\xff\xfe", "json_invalid"),
        (b"[]", "model_type"),
        (b"{}", "number: missing"),
        (b'{"number": {"password": "hunter2"}}', "number: string_type"),
        (b'{"facts": [{"kind": "amount"}, {"kind": "hunter2"}]}', "facts.1.kind: enum"),
    ],
)
def test_an_unreadable_body_is_told_by_place_and_kind_and_never_by_value(body: bytes, said: str):
    with pytest.raises(UnreadableMessage) as refused:
        read(ComplaintRegistered, body)

    assert said in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_names_that_the_customer_chose_are_values_too():
    body = an_inbound_app().model_dump_json().replace('"fields":{}', '"fields":{"lilei@example.com":["hunter2"]}')

    with pytest.raises(UnreadableMessage) as refused:
        read(InboundApp, body.encode())

    assert "form.fields" in str(refused.value)
    assert not any(word in str(refused.value) for word in ("lilei", "hunter2"))


def test_a_newer_senders_fields_are_ignored():
    body = a_complaint_registered().model_dump_json().replace("{", '{"mood":"angry",', 1)

    assert Handlers(inbox, {}).read(a_delivery(body=body.encode(), queue=QUEUE))[1] == a_complaint_registered()


def test_importing_an_envelope_needs_no_subscription():
    assert an_envelope().queue not in inbox.by_queue()
