"""How messages ended that were just published: each looked up under the adapter and the id that it was published with."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from deploy.cli import views
from deploy.cli.inbound_files import InboundFile
from shared.contracts.vocabulary import Channel

PENDING = "pending"
PARKED = "parked"
DUPLICATE = "duplicate"
BAD_ENDS = frozenset({PENDING, PARKED})
POLL_EVERY_S = 0.05
SETTLED_AFTER_S = 0.5
"""A resend is counted before it is handled: this long we look whether it was parked, before we call it a duplicate."""

NOTHING: views.Document = {"result": PENDING, "resent": 0}
Key = tuple[str, str]
Letters = Mapping[Key, views.Document]
"""Adapter and source id → the dead letter of that message."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A message on its way. One that was there before is through when intake has counted it once more."""

    adapter: str
    source_id: str
    resent: int
    before: str
    died: str | None
    """When a message of this id last died before ours was published."""

    @property
    def key(self) -> Key:
        return self.adapter, self.source_id


def awaited(reader: views.Views, channel: Channel, messages: Sequence[InboundFile]) -> list[Awaited]:
    """Asked before publishing: only so is a message that was there before told from one that is new."""
    letters = _letters(reader, channel)
    copies: Counter[Key] = Counter()
    found = []
    for message in messages:
        key = message.adapter, message.source_id
        arrival = _arrival(reader, key)
        first_comes = arrival["result"] == PENDING
        copies[key] += 1
        before = DUPLICATE if first_comes and copies[key] > 1 else arrival["result"]
        resent = arrival["resent"] + copies[key] - int(first_comes)
        found.append(Awaited(*key, resent, before, letters.get(key, {}).get("last_failed_at")))
    return found


def ends(reader: views.Views, channel: Channel, waiting: Sequence[Awaited], within_s: float) -> Iterator[views.Document]:
    """Each as soon as it has ended; what has not by then, as pending."""
    deadline = time.monotonic() + within_s
    counted: dict[Awaited, float] = {}
    while waiting:
        late = time.monotonic() >= deadline
        arrivals = {one: _arrival(reader, one.key) for one in waiting}
        letters = _letters(reader, channel)
        still = []
        for one, arrival in arrivals.items():
            if arrival["resent"] >= one.resent:
                counted.setdefault(one, time.monotonic())
            settled = one in counted and (late or time.monotonic() >= counted[one] + SETTLED_AFTER_S)
            if one in counted and (end := _end(one, arrival, letters, settled=settled)):
                yield end
            elif late:
                yield _line(one, NOTHING)
            else:
                still.append(one)
        waiting = still
        time.sleep(POLL_EVERY_S if still else 0)


def _end(one: Awaited, arrival: views.Document, letters: Letters, *, settled: bool) -> views.Document | None:
    if one.before == PENDING:
        return _line(one, arrival) if arrival["result"] != PENDING else None
    letter = letters.get(one.key, {})
    if letter.get("last_failed_at") not in (None, one.died):
        return _line(one, {**arrival, "result": PARKED, "reason": letter["reason"]})
    if one.before == PARKED:
        return _line(one, arrival) if arrival["result"] not in BAD_ENDS else None
    return _line(one, {**arrival, "result": DUPLICATE}) if settled and arrival["result"] != PENDING else None


def _line(one: Awaited, found: views.Document) -> views.Document:
    more = {name: found[name] for name in ("number", "complaint_id", "reason") if found.get(name)}
    return {"source_id": one.source_id, "result": found["result"], **more}


def _arrival(reader: views.Views, key: Key) -> views.Document:
    return reader.one("intake", "arrival", adapter=key[0], source_id=key[1]) or NOTHING


def _letters(reader: views.Views, channel: Channel) -> Letters:
    """The newest dead letters of the channel. They are open, or were opened again by the same message."""
    prefix = f"{channel}."
    letters = [one for one in reader.many("intake", "dead") if str(one.get("key", "")).startswith(prefix)]
    return {(one["key"].removeprefix(prefix), one["message_id"]): one for one in letters}
