"""Wherever a customer writes a secret, nothing that is stored or published has it."""

import json
from base64 import b64encode
from email.message import EmailMessage
from typing import Any

import pytest

from shared.contracts import Inbound
from shared.contracts.vocabulary import Channel
from tests.builders import BUILDERS, SENT_AT
from tests.under_test import ServiceUnderTest

SECRETS = {
    "我的密码是 Tr0ub4dor&3": ("Tr0ub4dor",),
    "密码是 hunter2secret": ("hunter2secret",),
    "卡号 4111 1111 1111 1111": ("4111 1111", "4111111111111111"),
    "card 5500005555555559 cvv 737": ("5500005555555559", "737."),
    "验证码 839201": ("839201",),
    "身份证 11010519491231002X": ("11010519491231002X",),
    "iban GB82 WEST 1234 5698 7654 32": ("5698 7654", "GB82"),
}
"""What is written, and what of it nobody may find."""
ENDING = ".png"


def attached(written: str) -> list[dict[str, Any]]:
    file = {"name": written + ENDING, "type": "image/png", "size": 3}
    return [file | {"content_b64": b64encode(b"abc").decode()}, file | {"ref": f"https://files.example/{written}", "sha256": "0" * 64}]


def a_mail(written: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Date"], mail["Message-ID"] = "lilei@example.com", "help@okpay.example", SENT_AT, "<m@e.example>"
    mail["Subject"] = written
    mail.set_content(f"退款还没到,{written}\n\n> 您好\n> {written}\n")
    mail.add_attachment(b"abc", "image", "png", filename=written + ENDING)
    return mail.as_bytes()


def part_of(channel: Channel, written: str) -> dict[str, Any]:
    """Every free field of the channel, its context that is kept as quoted too."""
    text = f"退款还没到,{written}"
    call = [{"speaker": who, "start_s": 0, "end_s": 9, "text": text} for who in ("customer", "agent")]
    turns = [{"id": who, "role": who, "at": SENT_AT, "text": text} for who in ("customer", "agent", "bot")]
    fields = {"备注": written, written: "备注", "version": written, "number": written}
    parts: dict[Channel, dict[str, Any]] = {
        Channel.PHONE: {"call": {"id": "c", "direction": "inbound", "segments": call}},
        Channel.CHAT: {"chat": {"conversation_id": "c", "turns": turns}},
        Channel.EMAIL: {"raw": a_mail(written)},
        Channel.SOCIAL: {"post": {"platform": "weibo", "id": "p", "permalink": written, "public": False, "text": text}},
        Channel.APP: {"form": {"subject": written, "text": text, "fields": fields}},
        Channel.REVIEW: {"review": {"store": "s", "rating": 1, "title": written, "text": text, "app_version": written}},
        Channel.REFERRAL: {"referral": {"body": "12315", "reference": "R-1", "text": text, "complaint_number": written}},
    }
    return parts[channel]


def a_message(channel: Channel, written: str, source_id: str) -> Inbound:
    sender = {"name": written, "handle": written, "email": "lilei@example.com"}
    whole = {"source_id": source_id, "thread_id": "one", "sender": sender, "attachments": attached(written)}
    return BUILDERS[channel](**whole | part_of(channel, written))


async def everything(intake: ServiceUnderTest) -> str:
    """The whole database, and every body that went out."""
    names = await intake.house.database.raw.list_collection_names()
    stored = [one for name in names for one in await intake.house.database.collection(name).find({})]
    said = [json.dumps(json.loads(one.body), ensure_ascii=False) for one in intake.outbox.published]
    return "\n".join([*(json.dumps(one, default=repr, ensure_ascii=False) for one in stored), *said])


@pytest.mark.parametrize("channel", list(Channel))
async def test_no_secret_is_in_the_record_the_events_or_the_ledger(intake: ServiceUnderTest, channel: Channel):
    """Of each two, the second is a follow-up of the first: it is kept in another shape."""
    messages = [a_message(channel, f"{written}.", f"{n}-{time}") for n, written in enumerate(SECRETS) for time in range(2)]

    tasks = await intake.receives(*messages)

    found = await everything(intake)
    assert {task.what for task in tasks} == {"registered", "linked"}
    assert [secret for secrets in SECRETS.values() for secret in secrets if secret in found] == []
    assert "█" + ENDING in found or f"█.{ENDING}" in found


async def test_what_identifies_or_names_is_kept_as_it_came(intake: ServiceUnderTest):
    sender = {
        "name": "李雷",
        "handle": "@lilei88",
        "email": "lilei@example.com",
        "phone": "+8613800138000",
        "account_id": "4111111111111111",
    }
    file = {"name": "IMG_20261121_134522.png", "type": "image/png", "size": 3, "ref": "files/2026/11/a7.png"}
    message = BUILDERS[Channel.CHAT](sender=sender, attachments=[file])

    await intake.receives(message)

    [state] = [one["state"] for one in await intake.house.database.collection("complaints").find({})]
    assert state["sender"] == sender
    assert (state["evidence"][0]["name"], state["evidence"][0]["ref"]) == (file["name"], file["ref"])
