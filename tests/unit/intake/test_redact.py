"""No secret survives; what merely looks like one mostly does."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from services.intake.numbers import _check
from services.intake.understanding.redact import blacken, secrets_of, without
from services.intake.understanding.scan import scan
from tests.builders.understood import understood

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


SECRET_OR_NOT = "密码是|abc12345|卡号|4111111111111111| |，|交易|pin|password is |refund|验证码|482913|3天|请|İ|is"
PIECES = st.sampled_from(SECRET_OR_NOT.split("|"))


def redacted(text: str) -> str:
    return blacken(text, secrets_of(text))


@pytest.mark.parametrize(
    ("text", "secret", "kind"),
    [
        ("我的密码是abc12345，快帮我看看", "abc12345", "password"),
        ("支付密码：246810", "246810", "password"),
        ("密码 Hunter2!", "Hunter2!", "password"),
        ("登录密码设置成了 qwe-RTY9 之后登不上", "qwe-RTY9", "password"),
        ("my password is swordfish and I cannot get in", "swordfish", "password"),
        ("password: correcthorse", "correcthorse", "password"),
        ("PWD=p4ss,word", "p4ss,word", "password"),
        ("my PIN is 4711.", "4711", "password"),
        ("lilei88 是我的密码", "lilei88", "password"),
        ("账号密码：lilei abc12345", "abc12345", "password"),
        ("卡号 6222 0212 3456 7890 128", "6222 0212 3456 7890 128", "card"),
        ("card 4111-1111-1111-1111 was charged", "4111-1111-1111-1111", "card"),
        ("4111 1111 1111 1111 1126 123", "4111 1111 1111 1111", "card"),
        ("银行卡四一一一一一一一一一一一一一一一", "四一一一一一一一一一一一一一一一", "card"),
        ("我的密码是 abc 123，谢谢", "abc 123", "password"),
        ("支付密码是 24 68 10", "24 68 10", "password"),
        ("my password is wolf 4711 thanks", "wolf 4711", "password"),
        ("银行卡号4111111111111111，交易号20261121", "4111111111111111", "card"),
        ("paid for order 4111 1111 1111 1111", "4111 1111 1111 1111", "card"),
        ("安全码 123", "123", "cvv"),
        ("CVV is 9876", "9876", "cvv"),
        ("验证码是 482913", "482913", "one_time_code"),
        ("the code is 482 913", "482 913", "one_time_code"),
        ("482913 is your verification code", "482913", "one_time_code"),
        ("身份证 11010519491231002X", "11010519491231002X", "prc_id"),
        ("身份证号110105194912310021", "110105194912310021", "prc_id"),
    ],
)
def test_secrets_are_blackened_in_their_place(text: str, secret: str, kind: str):
    clean = redacted(text)

    assert len(clean) == len(text)
    assert secret not in clean
    assert any(span.name == kind and text[span.start : span.end].startswith(secret[:3]) for span in secrets_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "我忘记密码了，登录不上",
        "密码错误：E1024",
        "my password is not working and was reset",
        "I forgot my password and cannot log in",
        "error code 50013",
        "订单号 2026112112345678 没有到账",
        "手机号 13800138000",
        "付款1299.00元，等了5天",
        "RD-12345-67890-1",
        "没收到验证码，已经等了10分钟",
        "交易编号4111111111111111没有到账",
        "信用卡还款的流水号：4111111111111111",
        "order number 4111111111111111",
    ],
)
def test_ordinary_words_and_numbers_stay(text: str):
    assert redacted(text) == text


@settings(deadline=None)  # the first call loads models
@given(
    st.from_regex(
        r"(?:4|5[1-5]|62"
        r"|37)[0-9]{12,14}",
        fullmatch=True,
    ),
    st.sampled_from(["", " ", "-"]),
    st.sampled_from(["我的卡", "see ", "，"]),
)
@example("4111111111111111"[:-1], " ", "card ")
def test_every_card_with_a_right_check_digit_is_found(stem: str, separator: str, before: str):
    card = stem + luhn.calc_check_digit(stem)
    grouped = separator.join(card[place : place + 4] for place in range(0, len(card), 4))

    assert grouped not in redacted(f"{before}{grouped} 谢谢")
    assert redacted(f"{before}{grouped.translate(FULL_WIDTH)}").endswith("█")


@settings(deadline=None)  # the first call loads models
@given(st.dates(min_value=date(1930, 1, 1), max_value=date(2010, 1, 1)), st.integers(0, 999))
def test_every_identity_number_is_found(born: date, order: int):
    stem = f"110105{str(born).replace('-', '')}{order:03}"
    identity = stem + mod_11_2.calc_check_digit(stem)

    assert identity not in redacted(f"我叫李雷，{identity}，请核实")


@settings(deadline=None)  # the first call loads models
@given(
    st.from_regex(r"[A-Za-z0-9@#!_]{3,20}[0-9][a-z]", fullmatch=True),
    st.sampled_from(["密码是", "密码：", "password: ", "Password is ", "口令 ", "pwd=", "我的支付密码为"]),
    st.text(max_size=30),
)
def test_a_planted_password_is_nowhere_in_what_was_understood(secret: str, word: str, around: str):
    planted = around.replace(secret, "")
    message = f"{planted}\n{word}{secret} 谢谢"

    meaning = understood(message, subject=message, quoted=message, segments=(message,))

    assert secret not in meaning.text
    assert secret not in (meaning.subject or "")
    assert secret not in meaning.quoted
    assert secret not in "".join(str(fact.value) for fact in meaning.facts) + "".join(meaning.why)


@settings(deadline=None)  # the first call loads models
@given(st.text())
def test_lengths_never_change(text: str):
    assert len(redacted(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [("密码是abc 1299元被扣", "1299元"), ("密码：246810 13800138000", "13800138000"), ("pin is 4711 30 days ago", "30 days")],
)
def test_what_follows_a_password_stays_where_it_is_something_else(text: str, left: str):
    assert left in redacted(text)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_a_scan_of_the_blackened_text_finds_what_no_secret_touches(text: str):
    secrets = secrets_of(text)
    left, anew = without(scan(text), secrets), scan(blacken(text, secrets))

    assert left.lowered == anew.lowered
    assert left.numbers == anew.numbers
    assert {words: sorted(hits) for words, hits in left.hits.items()} == {words: sorted(hits) for words, hits in anew.hits.items()}


def test_a_secret_over_two_turns_is_found_too():
    meaning = understood("我的密码是\nabc12345", segments=("我的密码是", "abc12345"))

    assert "abc12345" not in meaning.text


def test_a_complaint_number_is_no_password_whatever_its_groups_end_with():
    """Of all numbers with a group that looks like the word for one."""
    for body in ("6Z3PW8BHTE", "6Z3A0PW8HT", "PWD0011223", "1234567PWD", "00PASS8812"):
        number = f"RD-{body[:5]}-{body[5:]}-{_check(body)}"
        text = f"投诉编号 {number}，my password is hunter2x"

        assert [text[one.start : one.end] for one in secrets_of(text)] == ["hunter2x"]
