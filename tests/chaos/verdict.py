"""Whether the promises held. Pure: from what was confirmed, received and recorded to the numbers of the report."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from deploy.house import SERVICES, inbox_of
from services.intake.identity import complaint_id_of
from shared.contracts import EVENTS, ExecuteRemedy
from shared.contracts.vocabulary import ClockKind
from shared.errors import UnreadableMessage
from tests.chaos.adapters import Noted
from tests.chaos.evidence import DeadLetter, Evidence

BOTH_CLOCKS = (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION)
WITH_THE_WALLET = ("approved", "pending")
A_LITTLE = timedelta(minutes=5)
"""By how much a record's time may lie outside the run: far less than the hour of the clock that was set wrong."""


@dataclass(frozen=True)
class Course:
    """What happened outside the house during the run."""

    noted: Noted
    letters: Mapping[str, int]
    """Notice id → how often the mail server accepted it."""
    unreadable: frozenset[str]
    """Source ids of the messages that nobody can read."""
    began_at: datetime
    ended_at: datetime
    paid: Sequence[ExecuteRemedy] = ()
    """What the wallet paid, by its own journal."""
    wanted_back: frozenset[str] = frozenset()
    """Complaints for which somebody wanted one refund."""


@dataclass(frozen=True)
class Verdict:
    """`broken` counts what must be zero; `told` is worth knowing. Examples are ids, a few of each."""

    broken: Mapping[str, int]
    told: Mapping[str, int | float]
    examples: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return not any(self.broken.values())


def verdict(found: Evidence, course: Course) -> Verdict:
    offenders: dict[str, Sequence[str]] = {
        "lost": lost(found, course),
        "registered_twice": [*_repeated(found.ends), *_repeated(found.threads)],
        "commands_lost": commands_lost(found, course),
        "effects_missing": effects_missing(found),
        "effects_twice": effects_twice(found),
        "receipts_missing": receipts_missing(found, course),
        "receipts_twice": receipts_twice(found, course),
        "clocks_wrong": clocks_wrong(found),
        "clocks_early": [one.complaint_id for one in found.firings if one.at < one.not_before],
        "clocks_twice": _repeated(Counter((one.complaint_id, one.clock, one.type) for one in found.firings)),
        "remedies_paid_twice": paid_twice(course),
        "remedies_lost": remedies_lost(found, course),
        "unexplained_dead": [f"{one.queue} {one.reason}" for one in found.dead if not _planted(one, course)],
    }
    counted = {name: len(ids) for name, ids in offenders.items()}
    broken = {**counted, "clocks_overdue": found.overdue, "stubs_left": found.stubs, "times_wrong": times_wrong(found, course)}
    return Verdict(broken, told(found, course), {name: [*ids][:5] for name, ids in offenders.items() if ids})


def lost(found: Evidence, course: Course) -> list[str]:
    """The broker confirmed it, and no record says how it ended."""
    return [source_id for adapter, source_id in course.noted.confirmed if not found.ends[complaint_id_of(adapter, source_id)]]


def commands_lost(found: Evidence, course: Course) -> list[str]:
    """The broker confirmed it, and casework has no record of having carried it out or refused it. Two records are an effect twice."""
    answered = {one for (service, _), ids in found.heard.items() if service == "casework" for one in ids}
    return sorted(course.noted.commanded - answered)


def effects_missing(found: Evidence) -> list[str]:
    """An event that some service should have handled and has no record of."""
    return [f"{service} {key} {one}" for service, key in hearings() for one in found.emitted[key].keys() - found.heard[service, key].keys()]


def effects_twice(found: Evidence) -> list[str]:
    """An event caused by two records, an event or command handled by two, or an event handled though no record caused it."""
    caused = [f"{key} {one}" for key, ids in found.emitted.items() for one in _repeated(ids)]
    handled = [f"{service} {key} {one}" for (service, key), ids in found.heard.items() if key != "time" for one in _repeated(ids)]
    from_nowhere = [
        f"{service} {key} {one}" for service, key in hearings() for one in found.heard[service, key].keys() - found.emitted[key].keys()
    ]
    return [*caused, *handled, *from_nowhere]


def hearings() -> list[tuple[str, str]]:
    """Which service hears which event of the house."""
    return [(service, one.contract.key) for service in SERVICES for one in inbox_of(service).subscriptions if one.exchange == EVENTS]


def receipts_missing(found: Evidence, course: Course) -> list[str]:
    """No receipt on record; a notice on record that nobody was given; a letter whose delivery was never reported back."""
    given = {*course.noted.notices, *course.letters}
    return [
        *(f"unrecorded {one}" for one in found.registered if not found.receipts[one]),
        *(f"undelivered {one}" for one in {*found.told, *found.posted} - given),
        *(f"unreported {one}" for one in found.undelivered),
    ]


def receipts_twice(found: Evidence, course: Course) -> list[str]:
    """Two of them for a complaint, a notice that nobody has on record, other bytes under one id, a letter sent without being claimed."""
    unknown = {*course.noted.notices} - {*found.told} | {*course.letters} - {*found.posted}
    return [
        *(f"second {one}" for one, count in found.receipts.items() if count > 1),
        *(f"recorded twice {one}" for one in (*_repeated(found.told), *_repeated(found.posted))),
        *(f"unrecorded {one}" for one in unknown),
        *(f"differing {one}" for one in course.noted.differing),
        *(f"unclaimed {one}" for one, count in course.letters.items() if count > found.attempts.get(one, 0)),
    ]


def clocks_wrong(found: Evidence) -> list[str]:
    """Both that every complaint has, and none of any kind twice."""
    kinds = {one: Counter(found.clocks.get(one, ())) for one in found.registered}
    return [one for one, counts in kinds.items() if not counts.keys() >= {*BOTH_CLOCKS} or _repeated(counts)]


def paid_twice(course: Course) -> list[str]:
    """Under one key, for one complaint, or out of one transaction, of which each wants its whole amount."""
    return sorted({one for name in ("remedy_id", "complaint_id", "transaction_id") for one in _beyond_the_first(course.paid, name)})


def _beyond_the_first(paid: Sequence[ExecuteRemedy], name: str) -> Iterator[str]:
    seen = set()
    for one in paid:
        if getattr(one, name) in seen:
            yield one.remedy_id
        seen.add(getattr(one, name))


def remedies_lost(found: Evidence, course: Course) -> list[str]:
    """Approved and neither done nor failed; done and not paid; paid and not known as done; a refund that nobody came to."""
    known = {one["remedy_id"]: one["state"] for one in found.remedies}
    paid = {one.remedy_id for one in course.paid}
    unended = {one for one, state in known.items() if state in WITH_THE_WALLET}
    unpaid = {one for one, state in known.items() if state == "done"} - paid
    unheard = {one for one in paid if known.get(one) != "done"}
    unwanted = course.wanted_back - {one["complaint_id"] for one in found.remedies}
    return sorted(unended | unpaid | unheard | unwanted)


def times_wrong(found: Evidence, course: Course) -> int:
    if found.first_at is None or found.last_at is None:
        return 0
    return (found.first_at < course.began_at - A_LITTLE) + (found.last_at > course.ended_at + A_LITTLE)


def told(found: Evidence, course: Course) -> dict[str, int | float]:
    return {
        "confirmed": len(course.noted.confirmed),
        "published_again": course.noted.repeated_tries,
        "registered": len(found.registered),
        "commands": len(course.noted.commanded),
        "commands_refused": sum(found.refused.values()),
        "events": sum(len(ids) for ids in found.emitted.values()),
        "notices": len(course.noted.notices),
        "notices_repeated": sum(count - 1 for count in course.noted.notices.values()),
        "letters": len(course.letters),
        "letters_repeated": sum(count - 1 for count in course.letters.values()),
        "remedies": len(found.remedies),
        "remedies_paid": len(course.paid),
        "clocks_fired": len(found.firings),
        "dead_planted": sum(_planted(one, course) for one in found.dead),
    }


def _planted(one: DeadLetter, course: Course) -> bool:
    return one.message_id in course.unreadable and one.reason == UnreadableMessage.slug


def _repeated(counts: Counter[Any] | Mapping[Any, int]) -> list[str]:
    return [str(one) for one, count in counts.items() if count > 1]
