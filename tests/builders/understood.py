"""Parsed messages and what is understood of them, as of Saturday noon in Shanghai; a test names only what it is about."""

from datetime import UTC, datetime

from services.intake.complaint import Parsed, Understanding
from services.intake.understanding import on_known_complaint, understand
from services.intake.understanding.follow_up import OnComplaint
from shared.contracts import Sender
from shared.contracts.vocabulary import Channel

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def parsed(text: str, **fields: object) -> Parsed:
    return Parsed.model_validate({"sender": Sender(name="李雷"), "text": text, "thread_id": "t"} | fields)


def understood(text: str, *, country: str = "CN", zone: str = "Asia/Shanghai", hint: str | None = None, **fields: object) -> Understanding:
    return understand(parsed(text, **fields), channel=Channel.APP, language_hint=hint, country=country, zone=zone, received_at=NOON)


def on_a_complaint(text: str) -> OnComplaint:
    """What the text is where it belongs to a known complaint."""
    return on_known_complaint(parsed(text), understood(text))
