"""The command `redress` against a house that really runs."""

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import aio_pika
import pytest
from typer.testing import CliRunner, Result
from yarl import URL

from deploy import programs
from deploy.backing import Backing, stop
from deploy.cli import place, wire
from deploy.cli.adapters import Collected, run_all
from deploy.cli.app import app
from deploy.cli.mailbox import Mailbox, mailbox
from deploy.house import listed_adapters
from deploy.management import management_of
from deploy.processes import start_services, stop_services
from shared.access import broker_url
from shared.contracts import OutboundNotice, Recipient
from shared.contracts.vocabulary import Channel, NoticeKind
from shared.envelope import Outgoing
from shared.settings import HouseSettings
from shared.topology import UNROUTABLE
from tests.namespaces import Namespace

CHECKOUT = Path(__file__).resolve().parents[2]
SAMPLES = CHECKOUT / "tests" / "samples"
WITHIN_S = 15.0
TRANSFER_FAILED = "我昨天转账500元失败了，钱还没有退回来。"
ids = count(1)


@dataclass(frozen=True)
class House:
    env: dict[str, str]
    mail: Mailbox

    @property
    def settings(self) -> HouseSettings:
        told = {name.removeprefix("REDRESS_").lower(): value for name, value in self.env.items()}
        return HouseSettings.model_validate(told | {"adapters_file": CHECKOUT / "deploy" / "adapters.toml"})

    def run(self, *arguments: str, stdin: str = "", **env: str) -> Result:
        return CliRunner().invoke(app, list(arguments), input=stdin, env=self.env | env)

    def lines(self, *arguments: str, stdin: str = "") -> list[dict[str, Any]]:
        result = self.run(*arguments, "--json", stdin=stdin)
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]

    def one(self, *arguments: str, stdin: str = "") -> dict[str, Any]:
        (found,) = self.lines(*arguments, stdin=stdin)
        return found

    def complaint(self, text: str = TRANSFER_FAILED, **changes: Any) -> dict[str, Any]:
        """A new one, registered."""
        return self.one("ingest", "chat", "-", "--wait", "15", stdin=json.dumps(a_chat(text, **changes)))


@pytest.fixture(scope="module")
def house(backing: Backing, module_namespace: Namespace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    root = tmp_path_factory.mktemp("house")
    ours = Backing(module_namespace.amqp_url, module_namespace.management_url, module_namespace.mongo_url, backing.chosen)
    with mailbox() as mail:
        try:
            running = start_services(root, ours, replicas={"routing": 2}, extra_env=module_namespace.environment | mail.environment)
            addresses = {f"REDRESS_{one.service.upper()}_URL": one.url for one in running.processes}
            yield House(module_namespace.environment | addresses | {"REDRESS_ROOT": str(root)}, mail)
        finally:
            stop_services(root)


def a_chat(text: str, **changes: Any) -> dict[str, Any]:
    number, now = next(ids), datetime.now(UTC).isoformat()
    return {
        "adapter": "webchat",
        "source_id": f"chat-{number}",
        "thread_id": f"chat-{number}",
        "sent_at": now,
        "received_at": now,
        "sender": {"handle": "@lilei", "account_id": f"U{number:04}"},
        "chat": {"conversation_id": f"chat-{number}", "turns": [{"id": "1", "role": "customer", "at": now, "text": text}]},
    } | changes


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def clocks(house: House, number: str) -> dict[str, str]:
    return {one["kind"]: one["state"] for one in house.one("show", number)["clocks"]}


def test_status_tells_that_every_service_is_ready_and_how_often_it_runs(house: House) -> None:
    quiet = {"name": "routing.complaint-registered", "messages": 0, "consumers": 2, "oldest_s": None}
    # What a reader holds is counted too, by statistics that are some seconds old.
    eventually(lambda: quiet in house.one("status")["queues"])

    found = house.one("status")

    assert found["ok"]
    assert {one["name"]: (one["ready"], one["replicas"]) for one in found["services"]} == {
        "intake": (True, 1),
        "routing": (True, 2),
        "casework": (True, 1),
        "sla_watchdog": (True, 1),
        "notification": (True, 1),
    }


def test_status_is_a_bad_answer_where_a_service_is_away(house: House) -> None:
    result = house.run("status", "--json", REDRESS_ROUTING_URL="http://127.0.0.1:9")

    assert result.exit_code == 1
    assert {"name": "routing", "ready": False, "reason": "does not answer"}.items() <= json.loads(result.stdout)["services"][1].items()


def test_a_message_is_registered_and_its_resend_is_a_duplicate(house: House, tmp_path: Path) -> None:
    file = tmp_path / "chat.json"
    file.write_text(json.dumps(a_chat("充值失败，钱扣了。"), indent=1), encoding="utf-8")

    first = house.one("ingest", "chat", str(file), "--wait", "15")
    again = house.one("ingest", "chat", str(file), "--wait", "15")

    assert first["result"] == "registered"
    assert again == first | {"result": "duplicate"}


def test_a_mail_is_wrapped_and_its_receipt_really_arrives(house: House) -> None:
    found = house.one("ingest", "email", str(SAMPLES / "email" / "01-top-up-not-credited.eml"), "--adapter", "mail-uk", "--wait", "15")

    assert found["result"] == "registered"
    eventually(lambda: any(found["number"] in str(letter["Subject"]) + letter.get_content() for letter in house.mail.letters))


def test_lines_on_standard_input_are_messages_and_their_ends_are_told_one_by_one(house: House) -> None:
    first = a_chat("验证码收不到，无法登录。")
    second = a_chat("还是不行。", thread_id=first["thread_id"])

    found = house.lines("ingest", "chat", "-", "--wait", "15", stdin=f"{json.dumps(first)}\n\n{json.dumps(second)}\n{json.dumps(first)}\n")

    assert {one["source_id"] for one in found} == {first["source_id"], second["source_id"]}
    assert sorted(one["result"] for one in found) == ["duplicate", "linked", "registered"]
    assert len({one["number"] for one in found}) == 1


def test_each_message_goes_through_the_adapter_that_it_names(house: House) -> None:
    chats = [a_chat("The transfer failed, please help.", adapter=adapter) for adapter in ("webchat-uk", "webchat-hk")]

    found = house.lines("ingest", "chat", "-", "--wait", "15", stdin="\n".join(json.dumps(one) for one in chats))
    adapters = [house.one("show", one["number"])["complaint"]["adapter"] for one in sorted(found, key=lambda one: str(one["source_id"]))]

    assert sorted(adapters) == ["webchat-hk", "webchat-uk"]


def test_without_waiting_the_message_is_pending(house: House) -> None:
    chat = a_chat("手续费太高了。")

    assert house.one("ingest", "chat", "-", stdin=json.dumps(chat)) == {"source_id": chat["source_id"], "result": "pending"}


def test_show_puts_together_what_the_services_know(house: House) -> None:
    registered = house.complaint()
    eventually(lambda: len(clocks(house, registered["number"])) == 4)
    eventually(lambda: bool(house.one("show", registered["number"])["notices"]))

    found = house.one("show", registered["number"])

    assert found["complaint"]["text"] == TRANSFER_FAILED
    assert found["complaint"]["status"] == "routed"
    assert found["complaint"]["priority"] == found["routing"]["priority"]
    assert {one["kind"]: one["state"] for one in found["clocks"]} == {
        "first_response": "running",
        "resolution": "running",
        "update": "running",
        "final_response": "running",
    }
    assert [one["kind"] for one in found["notices"]] == ["receipt"]
    assert {"webchat", "routing", "sla_watchdog", "notification"} <= {one["who"] for one in found["timeline"]}
    assert [one["at"] for one in found["timeline"]] == sorted(one["at"] for one in found["timeline"])


def test_a_complaint_is_found_by_its_source_id_and_by_a_number_as_it_is_said(house: House) -> None:
    registered = house.complaint()
    said = registered["number"].replace("-", " ").lower()

    assert house.one("show", registered["source_id"])["complaint"]["number"] == registered["number"]
    assert house.one("show", said)["complaint"]["source_id"] == registered["source_id"]


def test_people_get_tables(house: House) -> None:
    registered = house.complaint()

    shown = house.run("show", registered["number"])
    listed = house.run("list")

    assert "转账500元" in shown.stdout
    assert registered["number"] in listed.stdout
    assert "\x1b[" not in shown.stdout + listed.stdout


def test_list_is_newest_first_and_can_be_narrowed_down(house: House) -> None:
    first, second = house.complaint(), house.complaint()
    eventually(lambda: all(one["team"] for one in house.lines("list", "--limit", "2")))

    newest = house.lines("list", "--limit", "2")
    team = newest[0]["team"]

    assert [one["number"] for one in newest] == [second["number"], first["number"]]
    assert set(newest[0]) == {"number", "status", "category", "priority", "team", "channel", "registered_at", "next_due_at"}
    assert first["number"] in {one["number"] for one in house.lines("list", "--team", team, "--status", "routed")}
    assert house.lines("list", "--team", "nobody") == []
    assert house.lines("list", "--status", "withdrawn") == []


def test_list_looks_behind_the_newest_until_it_is_full(house: House) -> None:
    resolved, *_ = [house.complaint()["number"] for _ in range(6)]
    eventually(lambda: house.one("show", resolved)["complaint"]["status"] == "routed")
    for command in (
        ("take",),
        ("resolve", "--outcome", "closed_with_explanation", "--decision", "upheld", "--reason", "the bank was late"),
    ):
        house.one("complaint", *command, resolved, "--by", "payments-1")
    team = house.one("show", resolved)["routing"]["team"]

    assert [one["number"] for one in house.lines("list", "--status", "resolved", "--limit", "1")] == [resolved]
    assert [one["number"] for one in house.lines("list", "--status", "resolved", "--team", team, "--limit", "1")] == [resolved]


def test_what_nobody_listens_to_is_an_alarm(house: House) -> None:
    broker = management_of(house.settings)
    asyncio.run(lay_into(house.settings, UNROUTABLE))
    # From RabbitMQ 4.2.6 on an operator is told by statistics that are some seconds old.
    eventually(lambda: house.run("status").exit_code == 1)

    result = house.run("status", "--json")
    shown = house.run("status")
    broker.delete("queues", broker.vhost, UNROUTABLE, "contents")

    found = json.loads(result.stdout)
    assert (result.exit_code, found["ok"]) == (1, False)
    assert all(one["ready"] for one in found["services"])
    assert [one.split(" that")[0] for one in found["alarms"]] == ["redress.unroutable holds 1 message"]
    assert "alarm: redress.unroutable holds 1 message" in shown.stdout
    eventually(lambda: house.run("status").exit_code == 0)


async def lay_into(settings: HouseSettings, queue: str) -> None:
    async with wire.channel_at(URL(settings.amqp_url.get_secret_value()), "a test") as channel:
        await channel.default_exchange.publish(aio_pika.Message(b"lost"), routing_key=queue)


def test_a_dead_letter_is_shown_sealed_replayed_and_discarded(house: House) -> None:
    broken = json.dumps(a_chat("x", sent_at="昨天"))
    parked = json.loads(house.run("ingest", "chat", "-", "--raw", "--wait", "15", "--json", stdin=broken).stdout)
    letter = next(one for one in house.lines("dead", "list") if one["source_id"] == parked["source_id"])

    shown = house.one("dead", "show", letter["dead_id"])
    replayed = house.one("dead", "replay", letter["dead_id"], "--by", "op")
    eventually(lambda: any(one["dead_id"] == letter["dead_id"] for one in house.lines("dead", "list")))
    discarded = house.one("dead", "discard", letter["dead_id"], "--reason", "a test")

    assert parked["result"] == "parked"
    assert letter["reason"] == "unreadable-message"
    assert "body" not in shown
    assert (replayed["state"], discarded["state"]) == ("replayed", "discarded")
    assert letter["dead_id"] not in {one["dead_id"] for one in house.lines("dead", "list", "--service", "intake")}


def test_dead_letters_are_counted_replayed_and_discarded_by_what_they_have_in_common(house: House) -> None:
    broken = [json.dumps(a_chat("x", sent_at="昨天")) for _ in range(3)]
    ids = [json.loads(house.run("ingest", "chat", "-", "--raw", "--wait", "15", "--json", stdin=one).stdout)["source_id"] for one in broken]
    which = ("--service", "intake", "--queue", "intake.chat", "--since", "1h")
    ours = [one["dead_id"] for one in house.lines("dead", "list", "--reason", "unreadable-message", *which) if one["source_id"] in ids]

    dry = house.one("dead", "replay", "--reason", "unreadable-message", *which, "--dry-run")
    replayed = house.one("dead", "replay", "--reason", "unreadable-message", *which, "--rate", "100", "--by", "op")
    eventually(lambda: {one["dead_id"] for one in house.lines("dead", "list", *which)} >= set(ours))
    discarded = house.one("dead", "discard", "--parked-for", "unreadable-message", *which, "--reason", "a test", "--by", "op")
    again = house.one("dead", "discard", "--parked-for", "unreadable-message", *which, "--reason", "a test", "--by", "op")
    kept = [house.one("dead", "show", one) for one in ours]

    assert len(ours) == 3
    assert dry["matched"] >= 3
    assert replayed == {"matched": dry["matched"], "said": dry["matched"], "replayed": dry["matched"], "left": 0}
    assert (discarded["left"], again["matched"]) == (0, 0)
    assert [[(one["what"], one["by"]) for one in letter["audit"]] for letter in kept] == [[("replayed", "op"), ("discarded", "op")]] * 3
    assert {letter["handler"] for letter in kept} == {"services.intake.handlers:on_inbound"}


def test_the_balance_adds_up(house: House) -> None:
    house.complaint()

    found = house.one("balance", "--wait", "15")

    assert found["ok"]
    assert found["received"] == sum(found[end] for end in ("registered", "linked", "set_aside", "refused", "parked"))
    assert found["pending"] == 0
    assert sum(one["received"] for one in found["by_channel"].values()) == found["received"]


def test_a_difference_in_the_topology_is_a_bad_answer_until_it_is_applied(house: House) -> None:
    broker = management_of(house.settings)
    broker.delete("policies", broker.vhost, "routing.deadline-missed")

    differs = house.run("topology", "diff", "--json")
    applied = house.one("topology", "apply")
    same = house.run("topology", "diff")

    assert (differs.exit_code, json.loads(differs.stdout)["name"]) == (1, "routing.deadline-missed")
    assert (applied["kind"], applied["how"]) == ("policy", "missing")
    assert same.exit_code == 0


def test_contracts_are_exported(house: House, tmp_path: Path) -> None:
    files = house.lines("contracts", "export", str(tmp_path))

    assert str(tmp_path / "inbound.chat.v1.json") in {one["file"] for one in files}
    assert json.loads((tmp_path / "inbound.chat.v1.json").read_text(encoding="utf-8"))["type"] == "object"


def test_time_moves_on_in_test_mode_and_a_missed_deadline_is_escalated(house: House) -> None:
    almost_a_day_ago = datetime.now(UTC) - timedelta(hours=23, minutes=58)
    number = house.complaint(received_at=almost_a_day_ago.isoformat())["number"]
    eventually(lambda: clocks(house, number).get("first_response") == "approaching")

    moved = house.one("clock", "advance", "3m")

    assert moved["ahead_s"] == 180
    eventually(lambda: clocks(house, number)["first_response"] == "missed")
    eventually(lambda: house.one("show", number)["routing"]["level"] == 1)


def test_the_time_of_a_real_house_cannot_be_moved(house: House) -> None:
    result = house.run("clock", "advance", "1s", REDRESS_TEST_CLOCK="0")

    assert result.exit_code == 2
    assert "cannot be moved" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "stdin", "sentence"),
    [
        (("show", "RD-AAAAA-AAAAA-B"), "", "not a complaint number"),
        (("show", "no-such-source"), "", "no complaint has the source id 'no-such-source'"),
        (("complaint", "reply", "RD-AAAAA"), "", "not a complaint number"),
        (("ingest", "chat", "absent.json"), "", "absent.json cannot be read"),
        (("ingest", "chat", "-"), "", "standard input is empty"),
        (("ingest", "chat", "-"), "{nonsense", "standard input is not JSON"),
        (("ingest", "chat", "-"), "[1]", "holds no JSON object"),
        (("ingest", "chat", "-"), '{"source_id": "1"}', "standard input is no inbound.chat.v1"),
        (("ingest", "chat", "-", "--adapter", "webchat"), json.dumps(a_chat("x", adapter="webchat-uk")), "expected webchat"),
        (("ingest", "chat", "-", "--adapter", "nobody"), "{}", "no adapter 'nobody' of channel chat"),
        (("ingest", "fax", "-"), "{}", "'fax' is not one of"),
        (("dead", "show", "nothing"), "", "no service has a dead letter 'nothing'"),
        (("dead", "discard", "nothing", "--reason", "x"), "", "at least three letters"),
        (("dead", "list", "--service", "desk"), "", "no service is called 'desk'"),
        (("dead", "list", "--since", "yesterday"), "", "a time is written like 2h"),
        (("dead", "replay"), "", "say which letters"),
        (("dead", "replay", "nothing", "--queue", "intake.chat"), "", "ids or a filter, not both"),
        (("clock", "advance", "soon"), "", "a span of time is written like"),
        (("up", "--replicas", "desk=3"), "", "--replicas wants NAME=N"),
        (("contracts", "export", "/dev/null/x"), "", "cannot be written to"),
    ],
)
def test_bad_input_gets_a_sentence_and_status_2(house: House, arguments: tuple[str, ...], stdin: str, sentence: str) -> None:
    result = house.run(*arguments, stdin=stdin)

    assert result.exit_code == 2
    assert sentence in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("listed", [None, "adapter = nonsense", "[[adapter]]\nname = 3\n"])
@pytest.mark.parametrize("command", [("understand", "chat", "-"), ("ingest", "chat", "-"), ("topology", "diff")])
def test_a_bad_list_of_adapters_gets_a_sentence_and_status_2(
    house: House, tmp_path: Path, command: tuple[str, ...], listed: str | None
) -> None:
    file = tmp_path / "adapters.toml"
    if listed is not None:
        file.write_text(listed, encoding="utf-8")

    result = house.run(*command, stdin="{}", REDRESS_ADAPTERS_FILE=str(file))

    assert result.exit_code == 2
    assert result.stderr.startswith(f"redress: {file}: ")
    assert result.stderr.count("\n") == 1


def test_up_refuses_before_it_starts_anything(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["up", "--replicas", "x=1"], env={"REDRESS_ROOT": str(tmp_path)})

    assert result.exit_code == 2
    assert result.stderr.startswith("redress: --replicas wants NAME=N")
    assert not list(tmp_path.iterdir())


def test_where_services_cannot_start_up_stops_what_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("REDRESS_")]:
        monkeypatch.delenv(name)

    if os.environ.get("BACKING") == "env":
        monkeypatch.delenv("BACKING")

    result = CliRunner().invoke(app, ["up"], env={"REDRESS_ROOT": str(tmp_path), "REDRESS_ADAPTERS_FILE": str(tmp_path / "none.toml")})

    assert result.exit_code == 2
    assert "backing services: RabbitMQ and MongoDB" in result.stderr
    left = [one for one in ("rabbitmq", "mongod") if programs.running(tmp_path, one)]
    recorded = (tmp_path / ".redress" / "backing.json").exists()
    stop(tmp_path)
    assert (left, recorded) == ([], False)


@pytest.mark.parametrize(
    "command", [("status",), ("list",), ("balance",), ("topology", "diff"), ("ingest", "chat", "-"), ("clock", "advance", "1d")]
)
def test_where_nothing_runs_the_cure_is_named(command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("REDRESS_")]:
        monkeypatch.delenv(name)

    result = CliRunner().invoke(app, list(command), env={"REDRESS_ROOT": str(tmp_path)}, input="{}")

    assert result.exit_code == 2
    assert "nothing runs here" in result.stderr
    assert "redress up" in result.stderr


@pytest.mark.parametrize(
    ("away", "command"),
    [
        ("REDRESS_MANAGEMENT_URL", ("topology", "diff")),
        ("REDRESS_INTAKE_URL", ("list",)),
        ("REDRESS_AMQP_URL", ("ingest", "chat", "-")),
    ],
)
def test_who_does_not_answer_is_named(house: House, away: str, command: tuple[str, ...]) -> None:
    nobody = {"REDRESS_AMQP_URL": "amqp://guest:guest@127.0.0.1:9/"}.get(away, "http://127.0.0.1:9")

    result = house.run(*command, stdin=json.dumps(a_chat("x")), **{away: nobody})

    assert result.exit_code == 2
    assert "does not answer" in result.stderr


def test_another_secret_is_told_apart_from_a_house_that_is_down(house: House) -> None:
    result = house.run("list", REDRESS_SECRET_KEY="another-secret-0123456789")

    assert result.exit_code == 2
    assert "runs with another secret" in result.stderr


def test_the_program_itself_starts_and_ends_with_a_status() -> None:
    redress = Path(sys.executable).with_name("redress")

    helped = subprocess.run([redress, "--help"], capture_output=True, text=True, check=False)
    wrong = subprocess.run([redress, "clock", "advance", "soon"], capture_output=True, text=True, check=False)

    assert helped.returncode == 0
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr


def test_the_house_of_a_checkout_is_found_without_being_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in house.env.items():
        monkeypatch.setenv(name, value)
    for name in [name for name in house.env if name.endswith(("INTAKE_URL", "ROUTING_URL"))]:
        monkeypatch.delenv(name)

    assert place.urls()["intake"] == house.env["REDRESS_INTAKE_URL"]


def test_what_a_message_means_is_told_without_a_house() -> None:
    mail = str(SAMPLES / "email" / "22-card-details-in-the-mail.eml")

    found = json.loads(CliRunner().invoke(app, ["understand", "email", mail, "--json"], env={"REDRESS_ROOT": str(CHECKOUT)}).stdout)

    assert {"id", "kind", "from", "subject", "text", "quoted", "attachments", "language", "category", "confidence"} <= found.keys()
    assert {"categories", "facts", "redacted", "missing", "why"} <= found.keys()
    assert any(one["kind"] == "card" for one in found["redacted"])


def test_an_answer_to_the_survey_is_told_without_a_house(tmp_path: Path) -> None:
    chat = json.loads((SAMPLES / "chat" / "10-thanks.json").read_text(encoding="utf-8"))
    chat["chat"]["turns"] = [turn | {"text": "否,3分,希望快一点"} for turn in chat["chat"]["turns"] if turn["role"] == "customer"]
    (file := tmp_path / "answer.json").write_text(json.dumps(chat), encoding="utf-8")

    found = json.loads(CliRunner().invoke(app, ["understand", "chat", str(file), "--json"], env={"REDRESS_ROOT": str(CHECKOUT)}).stdout)

    later = found["on_a_known_complaint"]
    assert (later["kind"], later["survey"]) == ("survey_answer", {"solved": False, "attitude": 3, "suggests": True})


def test_reference_adapters_deliver_the_receipt_and_say_so(house: House) -> None:
    collected = Collected()
    with adapters_running(house, collected):
        number = house.complaint()["number"]
        eventually(lambda: [one["state"] for one in house.one("show", number)["notices"]] == ["delivered"])

    assert number in next(one.text for one in collected.notices if one.number == number)


def test_a_notice_that_comes_again_is_delivered_once(house: House) -> None:
    collected = Collected()
    notice = OutboundNotice(
        notice_id="11111111-1111-5111-8111-111111111111:receipt:1", kind=NoticeKind.RECEIPT, channel=Channel.REVIEW,
        adapter="play-uk", to=Recipient(handle="A reader"), language="en", text="hello",
    )  # fmt: skip
    last = notice.model_copy(update={"notice_id": "22222222-2222-5222-8222-222222222222:receipt:1"})

    with adapters_running(house, collected):
        for one in (notice, notice, last):
            asyncio.run(notify(house.settings, one))
        eventually(lambda: last in collected.notices)

    assert [one for one in collected.notices if one.adapter == notice.adapter] == [notice, last]


async def notify(settings: HouseSettings, notice: OutboundNotice) -> None:
    """As notification does it; an operator may not."""
    url, body = broker_url(settings, "notification"), notice.encoded()
    async with wire.channel_at(url, "a test") as channel:
        outgoing = Outgoing(notice.fixed_id, notice.exchange, notice.routing_key, notice.key, body)
        await wire.publish(channel, url, "notification", [outgoing], datetime.now(UTC))


@contextmanager
def adapters_running(house: House, collected: Collected) -> Iterator[None]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    running = asyncio.run_coroutine_threadsafe(run_all(house.settings, listed_adapters(house.settings.adapters_file), collected), loop)
    try:
        yield
    finally:
        running.cancel()
        asyncio.run_coroutine_threadsafe(loop.shutdown_asyncgens(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
