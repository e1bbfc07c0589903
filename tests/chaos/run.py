"""One run from beginning to end: the stage, the traffic with its faults, coming to rest, the verdict."""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from services.intake.settings import keys
from services.sla_watchdog.settings import SlaWatchdogSettings
from shared.contracts.vocabulary import Channel
from tests.chaos import books
from tests.chaos.cases import Case
from tests.chaos.director import Director, Struck
from tests.chaos.evidence import evidence
from tests.chaos.faults import CATALOGUE, Fault
from tests.chaos.plan import plan
from tests.chaos.reconciling import Reconciled, found_again, reconciled
from tests.chaos.report import Report
from tests.chaos.scene import Scene, scene
from tests.chaos.settling import settled
from tests.chaos.stage import Broker
from tests.chaos.timetable import Kind, timetable
from tests.chaos.traffic import Composer, Sending
from tests.chaos.verdict import Course, verdict
from tests.load.complaints import as_adapter
from tests.load.publishing import Prepared

FAULTS_WITHIN = 0.9
"""The share of the traffic's time over which the faults are spread."""

REST_WITHIN_S = 300.0
REST_PER_COMPLAINT_S = 0.01
"""More for a longer run: its queues may be long when the traffic ends."""

PROBES_FROM = 10_000_000
"""Numbers of the complaints that measure recovery: beyond those of every run, and all on the same channel."""

NO_MAIL = 4
"""Position of a channel whose adapter fetches its notices itself."""

MORE_S = 10.0
LAST_WORDS_S = 20.0
"""At the end of a timetable only repeats and later messages come; the next one begins before."""


@dataclass(frozen=True)
class Parameters:
    complaints: int
    per_s: float
    faults: int
    seed: int
    replicas: int = 2
    share: float = 1.0
    """Of the time that each fault lasts in the long form."""
    catalogue: Sequence[Fault] = CATALOGUE


@dataclass(frozen=True, slots=True)
class Words:
    """What adapters and desk send by the timetable, and whose money somebody follows meanwhile."""

    sendings: Sequence[Sending]
    cases: Sequence[Case]


@dataclass
class Said:
    """Everything that the adapters sent, or will have sent when the run is over."""

    composer: Composer
    wanted: Parameters
    sendings: list[Sending] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    complaints: int = 0

    def more(self, complaints: int) -> "Words":
        """Encodes the next ones; their time begins now."""
        composer = replace(self.composer, begins_at=datetime.now(UTC))
        entries = timetable(complaints, self.wanted.seed, self.complaints)
        found = Words(composer.sendings(entries), composer.cases(entries, len(self.cases)))
        self.complaints += complaints
        self.sendings += found.sendings
        self.cases += found.cases
        return found

    @property
    def unreadable(self) -> frozenset[str]:
        return frozenset(one.prepared.id for one in self.sendings if one.kind is Kind.UNREADABLE)

    def probe(self, number: int) -> Prepared:
        return as_adapter(self.composer.complaint(PROBES_FROM + len(Channel) * number + NO_MAIL, datetime.now(UTC)))


async def run(root: Path, broker: AbstractAsyncContextManager[Broker], wanted: Parameters, say: Callable[[str], None]) -> Report:
    began = time.monotonic()
    for chatty in ("aiormq", "aio_pika"):  # each lost connection would be a page of traceback, and losing them is the point
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
    async with scene(root, broker, replicas=wanted.replicas, seed=wanted.seed) as stage:
        say(f"{stage.broker.name}, three members of MongoDB and {len(stage.crew.processes)} replicas are ready")
        said = Said(_composer(stage, wanted), wanted)
        words = await asyncio.to_thread(said.more, wanted.complaints)
        say(f"{len(words.sendings)} messages are encoded; the traffic takes {words.sendings[-1].at_s:.0f} s at least")
        async with _clerks(stage) as clerks:
            struck = await _traffic_with_faults(stage, said, words, clerks, say)
            say("the traffic and the faults are over")
            left, found = await _at_rest(stage, REST_WITHIN_S + REST_PER_COMPLAINT_S * said.complaints, say)
        return await _judged(stage, said, Outcome(struck, left, found), began)


Work = Callable[[Sequence[Case]], None]


@asynccontextmanager
async def _clerks(stage: Scene) -> AsyncIterator[Work]:
    """Cases that are not over when everything else is at rest are given up, and counted."""
    working: list[asyncio.Task[None]] = []
    try:
        yield lambda cases: working.append(asyncio.create_task(stage.clerk.work(cases)))
    finally:
        for one in working:
            one.cancel()
        ended = await asyncio.gather(*working, return_exceptions=True)
    if broken := [one for one in ended if isinstance(one, Exception)]:
        raise broken[0]


def _composer(stage: Scene, wanted: Parameters) -> Composer:
    return Composer(uuid.uuid4().hex[:8], keys(stage.settings), SlaWatchdogSettings().targets(), datetime.now(UTC), wanted.per_s)


async def _traffic_with_faults(stage: Scene, said: Said, words: Words, work: Work, say: Callable[[str], None]) -> list[Struck]:
    """Where the faults take longer than the complaints that were asked for, more come: no fault strikes an idle house."""
    director = Director(stage, said.probe, said.wanted.share, say)
    faults = plan(said.wanted.catalogue, said.wanted.faults, said.wanted.seed)
    striking = asyncio.create_task(director.run(faults, FAULTS_WITHIN * words.sendings[-1].at_s))
    talks: list[asyncio.Task[None]] = []
    ends = words.sendings[-1].at_s - LAST_WORDS_S
    while True:
        work(words.cases)
        talks.append(asyncio.create_task(stage.adapters.say(words.sendings)))
        if (await asyncio.wait([striking], timeout=max(MORE_S, ends)))[0]:
            break
        words, ends = await asyncio.to_thread(said.more, round(MORE_S * said.wanted.per_s)), 0.0
    await asyncio.gather(*talks)
    return await striking


async def _at_rest(stage: Scene, within_s: float, say: Callable[[str], None]) -> tuple[list[str], Reconciled]:
    """Twice: what a purge took comes back in between, and what that causes comes to rest as well."""
    if left := await settled(stage, within_s):
        return left, Reconciled()
    say("everything came to rest")
    try:
        found = await reconciled(stage)
    except RuntimeError as error:
        return left, Reconciled(0, {str(error): 1})
    say(f"reconcile found {found.planted} that were taken on purpose, and beyond them {dict(found.beyond) or 'nothing'}")
    left = await settled(stage, within_s)
    return left, Reconciled(found.planted, {**found.beyond, **await found_again(stage)})


@dataclass(frozen=True)
class Outcome:
    struck: Sequence[Struck]
    left: Sequence[str]
    reconciled: Reconciled


async def _judged(stage: Scene, said: Said, outcome: Outcome, began: float) -> Report:
    course = Course(stage.adapters.noted, stage.postbox.letters, said.unreadable, said.composer.begins_at, datetime.now(UTC))
    course = replace(course, paid=[one.request for one in stage.till.paid()], wanted_back=frozenset(one.complaint_id for one in said.cases))
    read = await asyncio.to_thread(evidence, (await stage.database.primary()).url)
    return Report(
        broker=stage.broker.name,
        complaints=said.complaints + len(outcome.struck),
        per_s=said.wanted.per_s,
        seed=said.wanted.seed,
        replicas=said.wanted.replicas,
        took_s=time.monotonic() - began,
        struck=outcome.struck,
        verdict=verdict(read, course),
        left=outcome.left,
        reconciled=outcome.reconciled,
        balance=await books.balanced(stage),
        money=await books.money(stage),
        restarts=stage.crew.restarts,
        slowest_stop_s=max(stage.crew.stopping_s, default=0.0),
    )
