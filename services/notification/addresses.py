"""Where a customer can be answered: in private, in public, not at all; and an address as a record may show it."""

from shared.contracts import Recipient, ReplyTo
from shared.contracts.vocabulary import Channel


def is_public(reply_to: ReplyTo) -> bool:
    """A store's reply to a review stands under the review, whatever the adapter says."""
    return reply_to.public or reply_to.channel is Channel.REVIEW


def is_reachable(reply_to: ReplyTo) -> bool:
    if reply_to.channel is Channel.EMAIL:
        return reply_to.email is not None
    return any((reply_to.thread_id, reply_to.handle, reply_to.account_id, reply_to.phone, reply_to.email))


def recipient(reply_to: ReplyTo) -> Recipient:
    """In public a handle is what everybody sees already; nothing else goes there."""
    if is_public(reply_to):
        return Recipient(handle=reply_to.handle)
    return Recipient(
        name=reply_to.name,
        email=reply_to.email,
        phone=reply_to.phone,
        handle=reply_to.handle,
        account_id=reply_to.account_id,
    )


def masked(to: Recipient) -> str:
    """Just enough for an agent to recognise the address: `a…@example.com`, `…000`."""
    if to.email:
        local, _, domain = to.email.rpartition("@")
        return f"{local[:1]}…@{domain}"
    if to.handle:
        return f"{to.handle[:2]}…"
    return f"…{(to.phone or to.account_id or '')[-3:]}"
