"""What the databases hold after a run, read in one pass over each collection and boiled down to counts by id."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bson.codec_options import CodecOptions
from pydantic_core import from_json
from pymongo import MongoClient
from pymongo.database import Database

from deploy.house import SERVICES, aggregates_of
from services.intake.identity import complaint_id_of
from shared.contracts import DeadlineApproaching, DeadlineMissed
from shared.contracts.vocabulary import Channel
from tests.chaos.scene import PREFIX

Document = dict[str, Any]
TIMED = {DeadlineApproaching.key, DeadlineMissed.key}
AWARE: CodecOptions[Document] = CodecOptions(tz_aware=True)
RECORD = ("id", "type", "at", "what", "events.id", "events.type")

REFUSAL = re.compile("^refused/(.+)")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    service: str
    queue: str
    reason: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Firing:
    """One event that time caused, and the moment before which it must not have happened."""

    complaint_id: str
    clock: str
    type: str
    at: datetime
    not_before: datetime


@dataclass
class Evidence:
    ends: Counter[str] = field(default_factory=Counter)
    """Inbound id → how many records say that it ended, in whatever way."""
    threads: Counter[str] = field(default_factory=Counter)
    """Conversation → complaints registered in it."""
    registered: set[str] = field(default_factory=set)
    emitted: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Contract → event id → records that say to have caused it."""
    heard: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Service and contract → event id → records of having handled it."""
    refused: Counter[str] = field(default_factory=Counter)
    """Why casework refused a command → how often."""
    stubs: int = 0
    receipts: Counter[str] = field(default_factory=Counter)
    """Complaint → receipts on record."""
    told: Counter[str] = field(default_factory=Counter)
    """Notice id → records; notices that an adapter delivers."""
    posted: Counter[str] = field(default_factory=Counter)
    """Notice id → records; notices that go out as a letter."""
    undelivered: set[str] = field(default_factory=set)
    """Notices by letter whose delivery nobody reported back."""
    attempts: dict[str, int] = field(default_factory=dict)
    """Letter → how often a worker claimed it."""
    clocks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Complaint → its clocks: kind, and what it is about where there may be several."""
    overdue: int = 0
    firings: list[Firing] = field(default_factory=list)
    remedies: list[Document] = field(default_factory=list)
    """As casework has them, each with its complaint."""
    dead: list[DeadLetter] = field(default_factory=list)
    first_at: datetime | None = None
    last_at: datetime | None = None
    """The earliest and the latest time that any record bears."""


def evidence(url: str) -> Evidence:
    found = Evidence()
    with MongoClient[Document](url, tz_aware=True) as client:
        of = {service: client.get_database(f"{PREFIX}_{service}", codec_options=AWARE) for service in SERVICES}
        for service, database in of.items():
            _records(found, service, database)
            _dead(found, service, database)
        _ends(found, of["intake"])
        _notices(found, of["notification"])
        _clocks(found, of["sla_watchdog"])
        _remedies(found, of["casework"])
    return found


def _records(found: Evidence, service: str, database: Database[Document]) -> None:
    """A record may stand in the document and in the archive after a crash: it is one record."""
    for aggregate in aggregates_of(service):
        found.stubs += database[aggregate.name].count_documents({"stub": True})
        seen: dict[str, set[tuple[str, int]]] = defaultdict(set)
        for owner, record in _all_records(database, aggregate.name):
            mark = (record["id"], record.get("sequence", 0))
            if mark in seen[owner]:
                continue
            if record.get("trimmed"):
                seen[owner].add(mark)
            found.heard[service, record["type"]][record["id"]] += 1
            found.refused.update(REFUSAL.findall(record["what"]))
            for event in record["events"]:
                found.emitted[event["type"]][event["id"]] += 1
            found.first_at = min(found.first_at or record["at"], record["at"])
            found.last_at = max(found.last_at or record["at"], record["at"])


def _all_records(database: Database[Document], name: str) -> Iterator[tuple[str, Document]]:
    for one in database[f"{name}_handled"].find({}, {**dict.fromkeys(RECORD, 1), "sequence": 1, "of": 1}):
        yield one["of"], {**one, "trimmed": True}
    for one in database[name].find({}, {f"handled.{part}": 1 for part in (*RECORD, "sequence")}, batch_size=5_000):
        for record in one.get("handled", ()):
            yield one["_id"], record


def _dead(found: Evidence, service: str, database: Database[Document]) -> None:
    for one in database.dead_letters.find({"state": "open"}, {"queue": 1, "reason": 1, "message_id": 1, "key": 1}):
        found.dead.append(DeadLetter(service, one["queue"], one["reason"], one["message_id"]))
        if one["queue"].startswith("intake."):
            found.ends[complaint_id_of(one["key"].partition(".")[2], one["message_id"])] += 1


def _ends(found: Evidence, intake: Database[Document]) -> None:
    for one in intake.complaints.find(
        {"state": {"$exists": True}}, {"state.thread_id": 1, "state.follow_ups.inbound_id": 1}, batch_size=5_000
    ):
        found.ends[one["_id"]] += 1
        found.registered.add(one["_id"])
        found.threads[one["state"]["thread_id"]] += 1
        for later in one["state"].get("follow_ups", ()):
            found.ends[later["inbound_id"]] += 1
    for one in intake.declined.find({}, {"_id": 1}):
        found.ends[one["_id"]] += 1


def _notices(found: Evidence, notification: Database[Document]) -> None:
    only = {f"state.{part}": 1 for part in ("notices.notice_id", "notices.kind", "notices.channel", "notices.state")}
    only |= {"state.team_notices.notice_id": 1, "state.team_notices.state": 1}
    for one in notification.correspondence.find({"state": {"$exists": True}}, only, batch_size=5_000):
        for notice in one["state"]["notices"]:
            found.receipts[one["_id"]] += notice["kind"] == "receipt"
            if notice["channel"] == Channel.EMAIL:
                _posted(found, notice)
            else:
                found.told[notice["notice_id"]] += 1
        for notice in one["state"].get("team_notices", ()):
            _posted(found, notice)
    for one in notification.incident_notices.find({"state": {"$exists": True}}, {"state.notice.notice_id": 1, "state.notice.state": 1}):
        _posted(found, one["state"]["notice"])
    for letter in notification.letters.find({}, {"attempts": 1}):
        found.attempts[letter["_id"]] = letter["attempts"]


def _posted(found: Evidence, notice: Document) -> None:
    found.posted[notice["notice_id"]] += 1
    if notice["state"] != "delivered":
        found.undelivered.add(notice["notice_id"])


def _clocks(found: Evidence, watchdog: Database[Document]) -> None:
    now: datetime = watchdog.command("hello")["localTime"]
    only = {f"state.clocks.{part}": 1 for part in ("kind", "about")}
    for one in watchdog.clocks.find({"state": {"$exists": True}}, only, batch_size=5_000):
        found.clocks[one["_id"]] = tuple("/".join(filter(None, (clock["kind"], clock["about"]))) for clock in one["state"]["clocks"])
    found.overdue = watchdog.clocks.count_documents({"next_due": {"$lt": now - timedelta(seconds=5)}})
    for one in watchdog.clocks.find({"handled.type": "time"}, {"state.clocks": 1, "handled.events": 1}):
        due = {(clock["kind"], clock["about"], clock["generation"]): clock for clock in one["state"]["clocks"]}
        for event in (event for record in one["handled"] for event in record["events"] if event["type"] in TIMED):
            found.firings.append(_firing(one["_id"], event, due))


def _remedies(found: Evidence, casework: Database[Document]) -> None:
    for one in casework.lives.find({"state.remedies.0": {"$exists": True}}, {"state.remedies": 1}, batch_size=5_000):
        found.remedies += [{"complaint_id": one["_id"], **remedy} for remedy in one["state"]["remedies"]]


def _firing(complaint_id: str, event: Document, due: dict[tuple[str, str, int], Document]) -> Firing:
    body = from_json(bytes(event["body"]))
    clock = due[body["clock"], body.get("about", ""), body["generation"]]
    approaching = event["type"] == DeadlineApproaching.key
    warns_at = clock["warns_at"][body.get("warning", 1) - 1]
    at, not_before = (body["noticed_at"], warns_at) if approaching else (body["missed_at"], clock["due_at"])
    name = "/".join(str(body[part]) for part in ("clock", "about", "generation", "warning") if body.get(part))
    return Firing(complaint_id, name, event["type"], datetime.fromisoformat(at), datetime.fromisoformat(not_before))
