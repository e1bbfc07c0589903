"""The files that came with a message, as evidence: told by checksum and size, their bytes left in the original."""

import binascii
from base64 import b64decode
from hashlib import sha256

from services.intake.complaint import Evidence
from shared.contracts import Attachment

MOST_LISTED = 201
"""One more than is kept, so that the reader knows that there are more."""


def evidence_of(attachments: tuple[Attachment, ...]) -> tuple[Evidence, ...]:
    return tuple(_evidence(attachment, place) for place, attachment in enumerate(attachments[:MOST_LISTED], start=1))


def _evidence(attachment: Attachment, place: int) -> Evidence:
    content = _content(attachment.content_b64)
    return Evidence(
        name=attachment.name,
        type=attachment.type,
        size=attachment.size if content is None else len(content),
        sha256=(attachment.sha256 or "").lower() if content is None else sha256(content).hexdigest(),
        origin=f"attachment:{place}",
        ref=attachment.ref,
    )


def _content(encoded: str | None) -> bytes | None:
    """A file that was damaged on its way must not cost us the complaint: then the adapter's word stands."""
    if encoded is None:
        return None
    try:
        return b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
