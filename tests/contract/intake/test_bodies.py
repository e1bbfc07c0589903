"""Bodies that travel by reference: fetched and checked before anything looks inside, kept sealed, and never lost."""

import asyncio
import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from deploy.cli.balance import adds_up
from services.intake import balance as books
from services.intake.arrivals import Arrivals
from services.intake.identity import complaint_id_of
from services.intake.originals import PART_BYTES
from shared.bodies import PLACEHOLDER, Bodies, reference_to
from shared.contracts import Inbound, InboundRefused
from shared.contracts.inbound import BodyReference
from shared.dead import DeadLetters, Failure
from shared.envelope import BODY, SENDER, Delivery, once_more
from shared.reception import Reception
from shared.task import End, Task
from shared.telemetry import Metrics
from tests.builders import an_inbound, an_inbound_email
from tests.under_test import ServiceUnderTest

TEXT = "我昨天转账 500 元失败了,钱还没有退回来。"
MEGABYTE = 1024 * 1024


@pytest.fixture
def bodies(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Bodies:
    """Asked for before `intake`, which reads the setting."""
    url = tmp_path_factory.mktemp("bodies").as_uri()
    monkeypatch.setenv("REDRESS_BODIES_URL", url)
    return Bodies(url)


@pytest.fixture
def intake(bodies: Bodies, intake: ServiceUnderTest) -> ServiceUnderTest:
    assert bodies
    return intake


async def sent(intake: ServiceUnderTest, bodies: Bodies, message: Inbound, *, put: bool = True, **changes: Any) -> Delivery:
    """As the kit sends it."""
    body = message.model_dump_json().encode()
    reference = await bodies.put(message.adapter, body) if put else reference_to(message.adapter, body)
    told = reference.model_dump() | changes
    delivery = intake.delivery(message)
    return Delivery(replace(delivery.envelope, headers={BODY: json.dumps(told)}), PLACEHOLDER)


async def handled(intake: ServiceUnderTest, delivery: Delivery) -> Task:
    (task,) = await intake.work.handle(await intake.work.whole([delivery]))
    return task


async def names_in(intake: ServiceUnderTest, bodies: Bodies) -> list[str]:
    return [one async for one in bodies.left_before(intake.house.clock.now() + timedelta(days=1))]


def a_mail_with_a_file(size: int) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Li Lei <lilei@example.com>", "help@okpay.example", "退款没有到账"
    mail["Message-ID"] = f"<mail-{size}@example.com>"
    mail.set_content(TEXT)
    mail.add_attachment(b"\x89" * size, maintype="image", subtype="png", filename="截图.png")
    return mail.as_bytes()


async def test_a_body_by_reference_is_registered_kept_sealed_and_gone_from_the_store(intake: ServiceUnderTest, bodies: Bodies):
    message = an_inbound("app", TEXT)

    task = await handled(intake, await sent(intake, bodies, message))

    inbound_id = complaint_id_of(message.adapter, message.source_id)
    arrival = await intake.stored(inbound_id, "arrivals")
    assert arrival is not None
    assert (task.end, task.what) == (End.DONE, "registered")
    assert (await intake.state(inbound_id))["text"] == TEXT
    assert await arrivals_of(intake).originals.opened(arrival) == message.model_dump_json().encode()
    assert await names_in(intake, bodies) == []


async def test_a_mail_with_a_file_of_20_mb_is_a_complaint_whose_record_holds_no_byte_of_it(intake: ServiceUnderTest, bodies: Bodies):
    message = an_inbound_email(raw=a_mail_with_a_file(20 * MEGABYTE))

    task = await handled(intake, await sent(intake, bodies, message))

    inbound_id = complaint_id_of(message.adapter, message.source_id)
    state, arrival = await intake.state(inbound_id), await intake.stored(inbound_id, "arrivals")
    assert arrival is not None
    assert task.what == "registered"
    assert [(one["name"], one["size"]) for one in state["evidence"]] == [("截图.png", 20 * MEGABYTE)]
    assert len(json.dumps(state, default=str)) < 10_000
    assert arrival["bytes"] > 2 * PART_BYTES
    assert await arrivals_of(intake).originals.opened(arrival) == message.model_dump_json().encode()


async def test_what_is_delivered_again_after_the_store_forgot_it_is_read_from_the_ledger(intake: ServiceUnderTest, bodies: Bodies):
    delivery = await sent(intake, bodies, an_inbound("app", TEXT))
    await handled(intake, delivery)

    again = await handled(intake, once_more(delivery))

    assert again.end is End.DUPLICATE
    assert len(set(intake.ids())) == 1
    assert await intake.house.database.collection("arrivals").count({}) == 1


async def test_a_large_message_that_came_twice_is_sealed_once_and_counted_twice(intake: ServiceUnderTest, bodies: Bodies):
    message = an_inbound_email(raw=a_mail_with_a_file(10 * MEGABYTE))

    for _ in range(2):
        await handled(intake, await sent(intake, bodies, message))

    arrival = await intake.stored(complaint_id_of(message.adapter, message.source_id), "arrivals")
    assert arrival is not None
    assert arrival["resent"] == 1
    assert await intake.house.database.collection("arrival_parts").count({}) == arrival["parts_count"]
    assert await names_in(intake, bodies) == []


async def test_a_body_that_is_not_there_yet_is_waited_for(intake: ServiceUnderTest, bodies: Bodies):
    message = an_inbound("app", TEXT)
    early = await handled(intake, await sent(intake, bodies, message, put=False))

    delivery = await sent(intake, bodies, message)
    envelope = replace(delivery.envelope, headers={**delivery.envelope.headers, SENDER: "app-cn"})
    later = await handled(intake, replace(delivery, envelope=envelope))

    arrival = await intake.stored(complaint_id_of(message.adapter, message.source_id), "arrivals")
    assert arrival is not None
    assert (early.end, early.what) == (End.RETRY, "body-missing")
    assert later.what == "registered"
    assert "awaits_body" not in arrival
    assert await arrivals_of(intake).originals.opened(arrival) == message.model_dump_json().encode()


async def test_what_still_awaits_its_body_is_said_again_with_its_reference_and_never_as_an_empty_message(
    intake: ServiceUnderTest, bodies: Bodies
):
    """Its queue was purged before the body came: `redress reconcile` has it said again out of the ledger."""
    message = an_inbound("app", TEXT)
    first = await handled(intake, delivery := await sent(intake, bodies, message, put=False))
    (again,) = await arrivals_of(intake).as_it_came([complaint_id_of(message.adapter, message.source_id)])
    await bodies.put(message.adapter, message.model_dump_json().encode())

    registered = await handled(intake, Delivery(replace(delivery.envelope, headers=again.headers), again.body))

    assert (first.what, again.body, registered.what) == ("body-missing", PLACEHOLDER, "registered")
    assert json.loads(again.headers[BODY]) == json.loads(delivery.envelope.headers[BODY])
    (whole,) = await arrivals_of(intake).as_it_came([complaint_id_of(message.adapter, message.source_id)])
    assert (whole.body, whole.headers[BODY]) == (PLACEHOLDER, again.headers[BODY])


async def test_what_awaits_a_body_by_a_reference_that_nobody_can_read_is_not_said_again(intake: ServiceUnderTest, bodies: Bodies):
    parked = await handled(intake, await sent(intake, bodies, message := an_inbound("app", TEXT), ref="../secret.key"))

    assert (parked.end, parked.what) == (End.DEAD, "body-mismatch")
    assert await arrivals_of(intake).as_it_came([complaint_id_of(message.adapter, message.source_id)]) == []


@pytest.mark.parametrize(
    ("lie", "slug"),
    [
        ({"size": 17}, "body-mismatch"),
        ({"ref": f"webchat/{'0' * 64}", "sha256": "0" * 64}, "body-mismatch"),
        ({"ref": "../secret.key"}, "body-mismatch"),
        ({"size": 65 * MEGABYTE}, "body-too-large"),
    ],
)
async def test_a_reference_that_lies_is_parked_with_its_reason_and_stays_in_the_books(
    intake: ServiceUnderTest, bodies: Bodies, lie: dict[str, Any], slug: str
):
    task = await handled(intake, delivery := await sent(intake, bodies, an_inbound("app", TEXT), **lie))

    assert (task.end, task.what) == (End.DEAD, slug)
    assert task.error is not None
    await letters_of(intake).file([Failure(delivery, task.error)], intake.house.clock.now())
    counted = await books.balance(intake.house.database, {})
    assert (counted["received"], counted["parked"]) == (1, 1)
    assert adds_up({**counted, "pending": 0})


async def test_bytes_that_somebody_changed_in_the_store_are_not_read(intake: ServiceUnderTest, bodies: Bodies):
    message = an_inbound("app", TEXT)
    reference = await changed(bodies, message)

    envelope = replace(intake.delivery(message).envelope, headers={BODY: reference.model_dump_json()})
    task = await handled(intake, Delivery(envelope, PLACEHOLDER))

    assert (task.end, task.what) == (End.DEAD, "body-mismatch")


async def test_what_is_parked_keeps_its_reference_and_its_words_are_found_in_the_ledger(intake: ServiceUnderTest, bodies: Bodies):
    parked = await handled(intake, await sent(intake, bodies, an_inbound("app", TEXT, adapter="nobody")))
    assert parked.error is not None
    assert parked.delivery is not None
    await letters_of(intake).file([Failure(parked.delivery, parked.error)], intake.house.clock.now())
    (letter,) = await intake.house.database.collection("dead_letters").find({})

    replayed = replace(parked.delivery.envelope, headers={**letter["headers"], SENDER: "nobody"})
    again = await handled(intake, Delivery(replayed, PLACEHOLDER))

    assert (parked.end, parked.what) == (End.DEAD, "unknown-adapter")
    assert letter["bytes"] == len(PLACEHOLDER)
    assert again.what == "unknown-adapter"
    assert await names_in(intake, bodies) == []


async def test_a_file_over_the_limit_is_refused_and_its_sender_hears_why(intake: ServiceUnderTest, bodies: Bodies):
    message = an_inbound_email(raw=a_mail_with_a_file(26 * MEGABYTE))

    task = await handled(intake, await sent(intake, bodies, message))

    assert task.what == "attachment-too-large"
    assert [one.reason for one in intake.emitted(InboundRefused)] == ["attachment-too-large"]
    assert (await books.balance(intake.house.database, {}))["refused"] == 1


async def test_what_a_crash_left_in_the_store_is_dropped_once_the_ledger_has_it(intake: ServiceUnderTest, bodies: Bodies):
    message = an_inbound("app", TEXT)
    await handled(intake, await sent(intake, bodies, message))
    await bodies.put(message.adapter, message.model_dump_json().encode())
    await bodies.put(message.adapter, b"its message was never confirmed")

    intake.passes(timedelta(days=2))
    await arrivals_of(intake).sweep()
    after_two_days = await names_in(intake, bodies)
    intake.passes(timedelta(days=90))
    await arrivals_of(intake).sweep()

    assert after_two_days == [reference_to(message.adapter, b"its message was never confirmed").ref]
    assert await names_in(intake, bodies) == []


async def test_nothing_is_left_of_a_large_original_when_its_time_is_over(intake: ServiceUnderTest, bodies: Bodies):
    await handled(intake, await sent(intake, bodies, an_inbound_email(raw=a_mail_with_a_file(10 * MEGABYTE))))
    intake.passes(timedelta(days=91))

    await arrivals_of(intake).originals.expire(intake.house.clock.now())

    assert await intake.house.database.collection("arrival_parts").count({}) == 0


async def changed(bodies: Bodies, message: Inbound) -> BodyReference:
    """As many other bytes under the name of the announced ones, as only who may write into the adapter's folder could."""
    body = message.model_dump_json().encode()
    reference = await bodies.put(message.adapter, body)
    assert bodies.folder is not None
    (bodies.folder / reference.ref).write_bytes(body[::-1])
    return reference


def arrivals_of(intake: ServiceUnderTest) -> Arrivals:
    keeper = intake.work.keeper
    assert isinstance(keeper, Arrivals)
    return keeper


def letters_of(intake: ServiceUnderTest) -> DeadLetters:
    return DeadLetters("intake", intake.house.database, intake.house.sealer, intake.outbox.publish)


class SlowStore(Bodies):
    """Answers when it is told to."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.answers = asyncio.Event()

    async def get(self, reference: BodyReference) -> bytes:
        await self.answers.wait()
        return await super().get(reference)


async def test_a_store_that_does_not_answer_holds_up_no_other_queue(intake: ServiceUnderTest, bodies: Bodies):
    large, small = await sent(intake, bodies, an_inbound_email()), intake.delivery(an_inbound("app"))
    arrivals = intake.work.keeper
    assert isinstance(arrivals, Arrivals)
    assert bodies.folder is not None
    slow = SlowStore(bodies.folder.as_uri())
    work = replace(intake.work, keeper=replace(arrivals, fetching=replace(arrivals.fetching, bodies=slow)))
    reception = Reception(intake.service, intake.house, work, Metrics(), "guest")
    consumers, running = reception.consumers(), asyncio.create_task(reception.together.run())

    waiting = asyncio.ensure_future(consumers["intake.email"].handle([large]))
    async with asyncio.timeout(20):
        [done] = await consumers["intake.app"].handle([small])
        assert (done.end, waiting.done()) == (End.DONE, False)
        slow.answers.set()
        assert [task.end for task in await waiting] == [End.DONE]

    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
