"""One-time codes: sent to the contact that the account's owner registered, whoever asks and wherever the complaint came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.notification import wording
from services.notification.correspondence import Correspondence
from services.notification.drafting import Draft, tell
from services.notification.phrasebook import Phrasebook
from shared.adapters import Adapters
from shared.codes import code_of
from shared.contracts import OutboundNotice, ReplyTo, VerificationCodeIssued
from shared.contracts.vocabulary import Channel, NoticeKind
from shared.decision import Decision

REGISTERED = (Channel.EMAIL, Channel.APP)
"""Through these a firm reaches whoever holds an account."""


@dataclass(frozen=True, slots=True)
class Owners:
    """How a firm reaches the owner of one of its accounts. The first adapter of a channel that speaks for the firm does it."""

    key: bytes = field(repr=False)
    firm_of: Mapping[str, str]
    adapters: Mapping[tuple[str, Channel], str]

    def way_to(self, adapter: str, event: VerificationCodeIssued) -> ReplyTo | None:
        """`adapter`: through which the complaint came. By mail where the account has an address, otherwise in the app."""
        firm = self.firm_of.get(adapter, "")
        mail, app = (self.adapters.get((firm, channel)) for channel in REGISTERED)
        if event.email and mail:
            return ReplyTo(channel=Channel.EMAIL, adapter=mail, email=event.email)
        return ReplyTo(channel=Channel.APP, adapter=app, account_id=event.account_id) if app else None


def owners(adapters: Adapters, key: bytes) -> Owners:
    listed = adapters.by_name.values()
    ways = {(one.legal_entity, one.channel): one.name for one in reversed([*listed]) if one.channel in REGISTERED}
    return Owners(key, {one.name: one.legal_entity for one in listed}, ways)


def send_code(
    held: Correspondence, event: VerificationCodeIssued, known: Owners, book: Phrasebook, at: datetime
) -> Decision[Correspondence]:
    if at >= event.expires_at:
        return Decision.unchanged(held, "code-expired")
    way = known.way_to(held.reply_to.adapter, event)
    if way is None:
        return Decision.unchanged(held, "no-way-to-the-owner")
    tongue = book.tongue(held.language)
    text = tongue.write(
        "code", number=held.number, code=code_of(known.key, event.code_id), until=tongue.moments.write(event.expires_at, held.zone)
    )
    draft = Draft(NoticeKind.MATERIAL_REQUEST, tongue.language, text, wording.subject("code", held.number, way, tongue), held.number)
    told = tell(held, draft, way, at)
    return replace(told, emit=[_ends_with(one, event) for one in told.emit if isinstance(one, OutboundNotice)], what="code-sent")


def _ends_with(notice: OutboundNotice, event: VerificationCodeIssued) -> OutboundNotice:
    """An adapter that is late with it need not send it any more."""
    return notice.model_copy(update={"expires_at": event.expires_at})
