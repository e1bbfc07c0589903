"""Who is who, without reading it: the ids of messages and complaints, and keyed hashes of what identifies a customer."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import uuid5

from shared.contracts import Sender
from shared.contracts.vocabulary import ComplaintId
from shared.ids import NAMESPACE

NUMBER = "number/"


@dataclass(frozen=True, slots=True)
class Keys:
    """Derived from the deployment's secret. `version` is stored with what they made, so a rotated key changes nothing."""

    numbers: bytes = field(repr=False)
    identities: bytes = field(repr=False)
    version: str = "1"


def complaint_id_of(adapter: str, source_id: str) -> ComplaintId:
    """The same message of the same adapter is the same complaint, for ever."""
    return ComplaintId(str(uuid5(NAMESPACE, f"inbound/{adapter}/{source_id}")))


def thread_name(adapter: str, thread_id: str, by: str = "") -> str:
    """Of everybody in the thread, or of one sender alone (`by`)."""
    whole = f"{adapter}\0{thread_id}\0{by}" if by else f"{adapter}\0{thread_id}"
    return "thread/" + sha256(whole.encode()).hexdigest()[:40]


def number_name(number: str) -> str:
    return f"{NUMBER}{number}"


def identities(sender: Sender, adapter: str, keys: Keys) -> tuple[str, ...]:
    """Equal for the same person on every channel, except handles, which mean something only where they were given."""
    return tuple(hmac.digest(keys.identities, plain.encode(), "sha256").hex()[:32] for plain in _plain(sender, adapter))


def _plain(sender: Sender, adapter: str) -> Iterator[str]:
    """Blanks, or a phone without a digit ("withheld"), name nobody: else all such senders were one person."""
    if email := (sender.email or "").strip().casefold():
        yield f"email/{email}"
    if phone := "".join(filter(str.isdigit, sender.phone or "")):
        yield f"phone/{phone}"
    if account := (sender.account_id or "").strip():
        yield f"account/{account}"
    if handle := (sender.handle or "").strip().casefold():
        yield f"handle/{adapter}/{handle}"
