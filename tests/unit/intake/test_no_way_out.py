import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from deploy.samples import Sample
from services.intake.reading import read
from shared.adapters import AdapterEntry
from shared.contracts import INBOUND_BY_CHANNEL
from shared.contracts.vocabulary import Channel
from tests.builders.inbound import an_inbound_chat, an_inbound_email
from tests.fuzz import seeds

ENTRY = AdapterEntry("mail-cn", Channel.EMAIL, "CN", "okpay-cn", "Asia/Shanghai", "zh-Hans")
WAYS_OUT = (
    "socket.connect",
    "socket.getaddrinfo",
    "socket.sendto",
    "urllib.Request",
    "subprocess.Popen",
    "os.system",
    "ftplib.connect",
    "http.client.connect",
)
"""What Python tells its auditors before it does it."""
_watched: list[list[str]] = []


def _on_event(event: str, _: tuple[Any, ...]) -> None:
    if _watched and event in WAYS_OUT:
        _watched[-1].append(event)
        raise PermissionError(event)


sys.addaudithook(_on_event)


@contextmanager
def no_way_out() -> Iterator[list[str]]:
    """Nobody may reach out; the list holds who tried."""
    _watched.append([])
    try:
        yield _watched[-1]
    finally:
        _watched.pop()


HEAD = "From: a@b.example\nSubject: refund\nMessage-ID: <m@b.example>\nContent-Type: text/html; charset=utf-8\n\n"
LINKS = (
    '<img src="http://127.0.0.1:9/pixel.png"><link rel=stylesheet href="http://127.0.0.1:9/a.css"><p>退款</p>',
    '<!DOCTYPE html SYSTEM "http://127.0.0.1:9/a.dtd"><html><body>退款</body></html>',
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:9/"><!ENTITY y SYSTEM "file:/etc/passwd">]><p>退款 &x; &y;</p>',
    '<html xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/><iframe src="http://127.0.0.1:9/">退款',
    '<meta http-equiv=refresh content="0;url=http://127.0.0.1:9/"><base href="http://127.0.0.1:9/">退款',
    '<style>@import url("http://127.0.0.1:9/a.css"); p { background: url(http://127.0.0.1:9/b.png) }</style><p>退款</p>',
)


@pytest.mark.parametrize("html", LINKS)
def test_nothing_that_a_mail_points_to_is_fetched_and_nothing_of_this_machine_gets_in(html: str):
    with no_way_out() as tried:
        _, understood = read(an_inbound_email(raw=(HEAD + html).encode()), ENTRY)

    assert tried == []
    assert "退款" in understood.text
    assert not any(word in understood.text for word in ("root:", "http://127.0.0.1:9/x", "<"))


def test_an_outside_part_and_a_reference_to_a_file_are_told_and_not_opened(tmp_path: Path):
    secret = tmp_path / "secret.txt"
    secret.write_text("do not read")
    kind = f'message/external-body; access-type=local-file; name="{secret}"'
    outside = f"From: a@b.example\nSubject: s\nContent-Type: {kind}\n\nContent-Type: text/plain\n\n"
    reference = {"name": "a.txt", "type": "text/plain", "size": 11, "ref": f"file://{secret}"}

    with no_way_out() as tried:
        made = [read(an_inbound_email(raw=outside), ENTRY), read(an_inbound_chat("退款", attachments=[reference]), ENTRY)]

    assert tried == []
    assert all("do not read" not in parsed.model_dump_json() + understood.model_dump_json() for parsed, understood in made)


@pytest.mark.parametrize("sample", [one for channel in Channel for one in seeds.of_channel(channel)], ids=lambda one: one.slug)
def test_no_sample_makes_us_reach_out(sample: Sample):
    with no_way_out() as tried:
        read(INBOUND_BY_CHANNEL[sample.channel].model_validate(sample.body), ENTRY)

    assert tried == []


def test_whoever_reached_out_would_be_noticed():
    import socket  # noqa: PLC0415 - only here somebody reaches out

    with no_way_out() as tried, pytest.raises(PermissionError), socket.socket() as way:
        way.connect(("127.0.0.1", 9))

    assert tried == ["socket.connect"]
