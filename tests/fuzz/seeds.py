"""What mutations begin with: the sample messages, and the words that our own patterns look for."""
# ruff: noqa: E501  (lists of odd things)

from functools import cache
from pathlib import Path
from random import Random

from deploy.samples import Sample, filled, load
from services.intake.channels import parse
from services.intake.understanding.scan import READERS
from services.intake.understanding.words import Words
from shared.contracts import INBOUND_BY_CHANNEL
from shared.contracts.vocabulary import Channel
from tests.builders.inbound import an_inbound

SAMPLES = Path(__file__).parents[1] / "samples"
NUMBER = "RD-7K3MQ-2XV9H-5"
HOSTILE = (
    "\0", "\x1b[2J", "\x9b31m", "\u202e", "\u2066", "\ufeff", "\u200b", "\u2028", "\r", "\r\n", "\n", "\n\n", " ", "\u3000", "\xa0", "\ud800", "\udfff",
    "\U0001f4a9", "█", "İ", "ß", "ﬁ", "\u0301", "９", "٣", "零", "一二三四", "廿", "=?utf-8?q?=0D=0ABcc:?=", "=?gb2312?B?zeK=?=", "=?", "?=", "<", ">", "<!--", "]]>",
    "&#x110000;", "&nbsp;", "<td>", "<li>", "<pre>", "<table>", "<div>", "<p>", "<br>", "<script>", "<img src=http://127.0.0.1:9/x>", "--", "-- ", "> ", "On ",
    " wrote:", "写道:", "From: ", "发件人: ", "Sent: ", "Subject: ", "Original Message", "1e999999", "9" * 30, "4111 1111 1111 1111", "110101199003077758",
    "DE89370400440532013000", "密码是", "password is ", "cvv ", "RD-", NUMBER, "2026-11-20", "13/12/2026", "20:31", "¥", "$", "元", "万", "%", "@", "a@b.co",
    "+86 138-0013-8000", "v8.3.1", "iPhone 15", "http://", "'", '"', "“", "”", "(", ")", "[", "]", "{", "}", "\\", "/", "|", "#", "_", "-", ".", ",", "。", "?",
)  # fmt: skip


@cache
def samples() -> tuple[Sample, ...]:
    """The samples, without those that repeat another; numbers that they quote are filled in."""
    return tuple(filled(one, dict.fromkeys(one.quotes, NUMBER)) for one in load(SAMPLES))


@cache
def of_channel(channel: Channel) -> tuple[Sample, ...]:
    """Those that fit their contract: a mutation of what is broken already seldom gets deep."""
    return tuple(one for one in samples() if one.channel is channel and one.expected.get("result") != "parked")


@cache
def texts() -> tuple[str, ...]:
    read = [parse(INBOUND_BY_CHANNEL[one.channel].model_validate(one.body)) for channel in Channel for one in of_channel(channel)]
    return tuple(text for one in read for text in (one.text, one.quoted, one.subject) if text)


@cache
def words() -> tuple[str, ...]:
    """Every word that understanding looks for: they open the doors to the patterns behind them."""
    lists = (value for reader in READERS for value in vars(reader).values() if isinstance(value, Words))
    return tuple(sorted({word.text for one in lists for word in one.all}))


def token(random: Random) -> str:
    kind = random.random()
    if kind < 0.45:
        return random.choice(words())
    if kind < 0.85:
        return random.choice(HOSTILE)
    return chr(
        random.choice(
            (random.randrange(0x20, 0x7F), random.randrange(0x80, 0x3100), random.randrange(0x4E00, 0x9FFF), random.randrange(0x110000))
        )
    )


def plain(channel: Channel) -> bytes:
    return an_inbound(channel).encoded()
