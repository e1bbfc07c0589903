"""From a text to a notice, and from a notice to its record. The record keeps the masked address only."""

from dataclasses import dataclass
from datetime import datetime

from services.notification.addresses import masked, recipient
from services.notification.correspondence import Correspondence, Notice, notice_id
from shared.contracts import OutboundNotice, ReplyTo
from shared.contracts.vocabulary import ComplaintNumber, Language, NoticeKind
from shared.decision import Decision


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be said. `number` stays empty where nothing that identifies a complaint may be said."""

    kind: NoticeKind
    language: Language
    text: str
    subject: str | None = None
    number: ComplaintNumber | None = None


def tell(held: Correspondence, draft: Draft, reply_to: ReplyTo, at: datetime) -> Decision[Correspondence]:
    name = notice_id(held.complaint_id, draft.kind, len(held.notices) + 1)
    message = addressed(name, draft, reply_to)
    told = held.model_copy(update={"notices": (*held.notices, recorded(message, at))})
    return Decision(told, emit=[message], what=f"{draft.kind}-sent")


def addressed(name: str, draft: Draft, reply_to: ReplyTo) -> OutboundNotice:
    return OutboundNotice(
        notice_id=name,
        number=draft.number,
        kind=draft.kind,
        channel=reply_to.channel,
        adapter=reply_to.adapter,
        to=recipient(reply_to),
        thread_id=reply_to.thread_id,
        in_reply_to=reply_to.source_id,
        language=draft.language,
        subject=draft.subject,
        text=draft.text.strip(),
    )


def recorded(message: OutboundNotice, at: datetime) -> Notice:
    return Notice(
        notice_id=message.notice_id,
        kind=message.kind,
        channel=message.channel,
        adapter=message.adapter,
        to=masked(message.to),
        at=at,
        told_at=at,
    )
