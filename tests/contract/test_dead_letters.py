"""Dead letters on a real database: what an operator sees of them, finds among many, replays once and gives up with a reason."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from shared.contracts import DiscardDeadLetter, ReplayDeadLetter
from shared.dead import DeadLetters, Failure, Origin
from shared.dead_views import dead_view, listed, page_after, shown
from shared.envelope import Delivery, Envelope, Outgoing
from shared.errors import ContendedWrite, UnreadableMessage
from shared.ladder import Ladder
from shared.reception import Reception
from shared.telemetry import Metrics
from shared.views import BadQuery
from tests.under_test import ServiceUnderTest

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
QUEUE, OTHER = "routing.complaint-registered", "routing.deadline-missed"
ORIGIN = Origin("replica-1", "0.1.0", {QUEUE: "services.routing.handlers:on_complaint_registered"})


@pytest.fixture
async def routing(started) -> ServiceUnderTest:
    return await started("routing")


@pytest.fixture
def letters(routing: ServiceUnderTest) -> DeadLetters:
    return DeadLetters("routing", routing.house.database, routing.house.sealer, routing.outbox.publish, ORIGIN)


def a_failure(name: str, error: Exception | None = None, queue: str = QUEUE) -> Failure:
    envelope = Envelope(queue, name, "complaint.registered.v1", "complaint.registered.v1", "redress", AT)
    return Failure(Delivery(envelope, b'{"number": "RD-1", "category": "refund"}'), error or UnreadableMessage("no"))


def _raised(error: Exception) -> Exception:
    try:
        raise error  # noqa: TRY301 - for its place
    except Exception as raised:  # noqa: BLE001 - whatever was given
        return raised


async def test_what_was_given_up_climbs_no_ladder_again(routing: ServiceUnderTest):
    consumers = Reception(routing.service, routing.house, routing.work, Metrics(), "guest").consumers()

    assert {queue for queue, consumer in consumers.items() if not consumer.ladder.delays_ms} == {"routing.dead"}


async def test_a_letter_says_all_that_an_operator_needs_and_nothing_of_the_body(letters: DeadLetters):
    failure = a_failure("m1", _raised(ContendedWrite("12 rounds lost")))
    step = Ladder((1,)).step(failure.delivery, _raised(ValueError("a customer's words")), AT.isoformat())
    assert step is not None
    envelope = Envelope(QUEUE, "m1", step.type, "complaint.registered.v1", "redress", AT, headers=step.headers)

    await letters.file([Failure(Delivery(envelope, failure.delivery.body), failure.error)], AT + timedelta(seconds=9))

    [line] = await listed(letters, {})
    letter = await shown(letters, line["_id"])
    assert letter is not None
    assert {name: letter[name] for name in ("service", "queue", "handler", "replica", "version", "reason", "attempts", "bytes")} == {
        "service": "routing",
        "queue": QUEUE,
        "handler": "services.routing.handlers:on_complaint_registered",
        "replica": "replica-1",
        "version": "0.1.0",
        "reason": "contended-write",
        "attempts": 2,
        "bytes": 40,
    }
    assert (letter["first_failed_at"], letter["last_failed_at"]) == (AT, AT + timedelta(seconds=9))
    assert (letter["first_error"]["reason"], letter["first_error"]["type"]) == ("unexpected-error", "ValueError")
    assert letter["first_error"]["where"].startswith("test_dead_letters.py:")
    assert (letter["last_error"]["type"], letter["last_error"]["said"]) == ("ContendedWrite", "12 rounds lost")
    assert letter["shape"] == {"number": "text of 4", "category": "text of 6"}
    assert not {"body", "body_key"} & letter.keys()
    assert "customer's words" not in str(letter)


async def test_letters_are_found_by_reason_queue_and_time(letters: DeadLetters):
    await letters.file([a_failure("old"), a_failure("elsewhere", queue=OTHER)], AT)
    await letters.file([a_failure("new"), a_failure("contended", ContendedWrite("lost"))], AT + timedelta(hours=1))

    async def found(**query: str) -> set[str]:
        ids = {one["message_id"] for one in await listed(letters, query)}
        assert await dead_view(letters, {**query, "count": "yes"}) == {"count": len(ids)}
        return ids

    assert await found() == {"old", "elsewhere", "new", "contended"}
    assert await found(reason="unreadable-message", queue=QUEUE) == {"old", "new"}
    assert await found(since=(AT + timedelta(minutes=1)).isoformat()) == {"new", "contended"}
    assert await found(until=AT.isoformat()) == {"old", "elsewhere"}
    assert await found(since=AT.isoformat(), until=AT.isoformat(), queue=OTHER) == {"elsewhere"}
    assert await found(reason="no-such-reason") == set()


async def test_pages_lead_through_all_letters_once_even_where_many_failed_at_the_same_moment(letters: DeadLetters):
    await letters.file([a_failure(f"m{number}") for number in range(7)], AT)
    await letters.file([a_failure(f"n{number}") for number in range(4)], AT + timedelta(seconds=1))

    seen: list[str] = []
    page = await listed(letters, {"limit": "3"})
    while page:
        seen += [one["message_id"] for one in page]
        last = {**page[-1], "last_failed_at": page[-1]["last_failed_at"].isoformat()}
        page = await listed(letters, {"limit": "3", "after": page_after(last), "until": (AT + timedelta(seconds=1)).isoformat()})

    assert sorted(seen) == sorted([*(f"m{number}" for number in range(7)), *(f"n{number}" for number in range(4))])
    assert {one[0] for one in seen[:4]} == {"n"}


@pytest.mark.parametrize("query", [{"since": "yesterday"}, {"until": "2026-11-22T10:00:00"}, {"after": "x/y"}, {"limit": "0"}])
async def test_a_question_nobody_can_answer_is_refused(letters: DeadLetters, query: dict[str, str]):
    with pytest.raises(BadQuery):
        await dead_view(letters, query)


async def test_a_replay_repeated_replays_nothing_twice_unless_that_is_asked_for(letters: DeadLetters, routing: ServiceUnderTest):
    await letters.file([a_failure("m1")], AT)
    [letter] = await listed(letters, {})
    command = ReplayDeadLetter(service="routing", dead_id=letter["_id"], by="op")

    ends = [await letters.replay(command, AT) for _ in range(3)]
    again = await letters.replay(command.model_copy(update={"again": True}), AT)

    assert (ends, again) == (["replayed", "nothing-to-replay", "nothing-to-replay"], "replayed")
    assert [one.routing_key for one in routing.outbox.published] == [QUEUE] * 2
    assert await listed(letters, {}) == []


async def test_what_dies_again_after_a_replay_is_the_same_letter_and_may_be_replayed_again(letters: DeadLetters):
    await letters.file([a_failure("m1")], AT)
    [letter] = await listed(letters, {})
    command = ReplayDeadLetter(service="routing", dead_id=letter["_id"], by="op")
    await letters.replay(command, AT)

    await letters.file([a_failure("m1", ContendedWrite("lost"))], AT + timedelta(hours=1))

    [same] = await listed(letters, {})
    assert (same["_id"], same["first_failed_at"], same["reason"]) == (letter["_id"], AT, "contended-write")
    assert (same["first_error"]["reason"], [one["what"] for one in same["audit"]]) == ("unreadable-message", ["replayed"])
    assert await letters.replay(command, AT) == "replayed"


async def test_what_dies_again_before_the_replay_is_on_record_stays_open(letters: DeadLetters, routing: ServiceUnderTest):
    await letters.file([a_failure("m1")], AT)
    [letter] = await listed(letters, {})

    async def publish_and_fail(messages: Sequence[Outgoing]) -> None:
        await routing.outbox.publish(messages)
        await letters.file([a_failure("m1")], AT + timedelta(minutes=1))

    hasty = DeadLetters("routing", routing.house.database, routing.house.sealer, publish_and_fail)
    await hasty.replay(ReplayDeadLetter(service="routing", dead_id=letter["_id"], by="op"), AT)

    [same] = await listed(letters, {})
    assert (same["_id"], [one["what"] for one in same["audit"]]) == (letter["_id"], ["replayed"])


async def test_a_discarded_letter_keeps_who_when_and_why_and_cannot_be_replayed(letters: DeadLetters):
    await letters.file([a_failure("m1")], AT)
    [letter] = await listed(letters, {})
    discard = DiscardDeadLetter(service="routing", dead_id=letter["_id"], by="op", reason="sent by mistake")

    ends = [await letters.discard(discard, AT) for _ in range(2)]

    kept = await shown(letters, letter["_id"])
    assert kept is not None
    assert (ends, kept["state"]) == (["discarded", "nothing-to-discard"], "discarded")
    assert kept["audit"] == [{"what": "discarded", "by": "op", "at": AT, "reason": "sent by mistake"}]
    assert await letters.replay(ReplayDeadLetter(service="routing", dead_id=letter["_id"], by="op", again=True), AT) == "nothing-to-replay"
