"""From what an adapter sent to the parts of the message."""

from base64 import b64encode
from datetime import datetime
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.channels import PARSERS, parse
from shared.contracts import INBOUND_BY_CHANNEL
from shared.contracts.vocabulary import MessageKind
from tests.builders.inbound import (
    an_inbound_app,
    an_inbound_chat,
    an_inbound_email,
    an_inbound_phone,
    an_inbound_referral,
    an_inbound_review,
    an_inbound_social,
)

HEAD = "From: Li Lei <lilei@example.com>\r\nSubject: Refund\r\nMessage-ID: <own@example.com>\r\n"


def text_of(body: str) -> str:
    return parse(an_inbound_email(raw=f"{HEAD}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}")).text


def test_every_channel_has_its_parser():
    assert set(PARSERS) == set(INBOUND_BY_CHANNEL.values())


def test_only_the_customers_words_of_a_call_are_the_complaint():
    said = [("agent", "您好"), ("customer", "钱没到账"), ("agent", "哪一笔?"), ("customer", "昨天那笔")]
    segments = [{"speaker": who, "start_s": at, "end_s": at + 1, "text": text} for at, (who, text) in enumerate(said)]
    parsed = parse(an_inbound_phone(call={"id": "call-7", "direction": "inbound", "segments": segments}, thread_id=None))

    assert parsed.text == "钱没到账\n昨天那笔"
    assert parsed.segments == ("钱没到账", "昨天那笔")
    assert parsed.quoted == "您好\n哪一笔?"
    assert parsed.thread_id == "call-7"


def test_only_the_customers_turns_of_a_chat_are_the_complaint():
    turns = [
        {"id": str(n), "role": role, "at": "2026-11-21T10:00:00Z", "text": role} for n, role in enumerate(("bot", "customer", "agent"))
    ]
    parsed = parse(an_inbound_chat(chat={"conversation_id": "talk-1", "turns": turns}))

    assert (parsed.text, parsed.quoted) == ("customer", "bot\nagent")


def test_a_post_knows_what_it_answers_and_that_it_is_public():
    post = {"platform": "weibo", "id": "p2", "in_reply_to": "p1", "public": True, "text": "退款"}
    parsed = parse(an_inbound_social(post=post))

    assert (parsed.thread_id, parsed.refers_to, parsed.public) == ("p1", ("p1",), True)


def test_a_form_keeps_its_fields_and_names_numbers():
    parsed = parse(an_inbound_app(form={"subject": "退款", "text": "没到", "fields": {"complaint_number": "RD-1", "订单号": "OK123456"}}))

    assert parsed.text == "没到\n订单号: OK123456"
    assert parsed.declared_numbers == ("RD-1",)


def test_a_review_is_public_and_tells_the_version():
    parsed = parse(an_inbound_review(review={"store": "s", "rating": 1, "title": "差", "text": "闪退", "app_version": "8.1"}))

    assert (parsed.subject, parsed.public, parsed.app_version) == ("差", True, "8.1")


def test_a_referral_carries_the_number_it_was_given():
    referral = {"body": "12315", "reference": "R-1", "text": "t", "complaint_number": "RD-7"}

    assert parse(an_inbound_referral(referral=referral)).declared_numbers == ("RD-7",)


def test_a_referral_carries_the_deadline_that_the_body_sets():
    deadline = datetime.fromisoformat("2026-12-01T00:00:00+00:00")
    referral = {"body": "12315", "reference": "R-1", "text": "t", "deadline": deadline}

    assert parse(an_inbound_referral(referral=referral)).answer_due_at == deadline


def test_the_recording_of_a_call_is_evidence_that_lies_where_it_was_made():
    call = {"id": "call-7", "direction": "inbound", "recording_ref": "recordings/call-7.ogg", "segments": []}
    file = {"name": "截图.png", "type": "image/png", "size": 1, "content_b64": ""}

    evidence = parse(an_inbound_phone(call=call, attachments=[file])).evidence

    assert [(one.origin, one.type, one.ref) for one in evidence] == [
        ("attachment:1", "image/png", None),
        ("recording", "audio/*", "recordings/call-7.ogg"),
    ]


def test_attachments_are_told_by_checksum_and_size():
    content = b"picture"
    file = {"name": "截图.png", "type": "image/png", "size": 1, "content_b64": b64encode(content).decode()}
    (evidence,) = parse(an_inbound_app(attachments=[file])).evidence

    assert (evidence.sha256, evidence.size, evidence.origin) == (sha256(content).hexdigest(), len(content), "attachment:1")


@pytest.mark.parametrize(
    "quoted",
    [
        "On Thu, 31 Mar 2016 at 11:16 Some One <a@example.com> wrote:\n> old",
        "在 2026年11月20日，客服<help@okpay.example>写道：\n旧",
        "-----Original Message-----\nFrom: x\nold",
        '------------------ 原始邮件 ------------------\n发件人: "客服"\n旧',
        "发件人: 客服 <help@okpay.example>\n发送时间: 2026年11月20日\n收件人: 李雷\n主题: 退款\n\n旧",
        "From: Help <help@okpay.example>\nSent: Friday\nTo: Li\nSubject: Refund\n\nold",
        "> old\n> older",
        "-- \nLi Lei\nManager",
        "Sent from my iPhone",
        "发自我的iPhone",
    ],
)
def test_quotes_and_signatures_are_cut(quoted: str):
    assert text_of(f"My refund is missing.\n\n{quoted}") == "My refund is missing."


@pytest.mark.parametrize(
    "own",
    [("Sent from my account to a friend: 500"), "From: my wallet\nTo: the shop\nDate: 11-20", "从我的账户转账给商家了", "a > b and 5 -- 6"],
)
def test_what_only_looks_like_a_quote_stays(own: str):
    assert text_of(own) == own


def test_an_answer_under_the_quote_is_kept():
    assert text_of("On Thu, 31 Mar 2016 at 11:16 A <a@example.com> wrote:\n> which order?\n\nOK123") == "OK123"


@pytest.mark.parametrize(
    ("charset", "label"),
    [("gb18030", "gb2312"), ("gb18030", None), ("big5", None), ("utf-8", None), ("utf-8", "us-ascii"), ("gb18030", "no-such-charset")],
)
def test_chinese_is_read_whatever_the_label_says(charset: str, label: str | None):
    words = "退款錢沒有到帳請查詢" if charset == "big5" else "我的退款没有到账，请查询"
    kind = f"Content-Type: text/plain; charset={label}\r\n" if label else ""
    raw = f"From: a@example.com\r\n{kind}Subject: ".encode() + words.encode(charset) + b"\r\n\r\n" + words.encode(charset)
    parsed = parse(an_inbound_email(raw=raw))

    assert (parsed.text, parsed.subject) == (words, words)


def test_a_mail_of_html_alone_is_read_as_a_person_reads_it():
    html = (
        f"{HEAD}Content-Type: text/html; charset=utf-8\r\n\r\n<style>p{{}}</style><p>My <b>refund</b></p><p "
        f"style='display:none'>x</p><script>y</script>"
    )

    assert parse(an_inbound_email(raw=html)).text == "My refund"


def test_a_mail_ties_itself_to_the_conversation_and_its_files():
    raw = (
        f"{HEAD}References: <first@example.com> <second@example.com>\r\nIn-Reply-To: <second@example.com>\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\n'
        'Content-Type: image/png; name="=?gb2312?B?vdjNvC5wbmc=?="\r\nContent-Disposition: '
        "attachment\r\nContent-Transfer-Encoding: base64\r\n\r\ncGljdHVyZQ==\r\n--b--\r\n"
    )
    parsed = parse(an_inbound_email(raw=raw, sender={"name": "李雷"}))

    assert parsed.thread_id == "<first@example.com>"
    assert parsed.refers_to == ("<first@example.com>", "<second@example.com>")
    assert parsed.sender.email == "lilei@example.com"
    assert [(file.name, file.type, file.size) for file in parsed.evidence] == [("截图.png", "image/png", 7)]


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ("Auto-Submitted: auto-replied\r\n", MessageKind.AUTOMATIC),
        ("Auto-Submitted: no\r\n", None),
        ("X-Auto-Response-Suppress: All\r\n", MessageKind.AUTOMATIC),
        ("Precedence: bulk\r\n", MessageKind.NEWSLETTER),
        ("List-Unsubscribe: <mailto:x@example.com>\r\n", MessageKind.NEWSLETTER),
        ("Return-Path: <>\r\nX-Failed-Recipients: a@example.com\r\n", MessageKind.BOUNCE),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n", MessageKind.BOUNCE),
        ("Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n", MessageKind.FEEDBACK_REPORT),
        ("", None),
    ],
)
def test_mail_of_machines_is_told_by_its_headers(headers: str, kind: MessageKind | None):
    assert parse(an_inbound_email(raw=f"{HEAD}{headers}\r\nhello")).declared_kind is kind


@pytest.mark.parametrize(
    ("subject", "kind"), [("自动回复：您好", MessageKind.AUTOMATIC), ("系统退信", MessageKind.BOUNCE), ("退款被拒", None)]
)
def test_chinese_machines_are_told_by_their_subject(subject: str, kind: MessageKind | None):
    assert parse(an_inbound_email(raw=f"From: a@example.com\r\nSubject: {subject}\r\n\r\n您好")).declared_kind is kind


@pytest.mark.parametrize("raw", ["", "AAAA", "!!!"])
def test_bytes_that_are_no_mail_are_refused_without_repeating_them(raw: str):
    with pytest.raises(ValueError, match="mail"):
        parse(an_inbound_email(email={"raw_b64": raw}))


@settings(deadline=None)  # the first call loads models
@given(
    st.binary(max_size=300),
    st.sampled_from(
        [
            "text/plain",
            "text/html",
            "multipart/mixed; boundary=b",
            "message/rfc822",
            ("text/plain; charset=unicode_escape"),
            "text/html; charset=utf-7",
        ]
    ),
)
def test_any_body_can_be_read(body: bytes, kind: str):
    parsed = parse(an_inbound_email(raw=f"From: a@example.com\r\nContent-Type: {kind}\r\n\r\n".encode() + body))

    assert parsed.text.encode() is not None


@settings(deadline=None)  # the first call loads models
@given(st.binary(max_size=120), st.binary(max_size=120))
def test_any_header_can_be_read(subject: bytes, sender: bytes):
    raw = (
        b"Date: x\r\nSubject: "
        + subject.replace(b"\n", b"").replace(b"\r", b"")
        + b"\r\nFrom: "
        + sender.replace(b"\n", b"").replace(b"\r", b"")
        + b"\r\n\r\nhello"
    )

    assert parse(an_inbound_email(raw=raw)).text == "hello"


@pytest.mark.parametrize("line", ["\n", "On ", "> ", "-", "a@", "From: ", "<", "在 "])
def test_long_monotonous_mails_are_cut_quickly(line: str):
    assert len(text_of(line * 20_000)) <= len(line) * 20_000
