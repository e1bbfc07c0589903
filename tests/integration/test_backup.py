"""All databases are gone: a back-up, reconcile and the adapters' own list bring everything back, once."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from deploy import backup
from deploy.house import SERVICES
from deploy.problem import SetupError
from shared.contracts import Inbound
from shared.settings import HouseSettings
from tests.house import FAST_LADDER, RunningHouse, a_house
from tests.integration.reconciling import chats, reconciled, registered, settled, told_by
from tests.namespaces import Namespace

NOTICES = "outbound.chat.webchat"


@asynccontextmanager
async def running(namespace: Namespace, root: Path, prefix: str) -> AsyncIterator[RunningHouse]:
    with a_house(namespace, root, {**FAST_LADDER, "REDRESS_DATABASE_PREFIX": prefix}) as house:
        yield house
        await house.close()


def settings_of(namespace: Namespace, prefix: str) -> HouseSettings:
    told = {"mongo_url": namespace.mongo_url, "secret_key": namespace.secret, "database_prefix": prefix, "amqp_url": namespace.amqp_url}
    return HouseSettings.model_validate(told)


async def done(house: RunningHouse, messages: Sequence[Inbound]) -> None:
    await house.publish_all(messages)
    await registered(house, messages)
    await settled(house)


def confirmed(messages: Sequence[Inbound], file: Path) -> str:
    lines = [{"adapter": one.adapter, "source_id": one.source_id, "confirmed_at": one.received_at.isoformat()} for one in messages]
    file.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    return str(file)


def drop(namespace: Namespace) -> None:
    with MongoClient[dict[str, Any]](namespace.mongo_url) as client:
        for service in SERVICES:
            client.drop_database(f"{namespace.prefix}_{service}")


async def notices_in(house: RunningHouse) -> list[str]:
    """What lies in the adapter's queue, by notice id."""
    queue = await (await house.channel()).get_queue(NOTICES, ensure=False)
    found = []
    while (one := await queue.get(no_ack=True, fail=False)) is not None:
        found.append(str(one.message_id))
    return found


@pytest.mark.parametrize(
    "older", [("intake",), tuple(one for one in SERVICES if one != "intake")], ids=["intake-older", "neighbours-older"]
)
async def test_what_was_lost_since_the_backup_comes_back_and_nothing_twice(namespace: Namespace, tmp_path: Path, older: tuple[str, ...]):
    before, between, since = chats(6), chats(4), chats(3)
    first, second = tmp_path / "first", tmp_path / "second"
    async with running(namespace, tmp_path, namespace.prefix) as house:
        await done(house, before)
        backup.back_up(settings_of(namespace, namespace.prefix), SERVICES, first)
        await done(house, between)
        backup.back_up(settings_of(namespace, namespace.prefix), SERVICES, second)
        await done(house, since)
        numbers = {one["number"] for one in await house.view("intake", "/complaints", limit="100")}
    drop(namespace)
    sent = confirmed([*before, *between, *since], tmp_path / "sent.jsonl")
    again = f"{namespace.prefix}-again"

    restored = settings_of(namespace, again)
    backup.restore(restored, older, first)
    backup.restore(restored, [one for one in SERVICES if one not in older], second)
    async with running(namespace, tmp_path, again) as house:
        healed = await reconciled(house, "--wait", "20")
        missing = (await told_by(house, "balance", "--sent", sent, "--wait", "10"))["missing"]
        lost = {one["source_id"] for one in missing}
        resent = [one for one in (*before, *between, *since) if one.source_id in lost]
        await done(house, resent)
        balance = await told_by(house, "balance", "--sent", sent, "--wait", "15")
        last = await reconciled(house, "--wait", "10")

        assert (healed["ok"], healed["found"] > 0) == (True, older != ("intake",))
        assert lost == {one.source_id for one in (since if older != ("intake",) else [*between, *since])}
        assert (balance["ok"], balance["missing"], balance["received"], balance["registered"]) == (True, [], 13, 13)
        assert (last["ok"], last["found"], sum(one["untold"] for one in last["edges"])) == (True, 0, 0)
        assert {one["number"] for one in await house.view("intake", "/complaints", limit="100")} == numbers
        complaints = await registered(house, [*before, *between, *since])
        for complaint_id in complaints:
            assert len(await house.view("notification", "/notices", complaint_id=complaint_id)) == 1
        assert set(await notices_in(house)) == {f"{one}:receipt:1" for one in complaints}


def test_nothing_is_restored_over_what_is_there_or_from_a_damaged_file(namespace: Namespace, tmp_path: Path):
    settings = settings_of(namespace, namespace.prefix)
    with MongoClient[dict[str, Any]](namespace.mongo_url) as client:
        client[f"{namespace.prefix}_routing"]["assignments"].insert_many([{"_id": str(one)} for one in range(1_200)])
    made = backup.back_up(settings, ["routing"], tmp_path / "made")

    with pytest.raises(SetupError, match="is not empty"):
        backup.restore(settings, ["routing"], tmp_path / "made")
    with pytest.raises(SetupError, match="is not empty"):
        backup.back_up(settings, ["routing"], tmp_path / "made")
    backup.restore(settings_of(namespace, f"{namespace.prefix}-again"), ["routing"], tmp_path / "made")

    with MongoClient[dict[str, Any]](namespace.mongo_url) as client:
        assert client[f"{namespace.prefix}-again_routing"]["assignments"].count_documents({}) == 1_200
    assert made["routing"]["assignments"]["documents"] == 1_200
    (tmp_path / "made" / "routing" / "assignments.bson").write_bytes(b"")
    with pytest.raises(SetupError, match="is not what the back-up wrote"):
        backup.restore(settings_of(namespace, f"{namespace.prefix}-third"), ["routing"], tmp_path / "made")
