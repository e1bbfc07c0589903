import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy import rights
from deploy.house import SERVICES, inbox_of, users_of
from deploy.rights import User, hashed, is_hash_of, password_of
from shared.contracts import COMMANDS, EVENTS, INBOUND, OUTBOUND
from shared.settings import HouseSettings, adapter_password, house_password, house_user
from shared.topology import DEAD, RETURN, Adapter, dead_queue

CHAT = rights.adapter(Adapter("webchat", "chat"))
MAIL = rights.adapter(Adapter("mail-cn", "email"))
USERS = {one.name: one for one in users_of(HouseSettings())}
RETRY = "redress.retry.1000ms"


def says(user: User, exchange: str, key: str) -> bool:
    return bool(re.search(user.permissions["write"], exchange) and re.search(user.writes[exchange], key))


def reads(user: User, queue: str) -> bool:
    return bool(re.search(user.permissions["read"], queue))


def neighbours_of(service: str) -> Iterator[User]:
    return (USERS[house_user(one)] for one in SERVICES if one != service)


def test_an_adapter_writes_to_the_inbound_exchange_and_reads_its_own_queue():
    assert says(CHAT, INBOUND, "chat.webchat")
    assert reads(CHAT, "outbound.chat.webchat")


def test_names_that_only_look_like_its_own_are_not_its_own():
    for other in ("redressXinbound", "redress.inbound2", "my.redress.inbound", "amq.topic", ""):
        assert not re.search(CHAT.permissions["write"], other)
    for other in ("outbound.chat.webchat-uk", "outboundXchatXwebchat", "intake.chat"):
        assert not reads(CHAT, other)


def test_a_mail_adapter_reads_no_queue():
    assert not reads(MAIL, "outbound.email.mail-cn")


def test_an_adapters_keys_are_its_channel_and_its_delivery_reports():
    assert all(says(CHAT, INBOUND, key) for key in ("chat.webchat", "delivery.webchat"))
    assert not any(
        says(CHAT, INBOUND, key) for key in ("chat.webchat-uk", "phone.webchat", "delivery.webchat-uk", "chatXwebchat", "xchat.webchat")
    )


@pytest.mark.parametrize("user", USERS.values(), ids=lambda one: one.name)
def test_nobody_declares_anything_and_nobody_writes_without_a_limit_on_the_keys(user: User):
    assert not re.search(user.permissions["configure"], "anything")
    assert user.writes
    assert not re.search(user.permissions["write"], DEAD), "only the broker itself gives up"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_says_what_its_inbox_promises_and_no_event_of_a_neighbour(service: str):
    user = USERS[house_user(service)]

    for contract in inbox_of(service).emits:
        key = "chat.webchat" if contract.exchange == OUTBOUND else contract.key
        assert says(user, contract.exchange, key)
        assert contract.exchange != EVENTS or not any(EVENTS in one.writes and says(one, EVENTS, key) for one in neighbours_of(service))
    assert COMMANDS not in user.writes


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_its_own_queues_and_gives_back_into_no_others(service: str):
    user = USERS[house_user(service)]

    for queue in [*(one.queue for one in inbox_of(service).subscriptions), dead_queue(service)]:
        assert reads(user, queue)
        assert says(user, RETURN, queue)
        assert says(user, RETRY, queue)
        assert not any(reads(one, queue) or says(one, RETURN, queue) or says(one, RETRY, queue) for one in neighbours_of(service))


def test_operators_command_every_service_and_say_and_read_nothing_else():
    operator = USERS["redress-operator"]

    assert says(operator, COMMANDS, "dead.replay.v1.intake")
    assert says(operator, COMMANDS, "complaint.take.v1")
    assert set(operator.writes) == {COMMANDS}
    assert not re.search(operator.permissions["write"], EVENTS)
    assert not reads(operator, "intake.chat")


def test_every_user_has_a_password_of_his_own():
    passwords = {password_of("a secret", name) for name in USERS}

    assert len(passwords) == len(USERS)
    assert password_of("a secret", "webchat") == adapter_password("a secret", "webchat")
    assert password_of("a secret", "redress-intake") == house_password("a secret", "redress-intake")


@given(st.text(), st.text())
def test_a_password_is_known_by_its_hash_and_no_other_is(password: str, other: str):
    stored = hashed(password)

    assert is_hash_of(stored, password)
    assert is_hash_of(stored, other) == (password == other)


def test_a_user_without_a_password_has_none_of_ours():
    assert not is_hash_of("", "ours")
