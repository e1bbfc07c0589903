"""Sends one letter over SMTP and says which failures pass and which do not."""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

import aiosmtplib

from services.notification.senders.connections import ABOUT_THE_LETTER, Connections
from services.notification.senders.letter import MailRefused, compose
from shared.access import distrust
from shared.contracts import OutboundNotice, TeamNotice
from shared.errors import TransientError

_ENHANCED_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


class MailServerAway(TransientError):
    """The mail server does not answer, or not now. Operator: look at the server and NOTIFICATION_SMTP_*; letters are tried again."""

    slug = "mail-server-away"


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice that goes by mail, and the moment that stands in its Date."""

    notice: OutboundNotice | TeamNotice
    at: datetime


async def send(letter: Letter, connections: Connections) -> None:
    """Returns when the server has taken the letter: it is on its way, not yet delivered.

    A connection lost after the last byte leaves open whether the letter went: sent again, it has the same Message-ID.
    """
    smtp = connections.smtp
    message = compose(letter.notice, from_address=smtp.from_address, domain=smtp.domain, at=letter.at)
    try:
        async with asyncio.timeout(smtp.letter_timeout_s):
            await _deliver(message, connections)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        raise _failure(error) from None


async def _deliver(message: EmailMessage, connections: Connections) -> None:
    within_s = connections.smtp.letter_timeout_s
    async with connections.envelope() as envelope:
        await envelope.rcpt(str(message["To"]), timeout=within_s)
        await envelope.data(message.as_bytes(), timeout=within_s)


def _failure(error: Exception) -> MailRefused | MailServerAway:
    """The server's own words often repeat the address, so only its codes are kept."""
    if (why := distrust(error)) is not None:
        return MailServerAway(f"the mail server's certificate is refused: {why}")
    code = getattr(error, "code", None)
    if not isinstance(code, int):
        return MailServerAway(f"no answer that ends the conversation: {type(error).__name__}")
    enhanced = _ENHANCED_STATUS.search(str(getattr(error, "message", "")))
    said = f"the mail server answered {code}{f' {enhanced[0]}' if enhanced else ''} ({type(error).__name__})"
    # All other refusals (greeting, password, our own address) are about us: once an operator has mended that, the same letter goes out.
    if code >= 500 and isinstance(error, ABOUT_THE_LETTER):
        return MailRefused(said)
    return MailServerAway(said)
