"""Which conversation a message belongs to, and whether somebody vouches for who takes part in it. ADR-0003."""

from services.intake.complaint import Complaint, Parsed
from services.intake.identity import Keys, identities, thread_name
from shared.contracts import Inbound
from shared.contracts.vocabulary import Channel


def thread_of(message: Inbound, parsed: Parsed, keys: Keys) -> str:
    """Where anybody can join, a conversation is that of one sender, so that no stranger's complaint drowns in another's."""
    if _open_to_all(message, parsed):
        return thread_name(message.adapter, parsed.thread_id, by=_who(message, parsed, keys) or f"source/{message.source_id}")
    if message.channel is Channel.SOCIAL and message.thread_id is None:
        # A private answer may be one to a public post: the platform named no conversation.
        return thread_name(message.adapter, parsed.thread_id, by=_who(message, parsed, keys))
    return thread_name(message.adapter, parsed.thread_id)


def owner_known(held: Complaint, message: Inbound, parsed: Parsed, keys: Keys) -> bool:
    """Anybody can answer a mail or a public post; elsewhere the platform vouches for the conversation."""
    same_thread = (held.adapter, held.thread_id) == (message.adapter, parsed.thread_id)
    if same_thread and not _open_to_all(message, parsed) and not held.public:
        return True
    return bool(set(held.identities) & set(identities(parsed.sender, message.adapter, keys)))


def _open_to_all(message: Inbound, parsed: Parsed) -> bool:
    return message.channel is Channel.EMAIL or parsed.public


def _who(message: Inbound, parsed: Parsed, keys: Keys) -> str:
    """One identity, for a name must be the same each time: of a mail the address, on a platform the handle it gives everybody."""
    known = identities(parsed.sender, message.adapter, keys)
    if not known:
        return ""
    return known[0] if message.channel is Channel.EMAIL else known[-1]
