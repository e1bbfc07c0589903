"""One RabbitMQ user for each adapter: it may send on its own channel, read its own queue, and nothing else."""

import base64
import re
import secrets
from hashlib import sha256

from shared.contracts import INBOUND
from shared.contracts.vocabulary import Channel
from shared.topology import Adapter

NOTHING = "^$"
HASHING = "rabbit_password_hashing_sha256"
SALT_BYTES = 4


def permissions(adapter: Adapter) -> dict[str, str]:
    """Mail goes out through our own sender, so that a mail adapter reads no queue at all."""
    reads = NOTHING if adapter.channel == Channel.EMAIL else _only(adapter.outbound_queue)
    return {"configure": NOTHING, "write": _only(INBOUND), "read": reads}


def topic_permissions(adapter: Adapter) -> dict[str, str]:
    keys = f"^({re.escape(adapter.channel)}\\.{re.escape(adapter.name)}|delivery\\.{re.escape(adapter.name)})$"
    return {"exchange": INBOUND, "write": keys, "read": NOTHING}


def hashed(password: str) -> str:
    return _hash(secrets.token_bytes(SALT_BYTES), password)


def is_hash_of(stored: str, password: str) -> bool:
    return secrets.compare_digest(stored, _hash(base64.b64decode(stored)[:SALT_BYTES], password))


def _hash(salt: bytes, password: str) -> str:
    return base64.b64encode(salt + sha256(salt + password.encode()).digest()).decode()


def _only(name: str) -> str:
    return f"^{re.escape(name)}$"
