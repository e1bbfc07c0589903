"""What adapters report about a notice, in any order and as often as they like."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification import rules
from services.notification.correspondence import Correspondence, Notice, NoticeState, complaint_of
from shared.contracts import DeliveryReported, ReplyTo
from shared.contracts.vocabulary import Category, Channel, ComplaintId, ComplaintNumber, DeliveryState, NoticeKind

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
COMPLAINT = ComplaintId("0b8d4a52-6a3e-5d0c-9a1b-111111111111")


def a_notice(position: int) -> Notice:
    return Notice(
        notice_id=f"{COMPLAINT}:receipt:{position}",
        kind=NoticeKind.RECEIPT,
        channel=Channel.CHAT,
        adapter="webchat",
        to="@l…",
        told_at=NOON,
        at=NOON,
    )


HELD = Correspondence(
    complaint_id=COMPLAINT,
    number=ComplaintNumber("RD-7K3MQ-2XV9H-5"),
    language="zh-Hans",
    category=Category.REFUND,
    reply_to=ReplyTo(channel=Channel.CHAT, adapter="webchat", handle="@lilei"),
    received_at=NOON,
    notices=(a_notice(1), a_notice(2)),
)

reports = st.builds(
    DeliveryReported,
    notice_id=st.sampled_from([f"{COMPLAINT}:receipt:{position}" for position in (1, 2, 3)]),
    state=st.sampled_from(DeliveryState),
    reason=st.sampled_from([None, "mailbox full", "550 5.1.1 <a@example.com> unknown"]),
    at=st.integers(min_value=-3, max_value=3).map(lambda minutes: NOON + timedelta(minutes=minutes)),
)


def after(*given_reports: DeliveryReported) -> Correspondence:
    held = HELD
    for report in given_reports:
        held = rules.record_delivery(held, report, NOON).state
    return held


def a_report(state: DeliveryState, minutes: int = 1, reason: str | None = None) -> DeliveryReported:
    return DeliveryReported(notice_id=HELD.notices[0].notice_id, state=state, reason=reason, at=NOON + timedelta(minutes=minutes))


@given(st.lists(reports, max_size=6), st.randoms(use_true_random=False), st.data())
def test_any_order_and_any_repetition_of_reports_ends_the_same(
    drawn: list[DeliveryReported], shuffler: Random, data: st.DataObject
) -> None:
    repeated = data.draw(st.lists(st.sampled_from(drawn), max_size=4)) if drawn else []
    shuffled = [*drawn, *repeated]
    shuffler.shuffle(shuffled)

    assert after(*shuffled) == after(*drawn)


def test_every_order_of_every_pair_of_reports_ends_the_same() -> None:
    for first, second in permutations([a_report(state, at) for state in DeliveryState for at in (0, 1, 2)], 2):
        assert after(first, second) == after(second, first)


@pytest.mark.parametrize(
    ("told", "ends"),
    [
        ([DeliveryState.DELIVERED], NoticeState.DELIVERED),
        ([DeliveryState.FAILED], NoticeState.FAILED),
        ([DeliveryState.FAILED, DeliveryState.DELIVERED], NoticeState.DELIVERED),
        ([DeliveryState.DELIVERED, DeliveryState.FAILED], NoticeState.DELIVERED),
        ([DeliveryState.DELIVERED, DeliveryState.BOUNCED], NoticeState.BOUNCED),
        ([DeliveryState.BOUNCED, DeliveryState.DELIVERED], NoticeState.BOUNCED),
    ],
)
def test_the_state_of_a_notice_moves_forward_only(told: list[DeliveryState], ends: NoticeState) -> None:
    assert after(*(a_report(state) for state in told)).notices[0].state is ends


def test_a_repeated_report_changes_nothing_and_says_so() -> None:
    held = after(a_report(DeliveryState.DELIVERED))

    decision = rules.record_delivery(held, a_report(DeliveryState.DELIVERED), NOON)

    assert (decision.state, decision.emit, decision.what) == (held, (), "already-known")


def test_a_report_moves_only_its_own_notice() -> None:
    held = after(a_report(DeliveryState.BOUNCED, reason="mailbox full"))

    assert [(notice.state, notice.reason) for notice in held.notices] == [("bounced", "mailbox full"), ("sent", None)]


def test_a_report_on_an_unknown_notice_changes_nothing() -> None:
    report = DeliveryReported(notice_id=f"{COMPLAINT}:receipt:9", state=DeliveryState.DELIVERED, at=NOON)

    assert rules.record_delivery(HELD, report, NOON).what == "unknown-notice"


@pytest.mark.parametrize("reason", ["550 <lilei@example.com> no such user", "number +86 138 0013 8000 is off", "a\r\nb\x00c"])
def test_a_stored_reason_keeps_no_address_and_no_control_characters(reason: str) -> None:
    stored = after(a_report(DeliveryState.FAILED, reason=reason)).notices[0].reason

    assert stored
    assert "@" not in stored
    assert "8000" not in stored
    assert stored.isprintable()


def test_the_complaint_can_be_read_from_the_id_of_its_notice() -> None:
    assert complaint_of(HELD.notices[1].notice_id) == COMPLAINT


def test_an_adapter_reports_on_what_it_was_given_and_not_on_what_another_one_carries() -> None:
    report = a_report(DeliveryState.DELIVERED)

    forged, true = (rules.hear_of_delivery(HELD, report, adapter, NOON) for adapter in ("weibo", "webchat"))

    assert (forged.state, forged.what) == (HELD, "another-adapters-notice")
    assert true.state.notices[0].state == "delivered"
