import pytest

from services.intake.channels import parse
from services.intake.limits import LARGEST_SIZE, bounded
from shared.contracts import InboundChat, InboundPhone
from shared.envelope import Delivery, Envelope
from shared.errors import UnreadableMessage
from shared.inbox import Handlers
from tests.builders.inbound import an_inbound_app, an_inbound_chat, an_inbound_phone
from tests.builders.moments import RECEIVED_AT
from tests.fuzz.targets import handlers

CHAT = an_inbound_chat("退款").encoded()
DEEP = 100_000


def decoded(body: bytes, queue: str = "intake.chat") -> object:
    used: Handlers = handlers()
    return used.read(Delivery(Envelope(queue, "m", "", "", "", RECEIVED_AT), body))[1]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * DEEP,
        b'{"a":' * DEEP,
        CHAT[:-1] + b',"x":' + b"[" * DEEP + b"]" * DEEP + b"}",
        CHAT.replace("退款".encode(), b"\\ud800"),
        CHAT.replace("退款".encode(), b"\xed\xa0\x80"),
        CHAT.replace("退款".encode(), b"\x00"),
        CHAT[:-1] + b',"x":' + b"9" * 1_000_000 + b"}",
        b"\x1f\x8b\x08" + b"\x00" * 100,
        b"",
    ],
    ids=["arrays", "objects", "unknown-field", "half-a-sign", "half-a-sign-in-utf-8", "bare-control", "a-million-digits", "gzip", "empty"],
)
def test_what_is_no_json_of_ours_is_unreadable_and_nothing_of_it_is_repeated(body: bytes):
    with pytest.raises(UnreadableMessage) as unreadable:
        decoded(body)

    assert len(str(unreadable.value)) < 600
    assert "退款" not in str(unreadable.value)


def test_numbers_beyond_all_measure_cost_no_complaint():
    attachment = b',"attachments":[{"name":"a","type":"b","ref":"c","size":' + b"9" * 300 + b"}]}"
    call = an_inbound_phone("退款").encoded().replace(b'"end_s":9.5', b'"end_s":1e999999')

    chat, phone = decoded(CHAT[:-1] + attachment), decoded(call, "intake.phone")

    assert isinstance(chat, InboundChat)
    assert isinstance(phone, InboundPhone)
    assert bounded(parse(chat))[0].evidence[0].size == LARGEST_SIZE
    assert bounded(parse(phone))[0].text == "退款"


@pytest.mark.parametrize(
    "fields", [b'"attachments":[' + b"1," * 200_000 + b"1]", b'"attachments":[' + b"{}," * 200_000 + b"{}]"], ids=["numbers", "objects"]
)
def test_of_a_list_that_is_wrong_all_over_the_first_fault_is_told(fields: bytes):
    with pytest.raises(UnreadableMessage, match=r"wrong at attachments\.0"):
        decoded(CHAT[:-1] + b"," + fields + b"}")


def test_of_very_many_faults_the_number_is_told():
    form = b"{" + b",".join(b'"a%d":1' % number for number in range(1_000)) + b"}"
    body = an_inbound_app("退款").encoded().replace(b'"fields":{}', b'"fields":' + form)

    with pytest.raises(UnreadableMessage, match=r"wrong at 1000 places$"):
        decoded(body, "intake.app")
