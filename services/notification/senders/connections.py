"""Conversations with the mail server that outlive a letter: greeted, encrypted and logged in once, then used for many."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

import aiosmtplib

from services.notification.settings import SmtpSettings, TlsMode
from shared.access import trust

ABOUT_THE_LETTER = (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError)
"""Refusals that say nothing against the connection: the next letter may go over it."""

IDLE_FOR_S = 20.0
"""Shorter than mail servers wait for a next word, so that we part and not they."""
LETTERS_EACH = 100
LOOK_EVERY_S = 1.0
FAREWELL_WITHIN_S = 1.0


@dataclass(eq=False, slots=True)
class Connection:
    """`begun`: the server has a sender, and waits for the rest of a letter."""

    client: aiosmtplib.SMTP
    idle_since: float = 0.0
    letters: int = 0
    begun: bool = False

    def serves(self, now: float) -> bool:
        return self.client.is_connected and self.letters < LETTERS_EACH and now - self.idle_since < IDLE_FOR_S

    async def begin(self, sender: str, *, within_s: float) -> None:
        """MAIL: it says nothing of the letter yet, so it also tells whether anybody still listens."""
        try:
            if self.begun:
                await self.client.rset(timeout=within_s)
            self.begun = True
            await self.client.mail(sender, timeout=within_s)
        except BaseException:
            self.client.close()
            raise

    async def part(self) -> None:
        try:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await self.client.quit(timeout=FAREWELL_WITHIN_S)
        finally:
            self.client.close()


class Connections:
    """Those of one process. A letter has one to itself, and opens one only where none is idle: no more than letters side by side."""

    def __init__(self, smtp: SmtpSettings) -> None:
        self.smtp = smtp
        self._idle: list[Connection] = []
        self._closed = False

    @contextlib.asynccontextmanager
    async def envelope(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """The server has our address as the sender and waits for the recipient. Errors: those of `aiosmtplib`, `OSError`."""
        connection = await self._again() or await self._fresh()
        sound = False
        try:
            yield connection.client
            connection.begun, sound = False, True
        except ABOUT_THE_LETTER as refusal:
            sound = refusal.code != aiosmtplib.SMTPStatus.domain_unavailable
            raise
        finally:
            self._lay_by(connection, sound=sound)

    async def keep(self) -> None:
        """Parts, with QUIT, from what has been idle or used for long, and at the end from all."""
        try:
            while True:
                await asyncio.sleep(LOOK_EVERY_S)
                now = _now()
                await self._part([one for one in self._idle if not one.serves(now)])
        finally:
            await self.close()

    async def close(self) -> None:
        """A letter still under way ends first; its connection is not kept."""
        self._closed = True
        await self._part(self._idle)

    async def _again(self) -> Connection | None:
        """Asked once: where one is dead the others may be too, and the letter's time goes to a fresh one."""
        now = _now()
        known = next((one for one in reversed(self._idle) if one.serves(now)), None)
        if known is None:
            return None
        self._idle.remove(known)
        try:
            await known.begin(self.smtp.from_address, within_s=self.smtp.connect_timeout_s)
        except (aiosmtplib.SMTPException, OSError):
            return None
        return known

    async def _fresh(self) -> Connection:
        fresh = Connection(_client(self.smtp))
        try:
            await fresh.client.connect()
        except BaseException:
            fresh.client.close()
            raise
        await fresh.begin(self.smtp.from_address, within_s=self.smtp.letter_timeout_s)
        return fresh

    def _lay_by(self, connection: Connection, *, sound: bool) -> None:
        if not sound or self._closed:
            connection.client.close()
            return
        connection.letters += 1
        connection.idle_since = _now()
        self._idle.append(connection)

    async def _part(self, leaving: Iterable[Connection]) -> None:
        leaving = list(leaving)
        self._idle = [one for one in self._idle if one not in leaving]
        await asyncio.gather(*(one.part() for one in leaving))


def _now() -> float:
    return asyncio.get_running_loop().time()


def _client(smtp: SmtpSettings) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=smtp.host,
        port=smtp.port,
        username=smtp.username,
        password=smtp.password.get_secret_value() if smtp.password else None,
        local_hostname=smtp.domain,
        timeout=smtp.connect_timeout_s,
        use_tls=smtp.tls is TlsMode.TLS,
        start_tls=smtp.tls is TlsMode.STARTTLS,
        tls_context=trust(smtp.ca_file) if smtp.tls is not TlsMode.NONE else None,
    )
