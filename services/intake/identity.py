"""Who is who, without reading it: the ids of messages and complaints, and keyed hashes of what identifies a customer."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
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


def customer_name(identity: str, day: date | None = None) -> str:
    """Of a customer's first complaint, or of the first of a day."""
    return f"customer/{identity}/{day}" if day else f"customer/{identity}"


def identities(sender: Sender, adapter: str, keys: Keys) -> tuple[str, ...]:
    """Equal for the same person on every channel, except handles, which mean something only where they were given."""
    return tuple(hmac.digest(keys.identities, plain.encode(), "sha256").hex()[:32] for plain in _plain(sender, adapter))


NOBODYS = frozenset(
    [
        *("anonymous", "anon", "guest", "visitor", "user", "customer", "unknown", "deleted", "[deleted]", "none", "null", "n/a", "-"),
        *("匿名", "匿名用户", "匿名用戶", "游客", "遊客", "访客", "訪客", "用户", "用戶"),
    ]
)
"""Account names and handles that platforms give to whoever has none."""
NOBODYS_BOXES = frozenset({"noreply", "no-reply", "donotreply", "do-not-reply"})


def _plain(sender: Sender, adapter: str) -> Iterator[str]:
    """Blanks, a phone without a digit ("withheld"), what stands for anybody: they name nobody, else all such senders were one person."""
    if (email := (sender.email or "").strip().casefold()) and email.partition("@")[0] not in NOBODYS_BOXES:
        yield f"email/{email}"
    if phone := "".join(filter(str.isdigit, sender.phone or "")):
        yield f"phone/{phone}"
    if (account := (sender.account_id or "").strip()) and account.casefold() not in NOBODYS:
        yield f"account/{account}"
    if (handle := (sender.handle or "").strip().casefold()) and handle.lstrip("@") not in NOBODYS:
        yield f"handle/{adapter}/{handle}"
