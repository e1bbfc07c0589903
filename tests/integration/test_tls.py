"""Everything by TLS, with a user of its own for each service at the broker and in the database; and certificates that nobody believes."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator, Mapping

import pytest
from pydantic import SecretStr
from pymongo import MongoClient
from pymongo.errors import OperationFailure
from typer.testing import CliRunner, Result

from deploy import topology
from deploy.backing import Backing
from deploy.cli.app import app
from deploy.house import SERVICES
from deploy.items import How
from deploy.processes import start_services, stop_services, told_to_services
from shared.access import database_of, database_of_administrator
from shared.errors import DatabaseRefused
from shared.settings import HouseSettings, house_password, house_user
from tests.alone import started_alone
from tests.builders import an_inbound
from tests.certificates import TlsBacking, tls_backing
from tests.house import RunningHouse, eventually
from tests.namespaces import SECRET, Namespace

pytestmark = pytest.mark.timeout(180)
PREFIX = "over-tls"


@pytest.fixture(scope="module")
def backing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsBacking]:
    with tls_backing(tmp_path_factory.mktemp("tls")) as found:
        yield found


@pytest.fixture(scope="module")
def environment(backing: TlsBacking) -> dict[str, str]:
    return {
        "REDRESS_AMQP_URL": backing.amqp_url,
        "REDRESS_MANAGEMENT_URL": backing.management_url,
        "REDRESS_MONGO_URL": backing.mongo_url,
        "REDRESS_MONGO_OWN_USERS": "1",
        "REDRESS_MONGO_ADMIN_URL": backing.mongo_admin_url,
        "REDRESS_TLS_CA_FILE": str(backing.ca_file),
        "REDRESS_DATABASE_PREFIX": PREFIX,
        "REDRESS_SECRET_KEY": SECRET,
        "REDRESS_TEST_CLOCK": "1",
    }


@pytest.fixture(scope="module")
def settings(environment: dict[str, str]) -> HouseSettings:
    found = HouseSettings.model_validate({name.removeprefix("REDRESS_").lower(): value for name, value in environment.items()})
    topology.apply(found)
    return found


@pytest.fixture(scope="module")
async def house(backing: TlsBacking, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningHouse]:
    root = tmp_path_factory.mktemp("house")
    ours = Backing(backing.amqp_url, backing.management_url, backing.mongo_url, "env")
    running = await asyncio.to_thread(start_services, root, ours, replicas={}, extra_env=environment)
    namespace = Namespace(f"{backing.amqp_url}?cafile={backing.ca_file}", backing.management_url, backing.mongo_url, PREFIX, "/", SECRET)
    house = RunningHouse(namespace, running, root, os.environ | environment)
    yield house
    await house.close()
    stop_services(root)


async def test_a_complaint_goes_its_way_with_every_connection_by_tls(house: RunningHouse) -> None:
    message = an_inbound("chat", source_id="by-tls-1", thread_id="by-tls-1")

    await house.publish(message)
    ended = await eventually(
        lambda: house.view("intake", "/arrival", adapter=message.adapter, source_id=message.source_id),
        lambda seen: bool(seen) and "complaint_id" in seen,
    )
    notices = await eventually(lambda: house.view("notification", "/notices", complaint_id=ended["complaint_id"]))
    clocks = await eventually(
        lambda: house.view("sla_watchdog", "/clocks", complaint_id=ended["complaint_id"]), lambda seen: len(seen or ()) == 4
    )

    assert ended["result"] == "registered"
    assert notices[0]["kind"] == "receipt"
    assert {one["kind"] for one in clocks} == {"first_response", "resolution", "update", "final_response"}


def redress(house: RunningHouse, *arguments: str, **changed: str) -> Result:
    addresses = {f"REDRESS_{one.service.upper()}_URL": one.url for one in house.running.processes}
    environment = {name: value for name, value in house.environment.items() if name.startswith("REDRESS_")}
    return CliRunner().invoke(app, [*arguments], env={**environment, **addresses, **changed}, catch_exceptions=False)


def test_the_command_speaks_tls_to_broker_management_and_database(house: RunningHouse) -> None:
    status = redress(house, "status", "--json")
    differs = redress(house, "topology", "diff")
    advanced = redress(house, "clock", "advance", "1m", "--json")

    assert json.loads(status.stdout)["ok"], status.stdout
    assert (differs.exit_code, differs.stdout) == (0, "what differs: nothing\n")
    assert json.loads(advanced.stdout)["ahead_s"] >= 60


@pytest.mark.parametrize(
    ("setting", "arguments", "whose"),
    [
        ("REDRESS_AMQP_URL", ("ingest", "chat", "tests/samples/chat/01-refund-not-arrived.json"), "the broker"),
        ("REDRESS_MANAGEMENT_URL", ("topology", "diff"), "RabbitMQ's management API"),
        ("REDRESS_MONGO_URL", ("clock", "advance", "1m"), "the database's certificate is not"),
    ],
)
def test_a_host_name_that_is_not_in_the_certificate_is_refused_with_a_sentence(
    house: RunningHouse, setting: str, arguments: tuple[str, ...], whose: str
) -> None:
    result = redress(house, *arguments, **{setting: by_number(house.environment[setting])})

    assert result.exit_code == 2
    assert whose in result.stderr
    assert "certificate" in result.stderr
    assert "REDRESS_TLS_CA_FILE" in result.stderr
    assert_silent(result.stdout + result.stderr, house.environment)


@pytest.mark.parametrize(
    ("arguments", "whose"),
    [
        (("ingest", "chat", "tests/samples/chat/01-refund-not-arrived.json"), "the database's certificate"),
        (("topology", "diff"), "RabbitMQ's management API"),
    ],
)
def test_a_certificate_of_an_unknown_authority_is_refused_with_a_sentence(
    house: RunningHouse, backing: TlsBacking, arguments: tuple[str, ...], whose: str
) -> None:
    result = redress(house, *arguments, REDRESS_TLS_CA_FILE=str(backing.stranger))

    assert result.exit_code == 2
    assert whose in result.stderr


def by_number(address: str) -> str:
    """The same server under a name that does not stand in its certificate."""
    return address.replace("localhost", "127.0.0.1").replace("replicaSet=rs0", "directConnection=true")


@pytest.mark.usefixtures("house")  # it makes the services' users
@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("REDRESS_AMQP_URL", "the broker's certificate is refused"),
        ("REDRESS_MONGO_URL", "the database's certificate is not of an authority we believe, or not of this host"),
    ],
)
async def test_a_service_does_not_start_where_it_cannot_believe_and_says_why(environment: dict[str, str], setting: str, said: str) -> None:
    status, log = await started_alone("routing", {**environment, setting: by_number(environment[setting])})

    assert status != 0
    assert said in log
    assert_silent(log, environment)


def assert_silent(said: str, environment: Mapping[str, str]) -> None:
    secrets = [SECRET, *(house_password(SECRET, house_user(one)) for one in SERVICES)]
    secrets += [environment[name].partition("@")[0].rpartition(":")[2] for name in ("REDRESS_AMQP_URL", "REDRESS_MONGO_ADMIN_URL")]
    assert [one for one in secrets if one in said] == []


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_reads_no_other_database(settings: HouseSettings, service: str) -> None:
    own = database_of(settings, service)
    other = own.client[f"{PREFIX}_{next(one for one in SERVICES if one != service)}"]
    try:
        assert await own.collection("dead_letters").count({}) == 0
        with pytest.raises(OperationFailure, match="not authorized"):
            await other["dead_letters"].find_one({})
        with pytest.raises(OperationFailure, match="not authorized"):
            await other["dead_letters"].insert_one({})
    finally:
        await own.close()


async def test_the_database_lets_nobody_in_with_another_password(settings: HouseSettings) -> None:
    stranger = database_of(settings.model_copy(update={"secret_key": SecretStr("somebody-else-s")}), "intake")
    try:
        with pytest.raises(DatabaseRefused, match="does not know us"):
            await stranger.local_time()
    finally:
        await stranger.close()


def test_a_user_whose_rights_or_password_were_changed_is_told_and_set_right(settings: HouseSettings, backing: TlsBacking) -> None:
    with MongoClient[dict[str, object]](backing.mongo_admin_url, tlsCAFile=str(backing.ca_file)) as client:
        client[f"{PREFIX}_routing"].command("updateUser", "redress-routing", roles=[{"role": "root", "db": "admin"}])
        client[f"{PREFIX}_intake"].command("updateUser", "redress-intake", pwd="another")

    found = {(one.kind, one.name, one.how) for one in topology.diff(settings)}
    topology.apply(settings)

    assert found == {("database user", "routing", How.DIFFERENT), ("database user", "intake", How.DIFFERENT)}
    assert topology.diff(settings) == []


def test_an_administrator_s_address_is_not_what_a_service_is_told(environment: dict[str, str]) -> None:
    told = told_to_services(environment)

    assert not {"REDRESS_MANAGEMENT_URL", "REDRESS_MONGO_ADMIN_URL"} & set(told)
    assert "@" not in told["REDRESS_AMQP_URL"]


async def test_the_administrator_s_database_is_his_by_his_own_address(settings: HouseSettings) -> None:
    database = database_of_administrator(settings)
    try:
        assert f"{PREFIX}_intake" in await database.client.list_database_names()
    finally:
        await database.close()
