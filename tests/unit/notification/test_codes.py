"""A code reaches the account's owner, and nobody who only says that they are."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.notification import rules
from services.notification.codes import Owners, owners, send_code
from services.notification.letters_view import shown
from shared.adapters import adapters_in
from shared.codes import code_of
from shared.contracts import OutboundNotice, ReplyTo
from shared.contracts.vocabulary import Channel
from shared.decision import Decision
from tests.builders import a_code_issued
from tests.unit.notification.events import BOOK, CHAT, MAIL, NOW, POST, a_registered

KEY = b"of codes"
OWNERS = owners(adapters_in(Path("deploy/adapters.toml")), KEY)


def sent(reply_to: ReplyTo = CHAT, by: Owners = OWNERS, **changes: Any) -> Decision[Any]:
    held = rules.acknowledge(a_registered(reply_to=reply_to), BOOK, NOW).state
    return send_code(held, a_code_issued(**{"expires_at": NOW + timedelta(minutes=15), **changes}), by, BOOK, NOW)


def notice(decided: Decision[Any]) -> OutboundNotice:
    [one] = decided.emit
    assert isinstance(one, OutboundNotice)
    return one


@pytest.mark.parametrize("reply_to", [CHAT, MAIL, POST], ids=["chat", "mail", "post"])
def test_it_goes_to_the_registered_address_whatever_way_the_complaint_came(reply_to: ReplyTo):
    told = notice(sent(reply_to))

    assert (told.kind, told.channel, told.adapter, told.to.email) == ("material_request", "email", "mail-cn", "owner@example.com")
    assert (told.thread_id, told.in_reply_to, told.to.handle, told.to.phone) == (None, None, None, None)


def test_without_an_address_it_goes_into_the_app_of_the_account():
    told = notice(sent(email=None))

    assert (told.channel, told.adapter, told.to.account_id, told.to.email) == ("app", "app-cn", "U1029384756", None)


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_the_letter_has_the_code_and_how_long_it_holds(language: str):
    held = rules.acknowledge(a_registered(language=language), BOOK, NOW).state
    issued = a_code_issued(expires_at=NOW + timedelta(minutes=15))

    told = notice(send_code(held, issued, OWNERS, BOOK, NOW))

    assert told.text.count(code_of(KEY, issued.code_id)) == 1
    assert told.expires_at == issued.expires_at
    assert "10:15" in told.text
    assert code_of(KEY, issued.code_id) not in repr(send_code(held, issued, OWNERS, BOOK, NOW).state)


def test_a_firm_stays_with_its_own_adapters():
    uk = ReplyTo(channel=Channel.CHAT, adapter="webchat-uk", thread_id="conversation-1")

    assert [notice(sent(uk, email=one)).adapter for one in ("owner@example.com", None)] == ["mail-uk", "app-uk"]


def test_where_no_way_leads_to_the_owner_nothing_is_sent():
    elsewhere = ReplyTo(channel=Channel.CHAT, adapter="unlisted", thread_id="conversation-1")

    assert (sent(elsewhere).what, sent(elsewhere).emit) == ("no-way-to-the-owner", ())


def test_what_is_late_is_not_sent_any_more():
    assert (sent(expires_at=NOW).what, sent(expires_at=NOW).emit) == ("code-expired", ())


def test_another_key_and_another_id_make_another_code():
    codes = {code_of(key, f"complaint/{number}") for key in (KEY, b"another") for number in range(200)}

    assert len(codes) > 390
    assert all(len(one) == 6 and one.isdigit() for one in codes)


def test_who_looks_at_the_letters_sees_that_a_code_was_sent_and_not_which():
    issued = a_code_issued(expires_at=NOW + timedelta(minutes=15))
    letter = notice(sent(code_id=issued.code_id)).model_dump(mode="json")
    other = {**letter, "expires_at": None}

    assert code_of(KEY, issued.code_id) in letter["text"]
    assert code_of(KEY, issued.code_id) not in repr(shown(letter))
    assert shown(other) == other
