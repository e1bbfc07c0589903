from datetime import UTC, datetime
from typing import Any

import pytest

from services.intake.channels import parse
from services.intake.complaint import Parsed
from services.intake.limits import (
    LARGEST_SIZE,
    LONGEST_ID,
    LONGEST_LABEL,
    LONGEST_TEXT,
    MOST_FILES,
    UNREADABLE,
    OverLimit,
    bounded,
    within_limits,
)
from services.intake.reading import read
from services.intake.understanding.redact import secrets_of
from shared.adapters import AdapterEntry
from shared.contracts import Sender
from shared.contracts.vocabulary import Channel
from tests.builders.inbound import an_inbound, an_inbound_app, an_inbound_chat

ENTRY = AdapterEntry("webchat", Channel.CHAT, "CN", "okpay-cn", "Asia/Shanghai", "zh-Hans")
AT = datetime(2026, 11, 22, tzinfo=UTC).isoformat()


def parsed(text: str) -> Parsed:
    return Parsed(sender=Sender(name="李雷"), text=text, thread_id="t")


def test_a_text_too_long_to_be_a_complaint_is_read_as_far_as_it_goes_and_that_is_said():
    message = an_inbound_chat("退款一直没有到账。" + "很长。" * LONGEST_TEXT)

    _, understood = read(message, ENTRY)

    assert len(understood.text) == LONGEST_TEXT
    assert understood.why[-1] == f"limit: {LONGEST_TEXT} of {3 * LONGEST_TEXT + 9} characters of the text were read"


def test_the_cut_leaves_no_half_of_a_card_that_nobody_would_blacken():
    before = "请退款。" * (LONGEST_TEXT // 4 - 3)
    text = before + "卡号 4111 1111 1111 1111 谢谢"

    kept, _ = bounded(parsed(text))

    assert kept.text == before + "卡号"
    assert secrets_of(text[-40:])


def test_controls_that_hide_digits_from_the_rules_are_taken_out_before_them():
    message = an_inbound_chat("我的卡 4111\x001111\u202e1111\x9b1111 被盗刷,密码是\ufeffhunter2")

    _, understood = read(message, ENTRY)

    assert [one.kind for one in understood.redacted] == ["card", "password"]
    assert understood.text == "我的卡 ████████████████ 被盗刷,密码是███████"


def test_what_a_terminal_obeys_is_in_no_text_subject_or_name():
    evil = "a\x1b[2Jb\x07\x9b31m\u202e\rc\r\nd\te"
    message = an_inbound_app(form={"subject": evil, "text": evil}, sender={"name": evil})

    clean, _ = bounded(parse(message))

    assert {clean.subject, clean.text, clean.sender.name} == {"a[2Jb31mc\r\nd\te"}


def test_a_sender_whose_only_name_is_a_control_sign_is_somebody_still():
    clean, _ = bounded(parse(an_inbound_app(form={"text": "退款"}, sender={"name": "\0"})))

    assert Sender.model_validate(clean.sender.model_dump()).name == UNREADABLE


def test_a_clean_message_is_the_very_same_afterwards():
    before = parse(an_inbound_chat("退款 128 元没有到账\n第二行"))

    after, notes = bounded(before)

    assert (after, notes) == (before, ())


@pytest.mark.parametrize("name", ["email", "phone", "account_id", "handle"])
def test_an_address_that_nobody_has_is_refused_and_not_repeated(name: str):
    message = an_inbound_chat(sender={name: "a" * (LONGEST_ID + 1)})

    with pytest.raises(OverLimit) as refused:
        within_limits(message)

    assert str(refused.value) == f"sender.{name} has {LONGEST_ID + 1} characters; at most {LONGEST_ID} are kept"


def test_an_id_of_a_conversation_is_refused_before_it_is_cut_to_that_of_another():
    turn = {"id": "1", "role": "customer", "at": AT, "text": "退款"}
    message = an_inbound_chat(chat={"conversation_id": "c" * (LONGEST_ID + 1), "turns": [turn]})

    with pytest.raises(OverLimit, match="thread_id has 1025 characters"):
        read(message, ENTRY)


def test_of_very_many_files_the_first_are_looked_at_and_it_is_said_that_there_are_more():
    one = {"name": "x" * 5_000, "type": "image/png", "size": 2**70, "content_b64": "!"}
    message = an_inbound_chat(attachments=[one] * 5_000)

    clean, notes = bounded(parse(message))

    assert len(clean.evidence) == MOST_FILES
    assert (len(clean.evidence[0].name), clean.evidence[0].size) == (LONGEST_LABEL, LARGEST_SIZE)
    assert notes == (f"limit: {MOST_FILES} files were looked at, and there are more",)


@pytest.mark.parametrize("channel", [Channel.PHONE, Channel.CHAT])
def test_a_hundred_thousand_turns_are_one_text(channel: Channel):
    one = {"id": "1", "role": "customer", "at": AT, "text": "退款"}
    call = {"id": "c", "direction": "inbound", "segments": [{"speaker": "customer", "start_s": 0, "end_s": 1, "text": "退款"}] * 100_000}
    part: dict[str, Any] = {"call": call} if channel is Channel.PHONE else {"chat": {"conversation_id": "c", "turns": [one] * 100_000}}

    clean, (note,) = bounded(parse(an_inbound(channel, **part)))

    assert (len(clean.text), clean.segments) == (LONGEST_TEXT, ())
    assert note.startswith("limit: ")
