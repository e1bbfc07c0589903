"""Ids and identities are for ever: golden values, and who is the same person."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.intake.identity import Keys, complaint_id_of, identities, thread_name
from shared.contracts import Sender

UNHURRIED = settings(deadline=None)
"""The machine may be busy with other things."""

KEYS = Keys(numbers=b"numbers", identities=b"identities")


def test_ids_that_were_given_stay():
    """Should one of these change, every complaint of yesterday would be registered again."""
    assert complaint_id_of("webchat", "chat-0001") == "c18a56c4-8d52-519f-94fb-f30e32b8093d"
    assert thread_name("webchat", "chat-0001") == "thread/713ce25c14a21d4c20b489deb0b7fb6279065910"


def test_identities_that_were_kept_stay():
    sender = Sender(email="lilei@example.com", phone="+8613800138000", account_id="U1029", handle="@lilei")

    assert identities(sender, "webchat", KEYS) == (
        "a85923addb3c1127f72ffc9f910d5b94",
        "36d8a00a5f0ad7f490a2065fb65c7bea",
        "8f689abd38211e5c8db69ccbb51dfb9c",
        "4d43419fc1136a6b066687d4d0bc3e88",
    )


NAMES = st.text(min_size=1, max_size=20)


@UNHURRIED
@given(NAMES, NAMES, NAMES, NAMES)
def test_another_adapter_or_source_is_another_complaint(adapter: str, source: str, other_adapter: str, other_source: str):
    assume(not {"/", "\0"} & {*adapter, *other_adapter})  # as the contract has it
    assume((adapter, source) != (other_adapter, other_source))

    assert complaint_id_of(adapter, source) != complaint_id_of(other_adapter, other_source)
    assert thread_name(adapter, source) != thread_name(other_adapter, other_source)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Sender(email="lilei@example.com"), Sender(email=" LiLei@Example.COM ")),
        (Sender(phone="+8613800138000"), Sender(phone="+86 138-0013-8000")),
        (Sender(phone="+8613800138000"), Sender(phone="＋86 （138） 0013 8000")),
        (Sender(account_id="U1029"), Sender(account_id=" U1029")),
    ],
)
def test_the_same_person_is_the_same_on_every_channel_however_it_is_written(one: Sender, other: Sender):
    assert identities(one, "webchat", KEYS) == identities(other, "hotline-cn", KEYS) != ()


def test_a_handle_means_something_only_where_it_was_given():
    lilei = Sender(handle="@lilei")

    assert identities(lilei, "weibo", KEYS) == identities(Sender(handle="@LiLei"), "weibo", KEYS)
    assert identities(lilei, "weibo", KEYS) != identities(lilei, "x-en", KEYS)


def test_the_same_digits_as_phone_and_as_account_are_two_identities():
    assert identities(Sender(phone="13800138000"), "app-cn", KEYS) != identities(Sender(account_id="13800138000"), "app-cn", KEYS)


def test_a_name_is_no_identity():
    assert identities(Sender(name="李雷"), "webchat", KEYS) == ()


@pytest.mark.parametrize(
    "nobody",
    [
        Sender(phone="anonymous"),
        Sender(phone="未知号码"),
        Sender(phone="-"),
        Sender(email=" "),
        Sender(account_id="  "),
        Sender(handle="\t"),
        Sender(handle="@anonymous"),
        Sender(handle="匿名用户"),
        Sender(account_id="Guest"),
        Sender(email="no-reply@okpay.example"),
    ],
)
def test_what_names_nobody_is_no_identity(nobody: Sender):
    """Else all who withhold their number are one person, and any of them is taken for the owner of any's complaint."""
    assert identities(nobody, "hotline-cn", KEYS) == ()


def test_without_the_key_an_identity_cannot_be_made():
    sender = Sender(phone="+8613800138000")

    assert identities(sender, "webchat", KEYS) != identities(sender, "webchat", Keys(numbers=b"numbers", identities=b"guessed"))


def test_keys_are_not_shown():
    assert repr(Keys(numbers=b"secret-1", identities=b"secret-2")) == "Keys(version='1')"
