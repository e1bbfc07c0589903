"""Two kinds of failure: one the same message will always meet, and one that passes. Everything else counts as the second."""

import traceback
from pathlib import Path


class RedressError(Exception):
    """Messages name what was found and what was expected, never a customer's data."""

    slug = "unexpected-error"


class PermanentError(RedressError):
    """The same message can never succeed: it goes to the dead letters at once."""

    slug = "permanent-error"


class TransientError(RedressError):
    """The same message may succeed later: it climbs the retry ladder, then becomes a dead letter."""

    slug = "transient-error"


class UnreadableMessage(PermanentError):
    """No version of the contract reads this body. Operator: fix the sender, then replay."""

    slug = "unreadable-message"


class UnknownMessage(PermanentError):
    """The queue got a type nobody here listens to. Operator: look at the binding, then replay."""

    slug = "unknown-message"


class RuleViolation(PermanentError):
    """The message asks for something the state forbids. Operator: read the slug, mend the sender, discard or replay."""

    def __init__(self, slug: str, message: str) -> None:
        super().__init__(message)
        self.slug = slug


class UnstorableState(PermanentError):
    """The state after this message does not fit into one document. Operator: discard, or shorten and send again."""

    slug = "unstorable-state"


class DatabaseAway(TransientError):
    """The store does not answer. Operator: nothing; the consumer pauses and goes on by itself."""

    slug = "database-away"


class DatabaseRefused(DatabaseAway):
    """It does not let us in, or we do not believe its certificate. Operator: `redress topology diff`, REDRESS_TLS_CA_FILE."""


class BrokerAway(TransientError):
    """The broker does not confirm. Operator: nothing; the consumer pauses and goes on by itself."""

    slug = "broker-away"


class MostFail(TransientError):
    """Most messages of the queue fail. Operator: read the log for what fails; the consumer pauses and goes on by itself."""

    slug = "failing"


class ContendedWrite(TransientError):
    """Other replicas changed the same complaint again and again. Operator: nothing; it is tried again."""

    slug = "contended-write"


class DeliveredTooOften(PermanentError):
    """The broker gave up after its delivery limit: a worker dies on this message. Operator: find the crash, then replay."""

    slug = "delivered-too-often"


def slug_of(error: BaseException) -> str:
    return error.slug if isinstance(error, RedressError) else RedressError.slug


def where(error: BaseException) -> str:
    """File and line that raised it. The message itself stays out: foreign errors may quote customer data."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def described(error: BaseException) -> str:
    """Reason, type and place in one line, for a header: `contended-write ContendedWrite work.py:120`."""
    return f"{slug_of(error)} {type(error).__name__} {where(error)}".rstrip()


def told(error: BaseException) -> str:
    """What may be written about an error: our own messages are clean by rule, foreign ones may quote customer data."""
    return str(error) if isinstance(error, RedressError) else type(error).__name__
