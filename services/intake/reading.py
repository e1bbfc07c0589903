"""From a message to what intake makes of it: its parts told apart, then understood with what the adapter stands for."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from services.intake.channels import parse
from services.intake.complaint import Evidence, Parsed, Understanding
from services.intake.identity import complaint_id_of
from services.intake.limits import bounded, within_limits
from services.intake.understanding import on_known_complaint, understand
from services.intake.understanding.follow_up import OnComplaint
from services.intake.understanding.labels import blackened, clean_evidence, clean_sender
from shared.adapters import AdapterEntry
from shared.contracts import Inbound, ReplyTo, Sender
from shared.contracts.vocabulary import Channel, ComplaintId, Language


@dataclass(frozen=True)
class Understood:
    """One inbound message with everything intake made of it."""

    message: Inbound
    adapter: AdapterEntry
    parsed: Parsed
    understanding: Understanding
    at: datetime

    @cached_property
    def inbound_id(self) -> ComplaintId:
        return complaint_id_of(self.message.adapter, self.message.source_id)

    @cached_property
    def later(self) -> OnComplaint:
        """What it is where it belongs to a known complaint."""
        return on_known_complaint(self.parsed, self.understanding)

    @cached_property
    def sender(self) -> Sender:
        """As it may be seen; who it is, only the unredacted one tells."""
        return clean_sender(self.parsed.sender)

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        return clean_evidence(self.parsed.evidence)

    @cached_property
    def reference(self) -> str | None:
        return blackened(self.parsed.reference) if self.parsed.reference else None

    @property
    def received_at(self) -> datetime:
        """When the company received it; an adapter whose clock is ahead does not move a deadline."""
        return min(self.message.received_at, self.at)

    @property
    def language(self) -> Language:
        said = (self.understanding.language, self.message.language, self.adapter.language)
        return next((one for one in said if one not in (None, "und")), "und")

    @cached_property
    def reply_to(self) -> ReplyTo:
        return ReplyTo(
            channel=self.message.channel,
            adapter=self.message.adapter,
            public=self.parsed.public,
            thread_id=self.parsed.thread_id,
            source_id=self.message.source_id,
            subject=self.understanding.subject if self.message.channel is Channel.EMAIL else None,
            name=self.sender.name,
            email=self.sender.email,
            phone=self.sender.phone,
            handle=self.sender.handle,
            account_id=self.sender.account_id,
        )


def read(message: Inbound, adapter: AdapterEntry) -> tuple[Parsed, Understanding]:
    """Raises `ValueError` where the channel's part cannot be read at all, and `OverLimit`."""
    within_limits(message)
    parsed, notes = bounded(parse(message))
    understood = understand(
        parsed,
        channel=message.channel,
        language_hint=message.language or adapter.language,
        country=message.country or adapter.country,
        zone=adapter.zone,
        received_at=message.received_at,
    )
    return parsed, understood.model_copy(update={"why": (*understood.why, *notes)}) if notes else understood
