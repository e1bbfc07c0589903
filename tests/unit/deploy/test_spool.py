"""What an adapter keeps until the broker has it: in order for each thread, over the end of the process."""

import json
from pathlib import Path

import pytest

from deploy.adapter_kit.sent import SentLog
from deploy.adapter_kit.spool import IN_MEMORY, Spool, Waiting


def message(thread: str, name: str) -> Waiting:
    return Waiting(thread, name, "chat.webchat", "inbound.chat.v1", name.encode())


REPORT = Waiting("n-1:delivered", "n-1:delivered", "delivery.webchat", "delivery.reported.v1", b"{}")


@pytest.fixture(params=["file", "memory"])
def spool(request: pytest.FixtureRequest, tmp_path: Path) -> Spool:
    return Spool(tmp_path / "new" / "spool.db" if request.param == "file" else IN_MEMORY)


def test_the_second_of_a_thread_waits_for_the_first(spool: Spool):
    spool.add([message("a", "a1"), message("a", "a2"), message("b", "b1")])

    first = spool.heads(10)
    spool.remove(first)
    second = spool.heads(10)

    assert [one.id for one in first] == ["a1", "b1"]
    assert [(one.id, one.size, spool.body(one)) for one in second] == [("a2", 2, b"a2")]


def test_what_was_refused_stays_first(spool: Spool):
    spool.add([message("a", "a1"), message("b", "b1"), message("a", "a2")])

    spool.remove([one for one in spool.heads(10) if one.id == "b1"])

    assert [one.id for one in spool.heads(10)] == ["a1"]
    assert spool.count() == 2


def test_a_delivery_is_known_together_with_its_report_and_once(spool: Spool):
    before = spool.was_delivered("n-1")

    spool.delivered("n-1", REPORT)

    assert (before, spool.was_delivered("n-1")) == (False, True)
    assert [one.key for one in spool.heads(10)] == ["delivery.webchat"]


def test_it_outlives_the_process_and_nobody_else_reads_it(tmp_path: Path):
    file = tmp_path / "spool.db"
    first = Spool(file)
    first.add([message("a", "a1")])
    first.delivered("n-1", REPORT)
    first.close()

    second = Spool(file)

    assert [one.id for one in second.heads(10)] == ["a1", "n-1:delivered"]
    assert second.was_delivered("n-1")
    assert file.stat().st_mode & 0o077 == 0


def test_the_list_of_confirmed_ids_is_one_object_a_line(tmp_path: Path):
    log = SentLog(tmp_path / "sent.jsonl", "webchat")

    log.add(["a1", "客服-1"])
    log.add([])
    log.add(["a2"])

    lines = [json.loads(line) for line in (tmp_path / "sent.jsonl").read_text("utf-8").splitlines()]
    assert [(one["adapter"], one["source_id"]) for one in lines] == [("webchat", "a1"), ("webchat", "客服-1"), ("webchat", "a2")]
    assert all(one["confirmed_at"].endswith("+00:00") for one in lines)
