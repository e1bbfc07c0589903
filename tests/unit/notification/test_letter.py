"""A notice as an e-mail: threaded, marked as automatic, and closed to injected headers."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification.senders.letter import MailRefused, compose, message_id
from shared.contracts import OutboundNotice, Recipient, TeamNotice
from shared.contracts.vocabulary import Channel, NoticeKind
from tests.unit.notification.events import COMPLAINT, NOW, NUMBER

FROM = "complaints@redress.example.com"
DOMAIN = "redress.example.com"
OUTLOOK_ID = "<PH0PR02MB1234567890ABCDEF1234567890ABCDEFGHIJ@PH0PR02MB7654.namprd02.prod.outlook.example>"
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "X-Auto-Response-Suppress", "Auto-Submitted", "In-Reply-To",
    "References", "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
}  # fmt: skip


def a_mail_notice(**changes: object) -> OutboundNotice:
    defaults: dict[str, Any] = {
        "notice_id": f"{COMPLAINT}:receipt:1",
        "number": NUMBER,
        "kind": NoticeKind.RECEIPT,
        "channel": Channel.EMAIL,
        "adapter": "mail-cn",
        "to": Recipient(email="lilei@example.com", name="李雷"),
        "thread_id": "<first@example.com>",
        "in_reply_to": "<second@example.com>",
        "language": "zh-Hans",
        "subject": f"Re: 退款一直没到账 [{NUMBER}]",
        "text": "您好\n\n我们已收到您的投诉。",
    }
    return OutboundNotice.model_validate({**defaults, **changes})


def composed(notice: OutboundNotice | TeamNotice) -> EmailMessage:
    raw = compose(notice, from_address=FROM, domain=DOMAIN, at=NOW).as_bytes()
    return message_from_bytes(raw, policy=default)


def read(letter: EmailMessage) -> str:
    return str(letter.get_content()).replace("\r\n", "\n")


def test_a_letter_answers_in_its_thread_and_says_that_a_program_wrote_it() -> None:
    letter = composed(a_mail_notice())

    assert (letter["From"], letter["To"], letter["Date"]) == (FROM, "lilei@example.com", "Sun, 22 Nov 2026 02:00:03 +0000")
    assert (letter["In-Reply-To"], letter["References"]) == ("<second@example.com>", "<first@example.com> <second@example.com>")
    assert (letter["Auto-Submitted"], letter["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert letter["Subject"] == f"Re: 退款一直没到账 [{NUMBER}]"
    assert read(letter) == "您好\n\n我们已收到您的投诉。\n"


def test_a_resend_has_the_same_message_id() -> None:
    first, again = composed(a_mail_notice()), composed(a_mail_notice(text="other"))

    assert first["Message-ID"] == again["Message-ID"] == f"<{COMPLAINT}.receipt.1@{DOMAIN}>"


def test_long_message_ids_stay_whole_so_that_the_thread_is_found_again() -> None:
    raw = compose(a_mail_notice(thread_id=OUTLOOK_ID, in_reply_to=OUTLOOK_ID[1:-1]), from_address=FROM, domain=DOMAIN, at=NOW).as_bytes()

    assert f"In-Reply-To: {OUTLOOK_ID}\r\n".encode() in raw
    assert f"References: {OUTLOOK_ID}\r\n".encode() in raw


@pytest.mark.parametrize(
    "source_id", [None, "", "sha256:0a1b", "turn-1", "<a b@example.com>", "<a@b>\r\nBcc: <c@d>", "<" + "a" * 500 + "@b>"]
)
def test_what_is_no_message_id_is_not_referred_to(source_id: str | None) -> None:
    letter = composed(a_mail_notice(thread_id=source_id, in_reply_to=source_id))

    assert letter["In-Reply-To"] is None
    assert letter["References"] is None


@pytest.mark.parametrize(
    ("kind", "mark"),
    [(NoticeKind.RECEIPT, "auto-replied"), (NoticeKind.PROGRESS, "auto-replied"), (NoticeKind.OUTCOME, "auto-generated")],
)
def test_a_reply_is_marked_as_replied_and_everything_else_as_generated(kind: NoticeKind, mark: str) -> None:
    assert composed(a_mail_notice(kind=kind))["Auto-Submitted"] == mark


def test_a_notice_to_a_team_is_a_letter_too() -> None:
    letter = composed(TeamNotice(notice_id=f"{COMPLAINT}:team-warning:1", to="payments@example.com", subject=NUMBER, text="Due soon."))

    assert (letter["To"], letter["Auto-Submitted"], read(letter)) == ("payments@example.com", "auto-generated", "Due soon.\n")


def test_a_mail_domain_in_another_script_is_written_in_ascii() -> None:
    assert composed(a_mail_notice(to=Recipient(email="info@例子.example")))["To"] == "info@xn--fsqu00a.example"


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "nobody",
        "@example.com",
        "a@",
        "a@b@",
        "a@b, c@d.example",
        "a@b\r\nBcc: c@d.example",
        "李雷@example.com",
        "a b@c.example",
        "a@b>",
        "x" * 65 + "@y",
    ],
)
def test_what_is_not_one_address_is_refused_for_good_and_not_repeated_in_the_error(address: str | None) -> None:
    with pytest.raises(MailRefused) as refused:
        composed(a_mail_notice(to=Recipient(email=address)))

    assert refused.value.slug == "mail-refused"
    assert not (address and address in str(refused.value))


nasty = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["a\r\nBcc: x@y.example", "a\nX: 1", "a\rX: 1", "a\u2028X: 1", "\x00", "\ud800", "=?utf-8?q?=0D=0ABcc:?=", "a" * 3000]),
    st.lists(st.sampled_from(["a", "\r", "\n", "\r\n", ":", " ", "Bcc", "<x@y.example>", "\x0b", "\x85"]), max_size=12).map("".join),
)


@given(st.fixed_dictionaries(dict.fromkeys(("subject", "text", "thread_id", "in_reply_to", "notice_id"), nasty)), nasty)
def test_no_input_adds_a_header_a_line_or_a_recipient(written: dict[str, str], name: str) -> None:
    to = Recipient(email="lilei@example.com").model_copy(update={"name": name})
    notice = a_mail_notice().model_copy(update={**written, "to": to})
    raw = compose(notice, from_address=FROM, domain=DOMAIN, at=NOW).as_bytes()
    head = raw.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]

    assert set(names) <= HEADERS
    assert len(names) == len(set(names))
    assert b"\r" not in head.replace(b"\r\n", b"")
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert message_from_bytes(raw, policy=default)["To"] == "lilei@example.com"


@given(address=nasty)
def test_no_address_becomes_two(address: str | None) -> None:
    try:
        letter = composed(a_mail_notice().model_copy(update={"to": Recipient().model_copy(update={"email": address})}))
    except MailRefused:
        return

    assert len(letter["To"].addresses) == 1


@given(nasty)
def test_every_notice_id_gives_one_well_formed_message_id(notice_id: str) -> None:
    found = message_id(notice_id, DOMAIN)

    assert found == message_id(notice_id, DOMAIN)
    assert found.isascii()
    assert found.isprintable()
    assert " " not in found
