"""What each RabbitMQ user may do: services, adapters and the operator say their own words, read their own queues, declare nothing."""

import base64
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from deploy.message_schemas import routing_key_of
from shared.contracts import COMMANDS, INBOUND, WALLET, Message
from shared.contracts.vocabulary import HOUSE, Channel
from shared.settings import OPERATOR, WALLETS, adapter_password, house_password, house_user
from shared.topology import RETURN, Adapter

NOTHING = "^$"
ANYTHING = ".*"
HASHING = "rabbit_password_hashing_sha256"
SALT_BYTES = 4


@dataclass(frozen=True, slots=True)
class User:
    """`writes`: topic exchange → the routing keys, as a pattern. Without one for an exchange RabbitMQ would allow every key."""

    name: str
    writes: Mapping[str, str]
    reads: Sequence[str] = ()
    tags: str = ""

    @property
    def permissions(self) -> Mapping[str, str]:
        return {"configure": NOTHING, "write": one_of(list(self.writes)), "read": one_of(self.reads)}


def adapter(listed: Adapter) -> User:
    """Mail goes out through our own sender, so that a mail adapter reads no queue at all."""
    keys = one_of([f"{listed.channel}.{listed.name}", f"delivery.{listed.name}"])
    return User(listed.name, {INBOUND: keys}, [] if listed.channel == Channel.EMAIL else [listed.outbound_queue])


def service(name: str, says: Sequence[type[Message]], reads: Sequence[str], ladder: Sequence[str]) -> User:
    """What it gives back, to the retry ladder or for a replay, goes to its own queues alone."""
    spoken = {exchange: _keys([one for one in says if one.exchange == exchange]) for exchange in {one.exchange for one in says}}
    return User(house_user(name), {**spoken, **dict.fromkeys([RETURN, *ladder], one_of(reads))}, reads)


def operator() -> User:
    """Commands alone: what became of them the services say. `management` lets him see how full the queues are."""
    return User(house_user(OPERATOR), {COMMANDS: ANYTHING}, tags="management")


def wallet(says: Sequence[type[Message]], requests: str) -> User:
    """The wallet's own systems: they read what casework asks, and say nothing but the answers."""
    return User(house_user(WALLETS), {WALLET: _keys(says)}, [requests])


def password_of(secret: str, user: str) -> str:
    return house_password(secret, user) if user.startswith(HOUSE) else adapter_password(secret, user)


def hashed(password: str) -> str:
    return _hash(secrets.token_bytes(SALT_BYTES), password)


def is_hash_of(stored: str, password: str) -> bool:
    return secrets.compare_digest(stored, _hash(base64.b64decode(stored)[:SALT_BYTES], password))


def one_of(names: Sequence[str]) -> str:
    """A pattern of these names and no others."""
    return f"^({'|'.join(sorted(map(re.escape, names)))})$" if names else NOTHING


def _keys(contracts: Sequence[type[Message]]) -> str:
    """A key that names an adapter may name any: it follows from the message, and a refused publish would hold up its queue."""
    keys = sorted(re.escape(routing_key_of(one)) for one in contracts)
    return re.sub(r"\\\{\w+\\\}", "[^.]+", f"^({'|'.join(keys)})$")


def _hash(salt: bytes, password: str) -> str:
    return base64.b64encode(salt + sha256(salt + password.encode()).digest()).decode()
