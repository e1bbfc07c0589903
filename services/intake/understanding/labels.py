"""What stands around the words: names of senders and files, references, versions. Secrets hide there too, and most have none."""

import re

from services.intake.complaint import Evidence
from services.intake.understanding.folding import fold, lower
from services.intake.understanding.redact import blacken, secrets_of
from services.intake.understanding.secrets_words import PASSWORD_WORDS
from shared.contracts import Sender

_MAY_HIDE = re.compile("|".join((r"\d", *(re.escape(word.text) for word in PASSWORD_WORDS.all))))
"""Every secret has a digit or stands at a word for passwords: who has neither is not read further."""


def blackened(label: str) -> str:
    if not _MAY_HIDE.search(lower(fold(label))):
        return label
    secrets = secrets_of(label)
    return blacken(label, secrets) if secrets else label


def clean_sender(sender: Sender) -> Sender:
    """Name and handle are free text. Address, phone and account stay: they identify, and replies go there."""
    return sender.model_copy(update={"name": _clean(sender.name), "handle": _clean(sender.handle)})


def clean_evidence(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    return tuple(
        one.model_copy(update={"name": blackened(one.name), "type": blackened(one.type), "ref": _clean(one.ref)}) for one in evidence
    )


def _clean(label: str | None) -> str | None:
    return None if label is None else blackened(label)
