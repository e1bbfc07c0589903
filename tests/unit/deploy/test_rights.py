import re

from hypothesis import given
from hypothesis import strategies as st

from deploy.rights import hashed, is_hash_of, permissions, topic_permissions
from shared.topology import Adapter

CHAT = Adapter("webchat", "chat")


def test_an_adapter_writes_to_the_inbound_exchange_and_reads_its_own_queue():
    rights = permissions(CHAT)

    assert re.search(rights["write"], "redress.inbound")
    assert re.search(rights["read"], "outbound.chat.webchat")


def test_names_that_only_look_like_its_own_are_not_its_own():
    rights = permissions(CHAT)

    for other in ("redressXinbound", "redress.inbound2", "my.redress.inbound", "amq.topic"):
        assert not re.search(rights["write"], other)
    for other in ("outbound.chat.webchat-uk", "outboundXchatXwebchat", "intake.chat"):
        assert not re.search(rights["read"], other)


def test_it_declares_nothing():
    assert not re.search(permissions(CHAT)["configure"], "anything")


def test_a_mail_adapter_reads_no_queue():
    assert not re.search(permissions(Adapter("mail-cn", "email"))["read"], "outbound.email.mail-cn")


def test_its_keys_are_its_channel_and_its_delivery_reports():
    keys = topic_permissions(CHAT)["write"]

    assert all(re.search(keys, key) for key in ("chat.webchat", "delivery.webchat"))
    assert not any(
        re.search(keys, key) for key in ("chat.webchat-uk", "phone.webchat", "delivery.webchat-uk", "chatXwebchat", "xchat.webchat")
    )


@given(st.text(), st.text())
def test_a_password_is_known_by_its_hash_and_no_other_is(password: str, other: str):
    stored = hashed(password)

    assert is_hash_of(stored, password)
    assert is_hash_of(stored, other) == (password == other)


def test_a_user_without_a_password_has_none_of_ours():
    assert not is_hash_of("", "ours")
