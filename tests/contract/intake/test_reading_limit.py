import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.intake.app import describe
from services.intake.complaint import Parsed, Understanding
from services.intake.identity import complaint_id_of
from services.intake.reader import Reader
from services.intake.reading import read
from services.intake.time_limit import TimeLimit
from shared.adapters import AdapterEntry
from shared.contracts import ComplaintRegistered, Inbound
from shared.contracts.inbound import InboundChat
from shared.errors import slug_of
from shared.task import End
from tests.builders.inbound import an_inbound_chat
from tests.namespaces import Namespace
from tests.under_test import under_test

NEVER_READ = "chat-slow"


def with_a_rule_that_explodes(message: Inbound, adapter: AdapterEntry) -> tuple[Parsed, Understanding]:
    """As next year's rule might be: on most messages nobody notices."""
    parsed, understood = read(message, adapter)
    if message.source_id == NEVER_READ:
        re.search(r"(?:\w+\s?)+$", parsed.text)
    return parsed, understood


async def test_what_takes_too_long_to_read_is_parked_and_its_neighbours_go_on(namespace: Namespace, monkeypatch: pytest.MonkeyPatch):
    for name, value in namespace.environment.items():
        monkeypatch.setenv(name, value)
    service = describe()
    reader = Reader(TimeLimit(0.3), with_a_rule_that_explodes)
    intake = await under_test(replace(service, facts={**service.facts, Reader: reader}), namespace)
    slow = conversation(NEVER_READ, "a" * 60 + "!")
    neighbours = [conversation(f"chat-{number}", "退款 128 元没有到账") for number in (1, 2)]

    tasks = await intake.receives(neighbours[0], slow, neighbours[1])

    assert [(one.end, one.error and slug_of(one.error)) for one in tasks] == [
        (End.DONE, None),
        (End.DEAD, "took-too-long"),
        (End.DONE, None),
    ]
    assert {one.complaint_id for one in intake.emitted(ComplaintRegistered)} == {
        complaint_id_of("webchat", one.source_id) for one in neighbours
    }
    kept = await intake.house.database.collection("arrivals").one({"_id": complaint_id_of("webchat", NEVER_READ)})
    assert kept is not None, "the bytes of what was given up are in the ledger"


def conversation(name: str, text: str) -> InboundChat:
    turn = {"id": name, "role": "customer", "at": datetime(2026, 11, 22, tzinfo=UTC), "text": text}
    return an_inbound_chat(source_id=name, thread_id=name, chat={"conversation_id": name, "turns": [turn]})
