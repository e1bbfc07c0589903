"""Known answers: which goes with which receipt, in which language, and never where it would do harm."""

from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from services.notification import rules
from services.notification.phrasebook import LOCALES
from services.notification.self_service import HERE, load_self_service
from shared.contracts import ComplaintRegistered
from shared.contracts.vocabulary import Category, Channel, FactKind, MessageKind
from shared.policy import BadPolicy
from tests.unit.notification.events import BOOK, CHAT, NOW, POST, a_registered, the_notice


def receipt_for(event: ComplaintRegistered) -> str:
    return the_notice(rules.acknowledge(event, BOOK, NOW)).text


@pytest.mark.parametrize(
    ("category", "language", "words"),
    [
        (Category.LOGIN, "zh-Hans", "忘记密码"),
        (Category.LOGIN, "zh-Hant", "忘記密碼"),
        (Category.LOGIN, "en", "Forgot password"),
        (Category.FAILED_TRANSACTION, "zh-Hans", "不要重复付款"),
        (Category.FAILED_TRANSACTION, "en", "you may pay twice"),
        (Category.CROSS_BORDER, "zh-Hant", "SWIFT"),
        (Category.CROSS_BORDER, "en", "SWIFT"),
        (Category.ACCOUNT_SECURITY, "zh-Hans", "双重认证"),
        (Category.ACCOUNT_SECURITY, "en", "two-factor"),
    ],
)
def test_a_receipt_brings_the_known_answer_and_says_that_the_complaint_stays_open(category: Category, language: str, words: str) -> None:
    text = receipt_for(a_registered(category=category, language=language))

    assert words in text
    assert {"en": "stays open", "zh-Hans": "不会结案", "zh-Hant": "不會結案"}[language] in text


def test_a_question_gets_the_answer_about_its_topic() -> None:
    asked: dict[str, Any] = {"kind": MessageKind.ENQUIRY, "category": Category.ENQUIRY, "language": "en"}

    assert "SWIFT" in receipt_for(a_registered(**asked, topic=Category.CROSS_BORDER))
    assert "stays open" not in receipt_for(a_registered(**asked))


@pytest.mark.parametrize("category", [Category.REFUND, Category.FEES, Category.SERVICE_QUALITY, Category.OTHER])
def test_where_no_answer_is_known_none_is_made_up(category: Category) -> None:
    assert "stays open" not in receipt_for(a_registered(category=category, language="en"))


@pytest.mark.parametrize("signal", [FactKind.THREAT, FactKind.VULNERABILITY])
def test_who_is_in_need_is_not_sent_away_with_instructions(signal: FactKind) -> None:
    assert "忘记密码" not in receipt_for(a_registered(category=Category.LOGIN, signals=(signal,)))


@pytest.mark.parametrize(
    "reply_to", [POST, CHAT.model_copy(update={"channel": Channel.REFERRAL, "adapter": "referrals"})], ids=["in public", "to a regulator"]
)
def test_neither_the_public_nor_a_regulator_is_told_how_to_help_oneself(reply_to) -> None:
    event = a_registered(category=Category.LOGIN, reply_to=reply_to, channel=reply_to.channel, adapter=reply_to.adapter)

    assert "忘记密码" not in receipt_for(event)


def test_a_text_that_lacks_in_one_language_stops_the_service(tmp_path: Path) -> None:
    folder = copytree(HERE, tmp_path / "known")
    (folder / "zh-Hant" / "cross_border.txt").unlink()

    with pytest.raises(BadPolicy, match="zh-Hant: no file for \\['cross_border'\\]"):
        load_self_service(LOCALES, folder)
