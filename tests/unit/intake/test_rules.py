"""What becomes of an inbound message: who may send it, what is declined, what is registered, what is linked and how sure we are of whom."""

from datetime import datetime, timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake import handlers, rules
from services.intake.channels import parse
from services.intake.complaint import Complaint, Evidence, Redaction, Understanding
from services.intake.identity import Keys, complaint_id_of, number_name
from services.intake.reader import Reader
from services.intake.reading import Understood
from services.intake.rules import SET_ASIDE
from services.intake.time_limit import TimeLimit
from shared.adapters import AdapterEntry, Adapters
from shared.contracts import ComplaintRegistered, Fact, FollowUpReceived, Inbound, InboundRefused, MaskedFact, SurveyReply
from shared.contracts.vocabulary import Category, Channel, FactKind, FactSource, Material, MessageKind
from shared.decision import Create, Lookup
from shared.envelope import Envelope
from shared.errors import PermanentError, RuleViolation
from tests.builders import (
    BUILDERS,
    RECEIVED_AT,
    a_complaint_id,
    an_email,
    an_inbound,
    an_inbound_chat,
    an_inbound_email,
    an_inbound_social,
    number_of,
)

UNHURRIED = settings(deadline=None)
"""The machine may be busy with other things."""

KEYS = Keys(numbers=b"numbers", identities=b"identities")
AT = RECEIVED_AT + timedelta(seconds=2)


def an_entry(name: str = "webchat", channel: Channel = Channel.CHAT) -> AdapterEntry:
    return AdapterEntry(name, channel, country="CN", legal_entity="okpay-cn", zone="Asia/Shanghai", language="zh-Hans")


ADAPTERS = Adapters({name: an_entry(name, channel) for name, channel in (("webchat", Channel.CHAT), ("mail-cn", Channel.EMAIL))})


def an_envelope(message: Inbound, **changes: Any) -> Envelope:
    defaults: dict[str, Any] = {
        "queue": f"intake.{message.channel}",
        "message_id": message.source_id,
        "type": message.key,
        "routing_key": message.routing_key,
        "sender": message.adapter,
        "at": AT,
    }
    return Envelope(**defaults | changes)


def an_understanding(**changes: Any) -> Understanding:
    defaults = {
        "kind": MessageKind.COMPLAINT,
        "language": "zh-Hans",
        "subject": None,
        "text": "退款一直没有到账",
        "quoted": "",
        "redacted": (),
        "category": Category.REFUND,
        "confidence": 0.8,
        "categories": ((Category.REFUND, 0.8),),
        "why": ("退款",),
        "facts": (),
        "missing": (Material.AMOUNT,),
        "numbers": (),
    }
    return Understanding(**defaults | changes)


def what_was_understood(message: Inbound | None = None, *, at: datetime = AT, **changes: Any) -> Understood:
    """Parsed for real; what was understood is said by the test."""
    message = message or an_inbound_chat()
    return Understood(message, an_entry(message.adapter, message.channel), parse(message), an_understanding(**changes), at)


def registered(understood: Understood) -> Complaint:
    return rules.register(understood, KEYS, salt=0).state


# Who may send it


@pytest.mark.parametrize("sender", ["", "webchat"])
def test_broker_key_and_body_that_agree_vouch_for_the_adapter(sender: str):
    message = an_inbound_chat()

    assert rules.vouched(message, an_envelope(message, sender=sender), ADAPTERS) == ADAPTERS.by_name["webchat"]


@pytest.mark.parametrize(
    ("message", "changes", "slug"),
    [
        (an_inbound_chat(adapter="strangers-chat"), {}, "unknown-adapter"),
        (an_inbound_chat(adapter="mail-cn"), {}, "adapter-mismatch"),
        (an_inbound_chat(), {"routing_key": "chat.webchat-uk"}, "adapter-mismatch"),
        (an_inbound_chat(), {"routing_key": "email.webchat"}, "adapter-mismatch"),
        (an_inbound_chat(), {"routing_key": ""}, "adapter-mismatch"),
        (an_inbound_chat(), {"sender": "mail-cn"}, "adapter-mismatch"),
        (an_inbound_chat(), {"message_id": "chat-0002"}, "source-id-mismatch"),
        (an_inbound_chat(), {"message_id": ""}, "source-id-mismatch"),
    ],
)
def test_any_disagreement_is_refused_for_good(message: Inbound, changes: dict[str, str], slug: str):
    with pytest.raises(RuleViolation) as refused:
        rules.vouched(message, an_envelope(message, **changes), ADAPTERS)

    assert refused.value.slug == slug
    assert isinstance(refused.value, PermanentError)


def test_a_refusal_of_the_source_id_does_not_repeat_it():
    """On some channels it is the customer's address."""
    message = an_inbound_chat(source_id="lilei@example.com")

    with pytest.raises(RuleViolation) as refused:
        rules.vouched(message, an_envelope(message, message_id="hanmeimei@example.com"), ADAPTERS)

    assert "@" not in str(refused.value)


# What is declined


@pytest.mark.parametrize("kind", MessageKind)
def test_machines_are_set_aside_without_a_word_and_people_never(kind: MessageKind):
    decision = rules.declined(what_was_understood(kind=kind))

    if kind in SET_ASIDE:
        assert decision is not None
        assert (decision.state.result, decision.state.reason, list(decision.emit)) == ("set_aside", SET_ASIDE[kind], [])
        assert (decision.state.kind, decision.state.declined_at) == (kind, AT)
    else:
        assert decision is None


EVIDENCE = Evidence(name="截图.png", type="image/png", size=3, sha256="0" * 64, origin="attachment:1")


@pytest.mark.parametrize(
    ("subject", "text", "evidence", "refused"),
    [
        (None, "", (), True),
        (None, " \n\t　", (), True),
        ("", "", (), True),
        ("  ", "", (), True),
        ("退款", "", (), False),
        (None, "?", (), False),
        (None, "", (EVIDENCE,), False),
    ],
)
def test_a_message_without_anything_to_read_is_refused_with_a_reason(subject: str | None, text: str, evidence: Any, refused: bool):  # noqa: FBT001 - a case
    understood = what_was_understood(subject=subject, text=text)
    understood = Understood(
        understood.message, understood.adapter, understood.parsed.model_copy(update={"evidence": evidence}), understood.understanding, AT
    )

    decision = rules.declined(understood)

    assert (decision is not None) is refused
    if decision is not None:
        (event,) = decision.emit
        assert isinstance(event, InboundRefused)
        assert (event.inbound_id, event.reason) == (understood.inbound_id, "nothing-to-read")
        assert (decision.state.result, decision.state.reason) == ("refused", "nothing-to-read")
        assert (event.reply_to.handle, event.reply_to.thread_id) == ("@lilei", "chat-0001")


# What is registered


@pytest.mark.parametrize("channel", Channel)
def test_a_complaint_of_any_channel_takes_its_id_from_adapter_and_source(channel: Channel):
    message = BUILDERS[channel]()

    complaint = registered(what_was_understood(message))

    assert complaint.complaint_id == complaint_id_of(message.adapter, message.source_id)
    assert (complaint.channel, complaint.adapter, complaint.source_id) == (channel, message.adapter, message.source_id)
    assert complaint.reply_to.adapter == message.adapter
    assert complaint.public is (channel in (Channel.SOCIAL, Channel.REVIEW)) is complaint.reply_to.public


@pytest.mark.parametrize(
    ("ahead", "kept", "flagged"), [(timedelta(seconds=-9), -9, False), (timedelta(0), 0, False), (timedelta(days=3), 0, True)]
)
def test_an_adapter_whose_clock_is_ahead_moves_no_deadline(ahead: timedelta, kept: int, flagged: bool):  # noqa: FBT001 - a case
    decision = rules.register(what_was_understood(an_inbound_chat(received_at=AT + ahead)), KEYS, salt=0)

    (event,) = decision.emit
    assert isinstance(event, ComplaintRegistered)
    assert decision.state.received_at == event.received_at == AT + timedelta(seconds=kept)
    assert (decision.state.received_in_future, event.registered_at) == (flagged, AT)


@pytest.mark.parametrize(
    ("detected", "adapter_says", "language"),
    [
        ("en", "zh-Hant", "en"),
        ("und", "zh-Hant", "zh-Hant"),
        ("und", None, "zh-Hans"),
        ("und", "und", "zh-Hans"),
    ],
)
def test_the_language_is_the_detected_one_else_the_messages_else_the_adapters(detected: str, adapter_says: str | None, language: str):
    assert registered(what_was_understood(an_inbound_chat(language=adapter_says), language=detected)).language == language


@pytest.mark.parametrize(("said", "country"), [("HK", "HK"), (None, "CN")])
def test_the_country_is_the_messages_else_the_adapters(said: str | None, country: str):
    complaint = registered(what_was_understood(an_inbound_chat(country=said)))

    assert (complaint.country, complaint.legal_entity) == (country, "okpay-cn")


def test_another_salt_gives_another_number_of_the_same_complaint():
    one, other = (rules.register(what_was_understood(), KEYS, salt).state for salt in (0, 1))

    assert one.number != other.number
    assert one.model_copy(update={"number": other.number}) == other


def test_the_event_carries_masked_facts_and_signals_and_no_word_of_the_customer():
    text = "我会去跳楼, 流水号 202611210001 的退款没有到账"
    found = {FactKind.THREAT: "跳楼", FactKind.TRANSACTION_ID: "202611210001"}
    facts = tuple(
        Fact(kind=kind, value=value, start=0, end=1, part="text", how=FactSource.PATTERN, confidence=1.0) for kind, value in found.items()
    )
    understood = what_was_understood(
        an_inbound_chat(text), text=text, facts=facts, redacted=(Redaction(part="text", start=0, end=1, kind="password"),)
    )

    (event,) = rules.register(understood, KEYS, salt=0).emit

    assert isinstance(event, ComplaintRegistered)
    assert (event.signals, event.facts) == ((FactKind.THREAT,), (MaskedFact(kind=FactKind.TRANSACTION_ID, value="…0001"),))
    said = event.model_dump_json()
    assert not any(word in said for word in ("跳楼", "退款", "20261121", "流水"))


@pytest.mark.parametrize(("channel", "subject"), [(Channel.EMAIL, "退款"), (Channel.APP, None)])
def test_only_a_mails_subject_goes_back_to_its_sender(channel: Channel, subject: str | None):
    assert registered(what_was_understood(BUILDERS[channel](), subject="退款")).reply_to.subject == subject


# What is linked

NUMBER = number_of(a_complaint_id())
READER = Reader(TimeLimit(5.0))


@pytest.mark.parametrize("written", [NUMBER, NUMBER.lower(), NUMBER.removeprefix("RD-"), NUMBER.replace("-", " ")])
def test_a_number_in_the_field_made_for_it_is_looked_up_however_it_is_typed(written: str):
    referral = {"body": "12315", "reference": "R-1", "text": "请尽快答复消费者。", "complaint_number": written}
    message = an_inbound(Channel.REFERRAL, referral=referral)
    adapters = Adapters({"referrals": an_entry("referrals", Channel.REFERRAL)})

    reaction = handlers.on_inbound(message, adapters, KEYS, READER, an_envelope(message))

    assert isinstance(reaction, Lookup)
    assert reaction.name == number_name(NUMBER)


def test_what_is_no_number_in_that_field_is_not_looked_up():
    message = an_inbound(Channel.APP, form={"text": "退款没有到账", "fields": {"complaint_number": "无"}})
    adapters = Adapters({"app-cn": an_entry("app-cn", Channel.APP)})

    assert isinstance(handlers.on_inbound(message, adapters, KEYS, READER, an_envelope(message)), Create)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("请问怎么提高限额？", MessageKind.FOLLOW_UP),
        ("客服很耐心", MessageKind.FOLLOW_UP),
        ("不满意", MessageKind.APPEAL),
        ("催一下", MessageKind.CHASER),
        ("我要撤销投诉", MessageKind.WITHDRAWAL),
        ("好的，谢谢", MessageKind.THANKS),
    ],
)
def test_a_follow_up_is_what_it_is_on_a_known_complaint(text: str, kind: MessageKind):
    held = registered(what_was_understood())

    decision = rules.link(held, what_was_understood(an_inbound_chat(text, source_id="chat-0002"), text=text), KEYS)

    (event,) = decision.emit
    assert isinstance(event, FollowUpReceived)
    assert event.kind == decision.state.follow_ups[0].kind == kind


def test_what_a_customer_answered_to_the_survey_goes_out_without_his_words():
    held, text = registered(what_was_understood()), "否，2分，多打电话"

    decision = rules.link(held, what_was_understood(an_inbound_chat(text, source_id="chat-0002"), text=text), KEYS)

    (event,) = decision.emit
    assert isinstance(event, FollowUpReceived)
    assert event.survey == decision.state.follow_ups[0].survey == SurveyReply(solved=False, attitude=2, suggests=True)
    assert "多打电话" not in event.model_dump_json()


HERS = {"handle": "@hanmeimei", "email": "hanmeimei@example.com", "phone": "+8613900139000", "account_id": "U2000"}
HIS = {"handle": "@lilei", "email": "lilei@example.com", "phone": "+8613800138000", "account_id": "U1029"}


def a_chat(source_id: str, thread: str, **sender: str) -> Inbound:
    return an_inbound_chat(source_id=source_id, thread_id=thread, sender=sender)


def a_mail(source_id: str, answers: str, sender: str) -> Inbound:
    raw = an_email(message_id=source_id).replace(b"From: Li Lei <lilei@example.com>", f"From: {sender}\nReferences: {answers}".encode())
    return an_inbound_email(raw=raw, sender={"email": sender})


def a_post(source_id: str, handle: str, *, public: bool = True) -> Inbound:
    post = {"platform": "weibo", "id": source_id, "in_reply_to": "post-0001", "public": public, "text": "现在怎么样了"}
    return an_inbound_social(source_id=source_id, sender={"handle": handle}, post=post)


@pytest.mark.parametrize(
    ("first", "later", "known"),
    [
        pytest.param(a_chat("c1", "t", handle="@lilei"), a_chat("c2", "t", handle="@lilei"), True, id="his-own-conversation"),
        pytest.param(
            a_chat("c1", "t", handle="@lilei"), a_chat("c2", "t", name="访客"), True, id="the-platform-vouches-for-its-conversation"
        ),
        pytest.param(a_chat("c1", "t", handle="@lilei"), a_chat("c2", "u", handle="@LiLei "), True, id="same-handle-other-conversation"),
        pytest.param(a_chat("c1", "t", handle="@lilei"), a_chat("c2", "u", handle="@hanmeimei"), False, id="stranger-other-conversation"),
        pytest.param(
            a_chat("c1", "t", handle="@lilei"),
            an_inbound_chat(adapter="webchat-uk", source_id="c2", thread_id="t", sender={"handle": "@lilei"}),
            False,
            id="a-handle-means-nothing-elsewhere",
        ),
        pytest.param(
            a_chat("c1", "t", **HIS), an_inbound(Channel.PHONE, sender={"phone": "+86 138-0013-8000"}), True, id="same-phone-on-the-hotline"
        ),
        pytest.param(a_chat("c1", "t", **HIS), an_inbound(Channel.APP, sender={"account_id": "U1029"}), True, id="same-account-in-the-app"),
        pytest.param(
            a_chat("c1", "t", **HIS), an_inbound(Channel.APP, sender={"account_id": "U2000"}), False, id="other-account-in-the-app"
        ),
        pytest.param(a_chat("c1", "t", **HIS), a_chat("c2", "u", **HERS), False, id="nothing-in-common"),
        pytest.param(a_chat("c1", "t", name="李雷"), a_chat("c2", "u", name="李雷"), False, id="a-name-is-no-identity"),
        pytest.param(
            a_mail("<m1@e.example>", "", "lilei@example.com"),
            a_mail("<m2@e.example>", "<m1@e.example>", "LiLei@Example.com"),
            True,
            id="his-own-mail",
        ),
        pytest.param(
            a_mail("<m1@e.example>", "", "lilei@example.com"),
            a_mail("<m2@e.example>", "<m1@e.example>", "hanmeimei@example.com"),
            False,
            id="anybody-can-answer-a-mail",
        ),
        pytest.param(an_inbound_social(), a_post("p2", "@lilei"), True, id="his-own-reply-in-public"),
        pytest.param(an_inbound_social(), a_post("p2", "@hanmeimei"), False, id="anybody-can-reply-in-public"),
        pytest.param(an_inbound_social(), a_post("p2", "@hanmeimei", public=False), False, id="a-stranger-whispers-under-a-public-post"),
        pytest.param(
            an_inbound(Channel.PHONE, sender={"phone": "anonymous"}),
            an_inbound(
                Channel.PHONE,
                source_id="call-0002",
                sender={"phone": "withheld"},
                call={"id": "c2", "direction": "inbound", "segments": []},
            ),
            False,
            id="withheld-numbers-are-not-one-person",
        ),
    ],
)
def test_whether_the_owner_wrote_is_known_by_thread_or_identity(first: Inbound, later: Inbound, known: bool):  # noqa: FBT001 - a case
    held = registered(what_was_understood(first))

    decision = rules.link(held, what_was_understood(later), KEYS)

    (event,) = decision.emit
    assert isinstance(event, FollowUpReceived)
    assert event.owner_known is decision.state.follow_ups[0].owner_known is known
    assert (event.complaint_id, event.number, event.reply_to.adapter) == (held.complaint_id, held.number, later.adapter)


def test_a_follow_up_changes_nothing_else_of_the_complaint():
    held = registered(what_was_understood())
    later = what_was_understood(an_inbound_chat(source_id="c2"), text="补充: 金额 128 元", language="en", category=Category.FEES)

    after = rules.link(held, later, KEYS).state

    assert after.model_copy(update={"follow_ups": ()}) == held
    assert [(one.inbound_id, one.text, one.language) for one in after.follow_ups] == [(later.inbound_id, "补充: 金额 128 元", "en")]


LATER = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 99)), max_size=5, unique_by=lambda one: one[1])


@UNHURRIED
@given(LATER.flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_follow_ups_in_any_order_end_the_same(orders: tuple[list[tuple[int, int]], list[tuple[int, int]]]):
    """Some were received in the same second: their ids decide."""
    held = registered(what_was_understood())

    def linked(now: Complaint, follow_up: tuple[int, int]) -> Complaint:
        second, name = follow_up
        message = an_inbound_chat(source_id=f"later-{name}", received_at=RECEIVED_AT + timedelta(seconds=second))
        return rules.link(now, what_was_understood(message, at=AT + timedelta(hours=1)), KEYS).state

    one, other = (reduce(linked, order, held) for order in orders)

    assert one == other
    assert [follow_up.received_at for follow_up in one.follow_ups] == sorted(follow_up.received_at for follow_up in one.follow_ups)


def test_the_deadline_of_an_outside_body_goes_with_the_complaint_and_with_what_it_writes_later():
    deadline = AT + timedelta(days=5)
    referral = {"body": "12315", "reference": "R-1", "text": "请尽快答复消费者。", "deadline": deadline}
    understood = what_was_understood(an_inbound(Channel.REFERRAL, referral=referral))

    first = rules.register(understood, KEYS, 0)
    later = rules.link(first.state, understood, KEYS)

    told = [one.answer_due_at for one in (*first.emit, *later.emit) if isinstance(one, ComplaintRegistered | FollowUpReceived)]
    assert told == [deadline, deadline]
