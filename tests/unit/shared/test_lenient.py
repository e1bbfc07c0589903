"""AMQP properties that no library of ours could read."""

from datetime import UTC, datetime

from pamqp import encode

from shared.lenient import EPOCH, field_table, short_str, timestamp


def test_text_that_is_no_utf_8_is_read_with_replacements() -> None:
    assert short_str(b"\x03a\xffbREST") == (4, "a\ufffdb")


def test_a_time_is_read_as_seconds_and_one_that_no_calendar_holds_as_the_epoch() -> None:
    assert timestamp((1_763_798_400).to_bytes(8, "big") + b"REST") == (8, datetime(2025, 11, 22, 8, tzinfo=UTC))
    assert timestamp(b"\xff" * 8) == (8, EPOCH)


def test_headers_that_cannot_be_read_are_none_and_what_follows_them_is_found() -> None:
    whole = encode.field_table({"traceparent": "x"})
    torn = whole.replace(b"traceparent", b"\xff\xferaceparent"[:11])

    assert field_table(whole + b"REST") == (len(whole), {"traceparent": "x"})
    assert field_table(torn + b"REST") == (len(torn), {})
