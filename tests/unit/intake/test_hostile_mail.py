"""What broke or slowed the reading of mail when it was fuzzed, and what would have."""

from base64 import b64encode

import pytest

from services.intake.app import keep_detectors_quiet
from services.intake.channels import parse
from services.intake.channels.email import MOST_PARTS
from services.intake.channels.replies import split_reply
from services.intake.complaint import Parsed
from services.intake.time_limit import TimeLimit
from tests.builders.inbound import an_inbound_email

HEAD = b"From: a@b.example\r\nSubject: refund\r\nMessage-ID: <own@example.com>\r\n"
ENOUGH = TimeLimit(3.0)
"""Each takes a fraction of it; before it was bounded, each took more."""


def read(raw: bytes) -> Parsed:
    """Around the bytes as they are: the builder would parse them itself."""
    usual = an_inbound_email()
    return parse(usual.model_copy(update={"email": usual.email.model_copy(update={"raw_b64": b64encode(raw).decode()})}))


def parts(count: int) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\nhi\r\n" * count + b"--x--\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(HEAD + b"\r\n" + b"\r\n" * 20_000 + b"refund", id="blank-lines"),
        pytest.param(HEAD + b"\r\nrefund\n" + b"-- \n\n\n" * 100_000, id="signatures"),
        pytest.param(HEAD + b"\r\nrefund\n" + b"On Mon 2020 x\n" * 100_000, id="introductions"),
        pytest.param(HEAD + b"Content-Disposition: inline; " + b"aaaaaaaaaaaaaaaaaaaaaaa=b; " * 9_000 + b"\r\n\r\nrefund", id="parameters"),
        pytest.param(HEAD + b"X: y\r\n" * 500_000 + b"\r\nrefund", id="fields"),
        pytest.param(HEAD + b"Subject: " + b"=?a?q?" * 500_000 + b"\r\n\r\nrefund", id="encoded-words"),
        pytest.param(HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000 + b"refund", id="tags"),
        pytest.param(HEAD + b"Content-Type: text/html\r\n\r\n<p>refund</p>" + b"<p>x</p>" * 1_250_000, id="10-MB-of-html"),
        pytest.param(HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"!@#$%^&*" * 500_000, id="junk-in-base64"),
        pytest.param(parts(MOST_PARTS - 1), id="parts"),
    ],
)
def test_what_is_very_much_of_something_is_read_in_time(raw: bytes):
    assert ENOUGH.run(lambda: read(raw)).subject == "refund"


@pytest.mark.parametrize("count", [MOST_PARTS, 50 * MOST_PARTS])
def test_a_mail_of_more_parts_than_anybody_sends_is_not_read(count: int):
    with pytest.raises(ValueError, match="more than 1000 parts"):
        ENOUGH.run(lambda: read(parts(count)))


def test_parts_within_parts_without_end_are_not_read():
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(5_000))

    with pytest.raises(ValueError, match="mail"):
        ENOUGH.run(lambda: read(HEAD + nested + b"\r\nhi"))


def test_the_words_after_a_header_that_is_too_long_are_read_all_the_same():
    parsed = read(HEAD + b"X: " + b"y" * 1_000_000 + b"\r\nReply-To: c@d.example\r\n\r\nrefund me")

    assert (parsed.subject, parsed.text) == ("refund", "refund me")


def test_an_enclosed_mail_is_a_file_with_the_checksum_of_what_came():
    enclosed = b"Subject: =?utf-8?B?5pyq5Yiw6LSm?= with a line that is folded\n because it is long\nFrom: x@y.example\n\nold words\n"
    raw = (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nrefund\n--x\nContent-Type: message/rfc822\n\n"
        + enclosed
        + b"\n--x--\n"
    )

    [file] = read(raw).evidence

    assert (file.type, file.size) == ("message/rfc822", len(enclosed))


def test_lines_beyond_those_that_are_looked_at_stay_the_customers_own():
    long = "\n".join(f"line {number}" for number in range(5_000))

    assert split_reply(f"{long}\n> quoted").own.endswith("> quoted")


def test_a_detector_that_trips_over_a_mail_tells_nobody_what_it_read(caplog: pytest.LogCaptureFixture):
    keep_detectors_quiet()

    read(b"Subject: Re: rejected\r\n\r\nsecret words")

    assert caplog.records == []
