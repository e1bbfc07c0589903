"""The retry ladder: longer and longer waits in lanes, then no more."""

import re

import pytest

from shared.envelope import ATTEMPT, FIRST_ERROR, FIRST_FAILED, LAST_ERROR, ROUTING_KEY, SENDER, Delivery, Envelope, Outgoing
from shared.errors import ContendedWrite
from shared.ladder import Ladder
from shared.topology import JITTER_LANES, retry_exchange
from tests.unit.shared.deliveries import AT, a_delivery

LADDER = Ladder((1_000, 5_000, 30_000))
ERROR = ContendedWrite("12 rounds lost")
NOW = AT.isoformat()


def step(delivery: Delivery, error: BaseException = ERROR) -> Outgoing:
    found = LADDER.step(delivery, error, NOW)
    assert found is not None
    return found


def come_back(sent: Outgoing) -> Delivery:
    """As the queue delivers it when the wait is over: the house sent it, its headers say who did first."""
    headers = sent.headers
    envelope = Envelope(
        sent.routing_key,
        sent.message_id,
        sent.type,
        headers[ROUTING_KEY],
        headers[SENDER],
        AT,
        correlation_id=sent.correlation_id,
        headers=headers,
    )
    return Delivery(envelope, sent.body)


def test_a_message_climbs_step_by_step_and_falls_off_the_end():
    delivery, exchanges = a_delivery(), []
    while (sent := LADDER.step(delivery, ERROR, NOW)) is not None:
        exchanges.append(sent.exchange)
        delivery = come_back(sent)

    (lane,) = {lane for lane in range(len(JITTER_LANES)) if exchanges[0] == retry_exchange(1_000, lane)}
    assert exchanges == [retry_exchange(delay, lane) for delay in LADDER.delays_ms]


def test_the_message_itself_stays_as_it_came_and_goes_back_to_its_own_queue():
    delivery = a_delivery("m1", b"\xff bytes", headers={"traceparent": "00-1"})

    sent = step(delivery)

    assert (sent.body, sent.message_id, sent.type, sent.correlation_id) == (b"\xff bytes", "m1", "inbound.chat.v1", "conversation-1")
    assert sent.routing_key == "intake.chat"
    assert sent.headers == {
        "traceparent": "00-1",
        SENDER: "webchat",
        ROUTING_KEY: "chat.webchat",
        ATTEMPT: 1,
        FIRST_FAILED: NOW,
        FIRST_ERROR: "contended-write ContendedWrite",
        LAST_ERROR: "contended-write",
    }


def test_the_first_failure_is_remembered_and_the_last_error_is_the_last():
    again = step(come_back(LADDER.step(a_delivery(), ERROR, "2026-11-01T00:00:00+00:00") or step(a_delivery())), ValueError("lilei"))

    assert (again.headers[FIRST_FAILED], again.headers[LAST_ERROR]) == ("2026-11-01T00:00:00+00:00", "unexpected-error")
    assert again.headers[FIRST_ERROR] == "contended-write ContendedWrite"


def _raised() -> ContendedWrite:
    try:
        raise ContendedWrite("12 rounds lost")  # noqa: TRY301 - for its place
    except ContendedWrite as error:
        return error


def test_type_and_place_of_the_first_error_travel_and_its_words_do_not():
    header = step(a_delivery(), _raised()).headers[FIRST_ERROR]

    assert re.fullmatch(r"contended-write ContendedWrite test_ladder\.py:\d+", header)


def test_the_attempts_are_counted_from_the_first_to_the_last_step():
    delivery, attempts = a_delivery(), []
    while (sent := LADDER.step(delivery, ERROR, NOW)) is not None:
        attempts.append(sent.headers[ATTEMPT])
        delivery = come_back(sent)

    assert (attempts, delivery.envelope.attempt) == ([1, 2, 3], 3)


@pytest.mark.parametrize("attempt", [3, 4, 99])
def test_used_up_is_used_up(attempt: int):
    assert LADDER.step(a_delivery(headers={ATTEMPT: attempt}), ERROR, NOW) is None


def test_no_steps_no_retry():
    assert Ladder(()).step(a_delivery(), ERROR, NOW) is None


def test_a_crowd_that_failed_together_is_spread_over_the_lanes():
    used = {step(a_delivery(f"chat-{number}")).exchange for number in range(64)}

    assert used == {retry_exchange(1_000, lane) for lane in range(len(JITTER_LANES))}
