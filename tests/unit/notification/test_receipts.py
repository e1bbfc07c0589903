"""The receipt: number, what was understood, what is missing, the promise; and nothing of it in public."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification import rules
from services.notification.correspondence import complaint_of
from shared.contracts import ComplaintRegistered, MaskedFact, OutboundNotice, ReplyTo
from shared.contracts.vocabulary import Category, Channel, FactKind, Material, MessageKind, NoticeKind
from tests.unit.notification.events import BOOK, CHAT, COMPLAINT, MAIL, NOW, NUMBER, POST, RECEIVED, a_registered, the_notice

MICROSECONDS = 1e6
RECEIPT_COST_US = 200


def receipt_for(event: ComplaintRegistered) -> OutboundNotice:
    return the_notice(rules.acknowledge(event, BOOK, NOW))


def test_a_receipt_holds_the_number_the_understanding_the_missing_and_the_promise() -> None:
    notice = receipt_for(a_registered())

    for words in (NUMBER, "退款问题", "金额:1299.00元", "交易编号:…2345", "2026年11月21日 20:15", "1. 交易对象", "2. 问题截图", "24 小时"):
        assert words in notice.text.replace("\uff1a", ":")
    assert "2026年11月23日 10:00" in notice.text
    assert "UTC+08:00" in notice.text
    assert "请勿" in notice.text
    assert "密码" in notice.text
    assert "验证码" in notice.text


def test_a_receipt_goes_back_the_way_the_complaint_came() -> None:
    notice = receipt_for(a_registered())

    assert (notice.kind, notice.number, notice.channel, notice.adapter) == (NoticeKind.RECEIPT, NUMBER, Channel.CHAT, "webchat")
    assert (notice.to.handle, notice.thread_id, notice.in_reply_to, notice.subject) == ("@lilei", "conversation-1", "turn-1", None)
    assert notice.routing_key == "chat.webchat"


def test_the_record_keeps_the_address_masked_and_the_promise_that_was_given() -> None:
    held = rules.acknowledge(a_registered(reply_to=MAIL), BOOK, NOW).state

    assert [(notice.to, notice.state, notice.at) for notice in held.notices] == [("l…@example.com", "sent", NOW)]
    assert (held.answer_by, held.promise, held.zone) == (BOOK.promises.answer_by(RECEIVED), "house@3", "Asia/Shanghai")


def test_the_same_event_gives_the_same_notice_id_and_the_id_names_the_complaint() -> None:
    first, again = receipt_for(a_registered()), receipt_for(a_registered())

    assert first == again
    assert first.notice_id == f"{COMPLAINT}:receipt:1"
    assert complaint_of(first.notice_id) == COMPLAINT


def test_an_email_receipt_answers_under_the_customers_own_subject_with_the_number() -> None:
    assert receipt_for(a_registered(reply_to=MAIL)).subject == f"Re: 退款一直没到账 [{NUMBER}]"
    assert receipt_for(a_registered(reply_to=MAIL.model_copy(update={"subject": "回复:Re: 退款"}))).subject == f"Re: 退款 [{NUMBER}]"
    assert receipt_for(a_registered(reply_to=MAIL.model_copy(update={"subject": None}))).subject == f"我们已收到您的来信 [{NUMBER}]"


@pytest.mark.parametrize(
    ("language", "country", "written", "words"),
    [
        ("zh-Hans", "CN", "zh-Hans", "我们已收到您的投诉"),
        ("zh-Hant", "TW", "zh-Hant", "我們已收到您的投訴"),
        ("zh-HK", "HK", "zh-Hant", "我們已收到您的投訴"),
        ("zh", "CN", "zh-Hans", "我们已收到您的投诉"),
        ("en", "GB", "en", "we have received your complaint"),
        ("fr", "FR", "en", "we have received your complaint"),
        ("und", "CN", "zh-Hans", "我们已收到您的投诉"),
        ("und", "GB", "en", "we have received your complaint"),
    ],
)
def test_a_receipt_is_written_in_the_customers_language(language: str, country: str, written: str, words: str) -> None:
    notice = receipt_for(a_registered(language=language, country=country))

    assert notice.language == written
    assert words in notice.text


@pytest.mark.parametrize(
    ("country", "shown"),
    [
        ("CN", "23 November 2026, 10:00 (China Time, UTC+08:00)"),
        ("GB", "23 November 2026, 02:00 (United Kingdom Time, UTC+00:00)"),
        ("US", "22 November 2026, 21:00 (Eastern Time, UTC-05:00)"),
        ("BR", "23 November 2026, 02:00 (UTC, UTC+00:00)"),
    ],
)
def test_the_promise_counts_from_the_companys_receipt_in_the_countrys_zone(country: str, shown: str) -> None:
    assert shown in receipt_for(a_registered(language="en", country=country)).text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (MessageKind.COMPLAINT, "your complaint"),
        (MessageKind.ENQUIRY, "your enquiry"),
        (MessageKind.SUGGESTION, "thank you for telling us"),
        (MessageKind.PRAISE, "thank you for telling us"),
    ],
)
def test_the_wording_fits_what_the_message_is_for(kind: MessageKind, words: str) -> None:
    assert words in receipt_for(a_registered(language="en", kind=kind)).text


def test_a_regulator_is_not_told_to_keep_its_password() -> None:
    body = ReplyTo(channel=Channel.REFERRAL, adapter="regulator", email="desk@example.org")

    text = receipt_for(a_registered(language="en", reply_to=body)).text

    assert "referral" in text
    assert NUMBER in text
    assert "password" not in text


@pytest.mark.parametrize("reply_to", [POST, POST.model_copy(update={"channel": Channel.REVIEW, "public": False})])
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_a_public_post_gets_only_an_invitation_to_continue_in_private(reply_to: ReplyTo, language: str) -> None:
    notice = receipt_for(a_registered(reply_to=reply_to, language=language))

    assert (notice.kind, notice.number, notice.subject) == (NoticeKind.RECEIPT, None, None)
    assert (notice.to.name, notice.to.phone, notice.to.email, notice.to.account_id) == (None, None, None, None)
    assert not any(digit in notice.text for digit in "0123456789")


def test_who_cannot_be_reached_gets_nothing_and_the_decision_says_so() -> None:
    decision = rules.acknowledge(a_registered(reply_to=ReplyTo(channel=Channel.EMAIL, adapter="mail-cn", name="李雷")), BOOK, NOW)

    assert (decision.emit, decision.what, decision.state.notices) == ((), "no-address", ())


@pytest.mark.parametrize("value", ["see http://evil.example/x", "www.evil.example", "evil.example/pay", "a" * 500])
def test_a_receipt_carries_no_strangers_link(value: str) -> None:
    text = receipt_for(a_registered(facts=(MaskedFact(kind=FactKind.COUNTERPARTY, value=value),))).text

    assert "evil" not in text
    assert "a" * 41 not in text


def test_threats_accounts_and_free_words_are_never_repeated() -> None:
    secrets = {FactKind.THREAT: "跳楼", FactKind.VULNERABILITY: "重病", FactKind.ACCOUNT_ID: "U…29", FactKind.ERROR_TEXT: "系统错误"}

    text = receipt_for(a_registered(facts=tuple(MaskedFact(kind=kind, value=value) for kind, value in secrets.items()))).text

    assert not any(value in text for value in secrets.values())


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (FactKind.DESIRED_OUTCOME, "refund", "What you ask for: a refund"),
        (FactKind.TRANSACTION_TIME, "2026-11-21T00:00:00+08:00", "Time of transaction: 21 November 2026\n"),
        (FactKind.TRANSACTION_TIME, "2026-11-21T09:30:00+08:00", "Time of transaction: 21 November 2026, 09:30 (China Time"),
        (FactKind.TRANSACTION_TIME, "last week", "Time of transaction: last week"),
        (FactKind.ERROR_CODE, "E1001", "Error code: E1001"),
    ],
)
def test_a_fact_is_shown_as_people_write_it(kind: FactKind, value: str, shown: str) -> None:
    assert shown in receipt_for(a_registered(language="en", facts=(MaskedFact(kind=kind, value=value),))).text


def test_a_wish_without_words_is_not_repeated() -> None:
    wish = MaskedFact(kind=FactKind.DESIRED_OUTCOME, value="my own words")

    assert "my own words" not in receipt_for(a_registered(facts=(wish,))).text


any_text = st.text(max_size=30)
masked_facts = st.builds(
    MaskedFact,
    kind=st.sampled_from(FactKind),
    value=st.one_of(any_text, st.integers(min_value=-(10**12), max_value=10**12)),
    unit=st.sampled_from([None, "CNY", "USD", "JPY", "KWD", "XXX", "ZZZ"]),
)


@given(
    st.fixed_dictionaries(
        {
            "facts": st.lists(masked_facts, max_size=12).map(tuple),
            "missing": st.lists(st.sampled_from(Material), max_size=6).map(tuple),
            "category": st.sampled_from(Category),
            "kind": st.sampled_from(MessageKind),
            "language": st.sampled_from(["zh-Hans", "zh-Hant", "en", "und", "th"]),
        }
    ),
    st.sampled_from([CHAT, MAIL, POST]),
    any_text,
)
def test_whatever_was_understood_there_is_a_receipt_and_never_a_number_in_public(found: dict[str, object], to: ReplyTo, name: str) -> None:
    reply_to = to.model_copy(update={"name": name, "subject": name})
    notice = receipt_for(a_registered(reply_to=reply_to, **found))

    assert (NUMBER in notice.text) is not reply_to.public
    assert notice.text == notice.text.strip()


def test_a_receipt_costs_well_under_two_hundred_microseconds() -> None:
    event = a_registered(reply_to=MAIL)

    def cost() -> float:
        began = time.process_time()
        for _ in range(50):
            rules.acknowledge(event, BOOK, NOW)
        return (time.process_time() - began) / 50 * MICROSECONDS

    assert min(cost() for _ in range(20)) < RECEIPT_COST_US


def test_several_texts_are_never_shared_between_two_complaints() -> None:
    texts = {receipt_for(a_registered(number=f"RD-AAAAA-AAAA{n}-1")).text for n in range(5)}

    assert len(texts) == 5


@pytest.mark.parametrize(("language", "days"), [("en", "{} business days"), ("zh-Hans", "{}个工作日"), ("zh-Hant", "{}個工作天")])
def test_a_british_receipt_says_what_the_law_promises_and_the_houses_own_does_not(language: str, days: str) -> None:
    said = [the_notice(rules.acknowledge(a_registered(language=language, regime=one), BOOK, NOW)).text for one in ("uk_emoney", "house")]

    assert [[days.format(one) in text for one in (15, 35)] for text in said] == [[True, True], [False, False]]
