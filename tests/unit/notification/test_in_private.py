"""What casework has to say is said in private, or kept until that is possible; then it is said once."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification import rules
from services.notification.correspondence import Correspondence
from services.notification.store import CORRESPONDENCE
from shared.contracts import OutboundNotice, ReplyTo
from shared.contracts.vocabulary import Channel, Material, MessageKind
from shared.decision import Decision
from tests.unit.notification.events import (
    BOOK,
    CHAT,
    MAIL,
    NOW,
    POST,
    a_correspondence,
    a_follow_up,
    a_material_request,
    a_withdrawal,
    an_extension,
    texts,
)

UNREACHABLE = ReplyTo(channel=Channel.EMAIL, adapter="mail-cn", name="李雷")
REVIEW = POST.model_copy(update={"public": False, "channel": Channel.REVIEW})
DUE = datetime(2026, 12, 12, 2, 0, tzinfo=UTC)


def at_work(held: Correspondence) -> list[Decision[Correspondence]]:
    return [
        rules.ask_for_material(held, a_material_request(), BOOK, NOW),
        rules.tell_extension(held, an_extension(), BOOK, NOW),
        rules.tell_move(held, a_withdrawal(), BOOK, NOW),
    ]


@pytest.mark.parametrize(("reply_to", "why"), [(POST, "public-channel"), (REVIEW, "public-channel"), (UNREACHABLE, "no-address")])
def test_nothing_of_the_work_is_ever_a_public_post_or_sent_nowhere(reply_to: ReplyTo, why: str) -> None:
    held = a_correspondence(reply_to=reply_to)

    assert [(one.state.notices, one.emit, one.what) for one in at_work(held)] == [(held.notices, (), why)] * 3


def test_what_was_kept_is_said_in_order_once_the_customer_writes_in_private_and_never_again() -> None:
    held = a_correspondence(reply_to=POST, language="en")
    held = rules.ask_for_material(held, a_material_request(materials=(Material.SCREENSHOT,)), BOOK, NOW).state
    held = rules.tell_extension(held, an_extension(due_at=DUE, reason="The bank is slow."), BOOK, NOW).state
    held = rules.tell_move(held, a_withdrawal(), BOOK, NOW).state

    first = rules.tell_follow_up(held, a_follow_up(language="en"), BOOK, NOW)
    again = rules.tell_follow_up(first.state, a_follow_up(language="en"), BOOK, NOW)

    asked, extended, withdrawn, confirmed = texts(first)
    assert "1. a screenshot of the problem" in asked
    assert "The reason: The bank is slow." in extended
    assert "12 December 2026, 10:00" in extended
    assert "is withdrawn, and we have stopped" in withdrawn
    assert "you asked how" in confirmed
    assert {one.channel for one in first.emit if isinstance(one, OutboundNotice)} == {CHAT.channel}
    assert len(texts(again)) == 1


@pytest.mark.parametrize("changes", [{"owner_known": False, "kind": MessageKind.FOLLOW_UP}, {"reply_to": POST}, {"reply_to": UNREACHABLE}])
def test_what_was_kept_goes_neither_to_strangers_nor_into_the_open(changes: dict[str, object]) -> None:
    held = at_work(a_correspondence(reply_to=POST))[0].state

    decision = rules.tell_follow_up(held, a_follow_up(**changes), BOOK, NOW)

    assert (decision.state, decision.emit) == (held, ())


def test_what_was_kept_for_the_customer_does_not_go_to_an_outside_body_that_writes_of_them() -> None:
    held = at_work(a_correspondence(reply_to=POST))[0].state
    body = ReplyTo(channel=Channel.REFERRAL, adapter="referrals", thread_id="12315:R-1", handle="@lilei")

    told = rules.tell_follow_up(
        held, a_follow_up(channel=Channel.REFERRAL, adapter="referrals", reply_to=body, kind=MessageKind.FOLLOW_UP), BOOK, NOW
    ).state

    assert (told.reply_to, told.withheld) == (held.reply_to, held.withheld)


def test_what_an_earlier_version_kept_is_still_said() -> None:
    """Its documents know neither what is asked for nor how the complaint stands."""
    stored = CORRESPONDENCE.dump(a_correspondence(reply_to=POST))
    new = {"extended", "status", "revision"}
    earlier = {name: value for name, value in stored.items() if name not in new} | {"withheld": [{"kind": "answer", "words": " 已退款。 "}]}

    decision = rules.tell_follow_up(CORRESPONDENCE.load({"schema": CORRESPONDENCE.schema, "state": earlier}), a_follow_up(), BOOK, NOW)

    answer, _ = texts(decision)
    assert "\n\n已退款。\n\n" in answer


@given(st.text(max_size=600), st.sampled_from([CHAT, MAIL, POST]))
def test_whatever_reason_there_is_it_adds_no_line_and_survives_being_stored(reason: str, reply_to: ReplyTo) -> None:
    plain = rules.tell_extension(a_correspondence(reply_to=reply_to), an_extension(reason="abc"), BOOK, NOW)
    decision = rules.tell_extension(a_correspondence(reply_to=reply_to), an_extension(reason=f"abc{reason}"), BOOK, NOW)

    assert [one.count("\n") for one in texts(decision)] == [one.count("\n") for one in texts(plain)]
    state = CORRESPONDENCE.dump(decision.state)
    assert CORRESPONDENCE.load({"schema": CORRESPONDENCE.schema, "state": state}) == decision.state
