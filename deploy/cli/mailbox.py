"""A mail server on the loopback that takes every letter and keeps it: for the demonstration and for tests."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.ports import answers, free_ports

LOOPBACK = "127.0.0.1"
TAKEN = "250 taken"
HOST, PORT = "NOTIFICATION_SMTP_HOST", "NOTIFICATION_SMTP_PORT"
USUAL_PORT = 1025
"""Where notification looks for a mail server when nobody tells it."""


@dataclass
class Mailbox:
    port: int
    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        self.letters.append(message_from_bytes(raw, _class=EmailMessage, policy=policy.default))
        return TAKEN

    @property
    def environment(self) -> dict[str, str]:
        """What notification must be told to send here."""
        return {HOST: LOOPBACK, PORT: str(self.port), "NOTIFICATION_SMTP_TLS": "none"}


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    (port,) = free_ports(1)
    box = Mailbox(port)
    controller = Controller(box, hostname=LOOPBACK, port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def hint(told: Mapping[str, str]) -> str | None:
    """What to say where nothing listens that would take our mail. `told` is the environment that notification starts with."""
    host, port = told.get(HOST) or LOOPBACK, told.get(PORT) or str(USUAL_PORT)
    if answers(host, int(port)):
        return None
    return f"no mail server listens at {host}:{port}: letters wait in the retry ladder; {HOST} and {PORT} name another"
