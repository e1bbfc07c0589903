"""From a notice to an e-mail: pure, and no input can add a header or a second recipient."""

import re
from base64 import encodebytes
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from hashlib import sha256

from shared.contracts import OutboundNotice, TeamNotice
from shared.contracts.vocabulary import NoticeKind
from shared.errors import PermanentError

LINE_END = "\r\n"
FOLD = "\r\n "
LINE_LENGTH = 900
"""SMTP allows 998 bytes."""

SUBJECT_LENGTH = 200
MESSAGE_ID_LENGTH = 400

# RFC 3834: a reply to one message is auto-replied, everything else a program sends is auto-generated.
REPLIES = frozenset({NoticeKind.RECEIPT, NoticeKind.PROGRESS, NoticeKind.APPEAL_RECEIPT})

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_CONTROL_IN_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_DOMAIN = re.compile(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
_MESSAGE_ID = re.compile(r"<?([!-;=?A-Z^-~\[\]]+@[!-;=?A-Z^-~\[\]]+)>?")
_PLAIN_ID = re.compile(r"[A-Za-z0-9_:-]{1,100}")


class MailRefused(PermanentError):
    """The mail server will never take this letter, or its address cannot be written to. Operator: correct the address, then replay."""

    slug = "mail-refused"


class _Clean(EmailPolicy):
    """Writes our own headers as they are: each was checked when it was made, and parsing them again took ten times as long as the letter.

    Message-IDs longer than a line stay whole; the standard fold encodes them, and no mail program finds its thread again.
    """

    def header_store_parse(self, name: str, value: str) -> tuple[str, str]:
        if _CONTROL.search(value):
            raise ValueError(f"header {name} holds a control character")
        return name, value

    def header_fetch_parse(self, _: str, value: str) -> str:
        return value

    def header_max_count(self, _: str) -> int:
        return 1

    def fold(self, name: str, value: str) -> str:
        if name == "References":
            return f"{name}: {value.replace(' ', FOLD)}{LINE_END}"
        if name == "Subject":
            charset = "us-ascii" if value.isascii() else "utf-8"
            return f"{name}: {Header(value, charset, header_name=name).encode(linesep=LINE_END)}{LINE_END}"
        return f"{name}: {value}{LINE_END}"

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii")


POLICY = _Clean(linesep=LINE_END)


def compose(notice: OutboundNotice | TeamNotice, *, from_address: str, domain: str, at: datetime) -> EmailMessage:
    letter = EmailMessage(policy=POLICY)
    letter["From"] = _address(from_address)
    letter["To"] = _address(_to(notice))
    letter["Subject"] = _one_line(notice.subject or "")[:SUBJECT_LENGTH]
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = message_id(notice.notice_id, domain)
    letter["X-Auto-Response-Suppress"] = "All"
    if isinstance(notice, OutboundNotice):
        letter["Auto-Submitted"] = "auto-replied" if notice.kind in REPLIES else "auto-generated"
        _thread(letter, notice)
    else:
        letter["Auto-Submitted"] = "auto-generated"
    _write(letter, _text(notice.text))
    return letter


def _write(letter: EmailMessage, text: str) -> None:
    plain = text.isascii() and all(len(line) <= LINE_LENGTH for line in text.split("\n"))
    letter["MIME-Version"] = "1.0"
    letter["Content-Type"] = 'text/plain; charset="utf-8"'
    letter["Content-Transfer-Encoding"] = "7bit" if plain else "base64"
    # Base64 carries the bytes as they are, so the line ends that mail asks for are written first.
    letter.set_payload(f"{text}\n" if plain else encodebytes(f"{text}\n".replace("\n", LINE_END).encode()).decode("ascii"))


def message_id(notice_id: str, domain: str) -> str:
    """The same for every resend of a notice, so that mail programs show it once."""
    plain = _PLAIN_ID.fullmatch(notice_id) is not None
    name = notice_id.replace(":", ".") if plain else sha256(notice_id.encode("utf-8", "surrogatepass")).hexdigest()
    return f"<{name}@{domain}>"


def _thread(letter: EmailMessage, notice: OutboundNotice) -> None:
    first, last = _known_id(notice.thread_id), _known_id(notice.in_reply_to)
    if last:
        letter["In-Reply-To"] = last
    references = " ".join(dict.fromkeys(filter(None, (first, last))))
    if references:
        letter["References"] = references


def _known_id(text: str | None) -> str | None:
    found = _MESSAGE_ID.fullmatch((text or "").strip())
    return f"<{found[1]}>" if found and len(found[1]) <= MESSAGE_ID_LENGTH else None


def _to(notice: OutboundNotice | TeamNotice) -> str:
    return notice.to if isinstance(notice, TeamNotice) else notice.to.email or ""


def _address(text: str) -> str:
    """One bare address, never a name: what strangers call themselves does not belong into our letters."""
    local, _, domain = text.strip().rpartition("@")
    ascii_domain = _in_ascii(domain)
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(ascii_domain):
        raise MailRefused("expected one e-mail address with an ASCII local part, found something else")
    return f"{local}@{ascii_domain}"


def _in_ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _one_line(text: str) -> str:
    """`=?` opens an encoded word, which programs on the way decode: a line break hidden in one would end the header."""
    return _CONTROL.sub(" ", text).replace("=?", "= ?").strip()


def _text(text: str) -> str:
    return _CONTROL_IN_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
