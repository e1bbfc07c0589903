"""Events travel together, and come out as if each had come alone."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from shared.bundle import AT_MOST, LARGEST_BYTES, bundled, opened
from shared.contracts import EVENTS, OUTBOUND
from shared.envelope import BUNDLED, Delivery, Envelope, Outgoing

AT = datetime(2026, 11, 22, tzinfo=UTC)

events = st.builds(
    Outgoing,
    message_id=st.uuids().map(str),
    exchange=st.sampled_from([EVENTS, OUTBOUND]),
    routing_key=st.sampled_from(["complaint.registered.v1", "complaint.routed.v1"]),
    type=st.just("complaint.registered.v1"),
    body=st.binary(max_size=40) | st.just(b"x" * (LARGEST_BYTES + 1)),
    correlation_id=st.text(max_size=8),
    headers=st.dictionaries(st.sampled_from(["redress-aggregate", "traceparent"]), st.text(max_size=8)),
)


def delivered(message: Outgoing) -> list[Delivery]:
    envelope = Envelope(
        queue="routing.complaint-registered",
        message_id=message.message_id,
        cause_id=message.message_id,
        type=message.type,
        routing_key=message.routing_key,
        sender="redress",
        at=AT,
        correlation_id=message.correlation_id,
        headers=message.headers,
    )
    delivery = Delivery(envelope, message.body)
    return opened(delivery) if BUNDLED in message.headers else [delivery]


@given(st.lists(events, max_size=200))
def test_what_was_bundled_comes_out_byte_for_byte_and_in_its_order(messages: list[Outgoing]) -> None:
    arrived = [one for message in bundled(messages) for one in delivered(message)]

    for key in {one.routing_key for one in messages}:
        small = [one for one in messages if one.routing_key == key and one.exchange == EVENTS and len(one.body) <= LARGEST_BYTES]
        told = [(one.message_id, one.body, one.correlation_id, dict(one.headers)) for one in small if b"\n" not in one.body]
        ids = {one[0] for one in told}
        assert [
            (one.envelope.message_id, one.body, one.envelope.correlation_id, dict(one.envelope.headers))
            for one in arrived
            if one.envelope.message_id in ids
        ] == told
    assert sorted(one.envelope.message_id for one in arrived) == sorted(one.message_id for one in messages)


def test_one_event_alone_is_a_plain_message() -> None:
    event = Outgoing("one", EVENTS, "complaint.routed.v1", "complaint.routed.v1", b"{}")

    assert bundled([event]) == [event]


def test_adapters_read_their_notices_one_by_one() -> None:
    notices = [Outgoing(str(number), OUTBOUND, "chat.webchat", "outbound.v1", b"{}") for number in range(3)]

    assert bundled(notices) == notices


def test_a_bundle_is_never_larger_than_its_limits() -> None:
    many = [Outgoing(str(number), EVENTS, "complaint.routed.v1", "complaint.routed.v1", b"x" * LARGEST_BYTES) for number in range(200)]

    leaving = bundled(many)

    assert [one.headers[BUNDLED] for one in leaving] == [AT_MOST, AT_MOST, AT_MOST, 200 - 3 * AT_MOST]
    assert max(len(one.body) for one in leaving) < 300_000


def test_a_bundle_that_is_torn_stays_one_message_for_its_reader_to_refuse() -> None:
    bundle = bundled([Outgoing(str(number), EVENTS, "complaint.routed.v1", "complaint.routed.v1", b"{}") for number in range(2)])[0]

    torn = replace(bundle, body=bundle.body.partition(b"\n")[0])

    assert [one.body for one in delivered(torn)] == [torn.body]


def test_what_the_broker_says_of_a_bundle_holds_for_each_of_its_events() -> None:
    bundle = bundled([Outgoing(str(number), EVENTS, "complaint.routed.v1", "complaint.routed.v1", b"{}") for number in range(2)])[0]
    given_up = replace(bundle, headers={**bundle.headers, "x-death": [{"queue": "routing.complaint-registered"}]})

    assert [one.envelope.headers["x-death"] for one in delivered(given_up)] == [[{"queue": "routing.complaint-registered"}]] * 2
