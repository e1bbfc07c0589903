"""From a notice to an e-mail: pure, and no input can add a header or a second recipient."""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from hashlib import sha256

from shared.contracts import OutboundNotice, TeamNotice
from shared.contracts.vocabulary import NoticeKind
from shared.errors import PermanentError

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


class _Threaded(EmailPolicy):
    """Message-IDs longer than a line stay whole: the standard fold encodes them, and no mail program finds its thread again."""

    def fold(self, name: str, value: str) -> str:
        if name in {"Message-ID", "In-Reply-To", "References"}:
            return f"{name}: " + "\r\n ".join(value.split()) + "\r\n"
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii")


POLICY = _Threaded(linesep="\r\n", raise_on_defect=False)


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
        letter["Content-Language"] = _one_line(notice.language)
        _thread(letter, notice)
    else:
        letter["Auto-Submitted"] = "auto-generated"
    text = _text(notice.text)
    letter.set_content(text, charset="utf-8", cte="quoted-printable" if text.isascii() else "base64")
    return letter


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


def _address(text: str) -> Address:
    """One bare address, never a name: what strangers call themselves does not belong into our letters."""
    local, _, domain = text.strip().rpartition("@")
    ascii_domain = _in_ascii(domain)
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(ascii_domain):
        raise MailRefused("expected one e-mail address with an ASCII local part, found something else")
    return Address(username=local, domain=ascii_domain)


def _in_ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _one_line(text: str) -> str:
    """`=?` opens an encoded word, which the standard library reads back: a line break hidden in one would end the header."""
    return _CONTROL.sub(" ", text).replace("=?", "= ?").strip()


def _text(text: str) -> str:
    return _CONTROL_IN_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
