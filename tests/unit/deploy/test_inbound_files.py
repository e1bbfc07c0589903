import base64
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.cli.errors import BadInputError
from deploy.cli.inbound_files import Speakers, messages_in, raw_message_in, wrapped_mail
from shared.contracts import InboundEmail
from shared.contracts.vocabulary import Channel

APP_CN = Speakers("app-cn", ("app-cn", "app-hk"))
AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
FORM = {
    "source_id": "form-1",
    "sent_at": "2026-11-22T10:00:00+08:00",
    "received_at": "2026-11-22T10:00:05+08:00",
    "sender": {"account_id": "U1029"},
    "form": {"text": "退款一直没有到账"},
}


def written(path: Path, content: str | bytes) -> str:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_a_message_without_an_adapter_gets_the_one_that_speaks(tmp_path: Path):
    (message,) = messages_in(written(tmp_path / "form.json", json.dumps(FORM)), Channel.APP, APP_CN, AT)

    assert message.source_id == "form-1"
    assert json.loads(message.body) == FORM | {"adapter": "app-cn"}


def test_a_message_that_names_its_adapter_keeps_it(tmp_path: Path):
    named = json.dumps(FORM | {"adapter": "app-hk"})

    (message,) = messages_in(written(tmp_path / "form.json", named), Channel.APP, APP_CN, AT)

    assert message.adapter == "app-hk"


def test_chinese_travels_as_itself(tmp_path: Path):
    (message,) = messages_in(written(tmp_path / "form.json", json.dumps(FORM)), Channel.APP, APP_CN, AT)

    assert "退款一直没有到账".encode() in message.body


def test_an_object_over_many_lines_is_one_message(tmp_path: Path):
    found = list(messages_in(written(tmp_path / "form.json", json.dumps(FORM, indent=2)), Channel.APP, APP_CN, AT))

    assert len(found) == 1


def test_a_line_each_is_a_message_each_and_errors_name_the_line(tmp_path: Path):
    lines = [json.dumps(FORM), "", json.dumps(FORM | {"source_id": "form-2"}), '{"source_id": 3}']
    found = messages_in(written(tmp_path / "forms.jsonl", "\n".join(lines)), Channel.APP, APP_CN, AT)

    assert [next(found).source_id, next(found).source_id] == ["form-1", "form-2"]
    with pytest.raises(BadInputError, match=r"forms\.jsonl:4 is no inbound\.app\.v1: .*source_id"):
        next(found)


def test_a_mail_is_wrapped_byte_for_byte():
    head = b"From: =?utf-8?B?5p2O6Zu3?= <lilei@example.com>\r\nMessage-ID: <1@example.com>\r\n"
    raw = head + b"Date: Sun, 22 Nov 2026 10:00:00 +0800\r\n\r\n\xff\xfe"

    message = InboundEmail.model_validate(wrapped_mail(raw, "mail-cn", AT))

    assert base64.b64decode(message.email.raw_b64) == raw
    assert (message.sender.name, message.sender.email) == ("李雷", "lilei@example.com")
    assert message.source_id == "<1@example.com>"
    assert message.sent_at.isoformat() == "2026-11-22T10:00:00+08:00"


@pytest.mark.parametrize(
    "raw",
    [
        b"no headers at all",
        b"From: \r\n\r\n",
        b"From: =?utf-8?B?****?= <x@y>\r\nDate: yesterday\r\n\r\nhello",
        b"From: =?no-such-charset?Q?abc?= <x@y>\r\n\r\n",
        b"From: \xc0\xee\xc0\xd7 <x@y>\r\nMessage-ID: \xff\r\n\r\n",
        b"Date: Sun, 22 Nov 2026 10:00:00\r\n\r\n",
        b"Message-ID: <" + b"x" * 2_000 + b">\r\n\r\n",
    ],
)
def test_real_mail_breaks_every_rule_and_is_wrapped_all_the_same(raw: bytes):
    message = InboundEmail.model_validate_json(json.dumps(wrapped_mail(raw, "mail-cn", AT)))

    assert base64.b64decode(message.email.raw_b64) == raw


def test_a_mail_without_an_id_is_known_by_its_bytes():
    first, second = (wrapped_mail(b"From: a@b\r\n\r\nhello", "mail-cn", AT) for _ in range(2))

    assert first["source_id"].startswith("sha256:")
    assert first == second


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("not json", "is not JSON: .* at line 1, column 1"),
        ("[]", "holds no JSON object, but list"),
        ('"text"', "holds no JSON object, but str"),
        (b"\xff\xfe{}", "is not"),
        ('{"a":' * 50_000, "is nested too deeply|is not JSON"),
        (json.dumps(FORM | {"sender": {}}), "sender: .* needs at least one of"),
        (json.dumps(FORM | {"adapter": "app-uk"}), "is of adapter 'app-uk'; expected app-cn or app-hk"),
        (json.dumps(FORM)[:-3] + '\\ud800"}}', "is no inbound"),
        (json.dumps(FORM) + "\n{broken", ":2 is not JSON"),
    ],
)
def test_bad_files_get_a_sentence(tmp_path: Path, content: str | bytes, sentence: str):
    with pytest.raises(BadInputError, match=sentence):
        list(messages_in(written(tmp_path / "bad.json", content), Channel.APP, APP_CN, AT))


def test_a_file_that_is_not_there_gets_a_sentence(tmp_path: Path):
    with pytest.raises(BadInputError, match="cannot be read: No such file"):
        list(messages_in(str(tmp_path / "absent"), Channel.APP, APP_CN, AT))


def test_raw_messages_go_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    broken = b'{"source_id": "call-9", "call": null}'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(broken)))

    from_stdin, from_file = raw_message_in("-", APP_CN), raw_message_in(written(tmp_path / "noise", b"\x00\x01"), APP_CN)

    assert (from_stdin.source_id, from_stdin.body) == ("call-9", broken)
    assert from_file.source_id.startswith("sha256:")


def test_an_id_longer_than_a_message_can_carry_is_refused(tmp_path: Path):
    long = json.dumps(FORM | {"source_id": "单" * 86})

    with pytest.raises(BadInputError, match="more than 255 bytes"):
        list(messages_in(written(tmp_path / "form.json", long), Channel.APP, APP_CN, AT))


def test_a_mail_whose_id_is_too_long_goes_by_its_bytes():
    raw = b"From: a@example.com\nMessage-ID: <" + b"1" * 300 + b"@example.com>\n\nMy transfer failed."

    assert wrapped_mail(raw, "mail-cn", AT)["source_id"].startswith("sha256:")
