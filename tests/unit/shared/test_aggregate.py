"""A state becomes a document and comes back, also one that an older version wrote."""

from dataclasses import dataclass
from datetime import UTC, datetime

import bson
import pytest

from deploy.house import SERVICES, aggregates_of
from shared.aggregate import HOUSE_INDEXES, Aggregate, is_stub
from shared.errors import UnstorableState
from shared.storage import CODEC, Document, encode

AT = datetime(2026, 11, 22, 2, 0, 7, 123_456, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Held:
    team: str
    since: datetime
    tags: tuple[str, ...] = ()


HELD = Aggregate("held", Held)


def test_a_state_comes_back_as_it_was_to_the_microsecond():
    state = Held("退款", AT, ("a", "b"))

    document = bson.decode(encode({"schema": 1, "state": HELD.dump(state)}), CODEC)

    assert HELD.load(document) == state


def test_a_document_of_an_older_schema_is_upgraded_when_it_is_read():
    def upgraded(schema: int, state: Document) -> Document:
        assert schema == 1
        return {"team": state["group"], "since": state["since"]}

    today = Aggregate("held", Held, schema=2, upgrade=upgraded)

    assert today.load({"schema": 1, "state": {"group": "fees", "since": AT.isoformat()}}) == Held("fees", AT)
    assert today.load({"schema": 2, "state": {"team": "fees", "since": AT.isoformat()}}) == Held("fees", AT)


def test_only_what_time_moves_is_found_by_its_due_time():
    timed = Aggregate("held", Held, due=lambda held: held.since)

    assert (timed.next_due(Held("a", AT)), HELD.next_due(Held("a", AT))) == (AT, None)
    assert [one.keys for one in timed.all_indexes if one not in HOUSE_INDEXES] == [(("next_due", 1),)]
    assert HELD.all_indexes == HOUSE_INDEXES


@pytest.mark.parametrize(("document", "stub"), [(None, False), ({"state": {}}, False), ({"stub": True}, True)])
def test_a_stub_holds_only_early_messages(document: Document | None, stub: bool):  # noqa: FBT001 - a case
    assert is_stub(document) is stub


@pytest.mark.parametrize("value", ["\ud800", 2**70, "x" * 16_000_000, {"a": {1, 2}}])
def test_what_no_document_can_hold_is_refused_before_it_spoils_a_batch(value: object):
    with pytest.raises(UnstorableState) as refused:
        encode({"value": value})

    assert "xxx" not in str(refused.value)


def test_every_aggregate_of_the_house_has_a_collection_and_an_archive_of_its_own():
    for service in SERVICES:
        names = [name for one in aggregates_of(service) for name in (one.name, one.archive)]
        assert len(set(names)) == len(names) >= 2
