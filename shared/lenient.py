"""What a stranger writes into AMQP properties ends one message, not our connection: pamqp raises on them, and aiormq dies of it."""

from datetime import UTC, datetime

from pamqp import decode
from pamqp.common import FieldTable

STRICT_TABLE = decode.field_table
EPOCH = datetime.fromtimestamp(0, UTC)
TIME_BYTES, LENGTH_BYTES = 8, 4


def read_leniently() -> None:
    """For this process. The broker delivers such a message again to every new connection, so that nobody would read anything any more."""
    decode.METHODS["shortstr"] = short_str
    decode.METHODS["timestamp"] = timestamp
    decode.METHODS["table"] = decode.TABLE_MAPPING[b"F"] = field_table
    decode.TABLE_MAPPING[b"T"] = timestamp


def short_str(value: bytes) -> tuple[int, str]:
    """Bytes consumed, and the text; what is no UTF-8 is replaced."""
    length = value[0]
    return length + 1, value[1 : length + 1].decode("utf-8", errors="replace")


def timestamp(value: bytes) -> tuple[int, datetime]:
    """Seconds, as AMQP has it; a time that no calendar holds is the epoch. We read no sender's time from here."""
    try:
        return TIME_BYTES, datetime.fromtimestamp(int.from_bytes(value[:TIME_BYTES], "big"), UTC)
    except (ValueError, OverflowError, OSError):
        return TIME_BYTES, EPOCH


def field_table(value: bytes) -> tuple[int, FieldTable]:
    """Headers that cannot be read are none."""
    try:
        return STRICT_TABLE(value)
    except ValueError:
        return LENGTH_BYTES + int.from_bytes(value[:LENGTH_BYTES], "big"), {}
