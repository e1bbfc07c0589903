"""Mutations of raw mail: its headers, its parts, its bytes."""
# ruff: noqa: E501  (lists of odd things)

from base64 import b64encode
from collections.abc import Callable
from random import Random

from tests.fuzz import seeds, texts

Change = Callable[[Random, bytes], bytes]
FIELDS = (
    b"Subject", b"From", b"To", b"Message-ID", b"In-Reply-To", b"References", b"Content-Type", b"Content-Transfer-Encoding", b"Content-Disposition", b"Date",
    b"Auto-Submitted", b"Precedence", b"List-Id", b"Return-Path", b"X-Failed-Recipients", b"MIME-Version", b"Reply-To", b"X-Auto-Response-Suppress", b"", b":", b" ",
)  # fmt: skip
VALUES = (
    b"multipart/mixed; boundary=x", b'multipart/alternative; boundary=""', b"multipart/report; report-type=delivery-status; boundary=x", b"message/rfc822", b"text/html; charset=x",
    b'text/plain; charset="gb2312"', b"text/html; charset*0*=utf-8''%67; charset*1=b", b"text/plain; charset=utf-7", b"text/plain; charset=idna", b"text/plain; charset=rot13",
    b"text/plain; charset=unicode_escape", b"application/octet-stream; name*=utf-8''%E6%88%AA", b'attachment; filename="=?utf-8?B?5oiq5Zu+?="', b"attachment; filename*0=a; filename*2=b",
    b"base64", b"quoted-printable", b"x-uuencode", b"8bit", b"<a@b> <c@d>", b"<>", b"<<<<>>>>", b'"a" <b@c>', b"((((((((", b'"\\', b"a@b, c@d", b"@@@", b"=?utf-8?B?////?=", b"=?x?Q?=FF?=",
    b"auto-replied", b"bulk", b"<mailer-daemon@x>", b"Fri, 99 Foo 2026 99:99:99 +9999", b"undefined", b"\xce\xd2\xb5\xc4", b"\xff\xfe", b"\x00",
)  # fmt: skip


def mutated(random: Random, raw: bytes) -> bytes:
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        raw = random.choice(CHANGES)(random, raw)[: 2 * texts.LONGEST]
    return raw


def _halves(raw: bytes) -> tuple[bytes, bytes, bytes]:
    line_end = b"\r\n" if b"\r\n\r\n" in raw else b"\n"
    head, _, body = raw.partition(line_end * 2)
    return head, line_end, body


def _add_field(random: Random, raw: bytes) -> bytes:
    head, line_end, body = _halves(raw)
    lines = head.split(line_end)
    value = random.choice((random.choice(VALUES), seeds.token(random).encode("utf-8", "surrogatepass")))
    again = random.choice((1, 1, 1, 2, 50, 2_000)) if random.random() < 0.02 else 1
    lines.insert(random.randint(0, len(lines)), random.choice(FIELDS) + b": " + value * again)
    return line_end.join(lines) + line_end * 2 + body


def _change_field(random: Random, raw: bytes) -> bytes:
    head, line_end, body = _halves(raw)
    lines = head.split(line_end)
    place = random.randrange(len(lines))
    name, colon, value = lines[place].partition(b":")
    lines[place] = random.choice(
        (name + colon + b" " + random.choice(VALUES), random.choice(FIELDS) + colon + value, name + colon + _bytes(random, value))
    )
    return line_end.join(lines) + line_end * 2 + body


def _drop_line(random: Random, raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    del lines[random.randrange(len(lines))]
    return b"\n".join(lines)


def _repeat_lines(random: Random, raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    start = random.randrange(len(lines))
    end = min(len(lines), start + random.choice((1, 3, 10)))
    return b"\n".join([*lines[:end], *lines[start:end] * random.choice((1, 1, 5, 40)), *lines[end:]])


def _swap_lines(random: Random, raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _say_something_else(random: Random, raw: bytes) -> bytes:
    head, line_end, body = _halves(raw)
    said = body.decode("utf-8", "surrogateescape")
    return head + line_end * 2 + texts.mutated(random, said).encode("utf-8", "surrogatepass" if "\ud800" in said else "replace")


def _as_html(random: Random, raw: bytes) -> bytes:
    head, line_end, body = _halves(raw)
    tags = "".join(
        random.choice(("<div>", "<p>", "<table><tr><td>", "<ul><li>", "<br>", "<blockquote>", "</div>", "<!--", "<style>", "&#1234567;"))
        for _ in range(9)
    )
    many = tags * (random.choice((1, 20, 500)) if random.random() < 0.05 else 1)
    return b"Content-Type: text/html; charset=utf-8" + line_end + head + line_end * 2 + many.encode() + body


def _in_parts(random: Random, raw: bytes) -> bytes:
    """The mail as one of many parts, or under many levels."""
    count = random.choice((1, 2, 5, 40, 400)) if random.random() < 0.05 else random.choice((1, 2, 3))
    kind = random.choice((b"mixed", b"alternative", b"related", b"report", b"digest"))
    if random.random() < 0.5:
        parts = b"".join(
            b"--x\r\n" + random.choice((b"", b"Content-Type: message/rfc822\r\n")) + b"\r\n" + raw[:500] + b"\r\n" for _ in range(count)
        )
        return b"From: a@b.co\r\nSubject: s\r\nContent-Type: multipart/" + kind + b"; boundary=x\r\n\r\n" + parts + b"--x--\r\n"
    for level in range(count):
        mark = b"x%d" % level
        raw = (
            b"From: a@b.co\r\nContent-Type: multipart/"
            + kind
            + b"; boundary="
            + mark
            + b"\r\n\r\n--"
            + mark
            + b"\r\n"
            + raw
            + b"\r\n--"
            + mark
            + b"--\r\n"
        )
    return raw


def _in_base64(random: Random, raw: bytes) -> bytes:
    head, line_end, body = _halves(raw)
    coded = bytearray(b64encode(body))
    for _ in range(random.choice((0, 1, 5))):
        coded.insert(random.randint(0, len(coded)), random.randrange(256))
    return b"Content-Transfer-Encoding: base64" + line_end + head + line_end * 2 + bytes(coded)


def _bytes(random: Random, raw: bytes) -> bytes:
    changed = bytearray(raw)
    for _ in range(random.choice((1, 2, 5, 20))):
        place = random.randint(0, len(changed))
        changed[place : place + random.choice((0, 1, 1, 4))] = bytes(random.randrange(256) for _ in range(random.choice((0, 1, 1, 3))))
    return bytes(changed)


CHANGES: tuple[Change, ...] = (
    _add_field, _add_field, _change_field, _change_field, _drop_line, _repeat_lines, _swap_lines, _say_something_else, _say_something_else, _say_something_else,
    _as_html, _in_parts, _in_base64, _bytes,
)  # fmt: skip
