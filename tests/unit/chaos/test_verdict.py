"""Each broken promise is found, and only that one: a check that cannot fail is a defect."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.intake.identity import complaint_id_of
from shared.contracts import ComplaintRegistered, ComplaintRouted, DeadlineApproaching, ExecuteRemedy, TakeComplaint
from tests.chaos.adapters import Noted
from tests.chaos.evidence import DeadLetter, Evidence, Firing
from tests.chaos.verdict import Course, Verdict, hearings, verdict

BEGAN = datetime(2026, 11, 22, 10, tzinfo=UTC)
ENDED = BEGAN + timedelta(minutes=10)
FIRST, MAILED = complaint_id_of("app-cn", "one"), complaint_id_of("mail-cn", "two")
REGISTERED, ROUTED, TAKE = ComplaintRegistered.key, ComplaintRouted.key, TakeComplaint.key
RECEIPT, LETTER = f"{FIRST}:receipt:1", f"{MAILED}:receipt:1"
REMEDY = f"{FIRST}/1-20261122T100100"
BOTH = ("first_response", "resolution")


def what_was_found() -> Evidence:
    """Two complaints, one answered through its adapter and one by letter; one message that nobody can read."""
    found = Evidence(
        ends=Counter({FIRST: 1, MAILED: 1, complaint_id_of("app-cn", "rubbish"): 1}),
        threads=Counter({"thread-1": 1, "thread-2": 1}),
        registered={FIRST, MAILED},
        receipts=Counter({FIRST: 1, MAILED: 1}),
        told=Counter({RECEIPT: 1}),
        posted=Counter({LETTER: 1}),
        attempts={LETTER: 1},
        clocks={FIRST: BOTH, MAILED: BOTH},
        firings=[Firing(FIRST, "first_response/1", DeadlineApproaching.key, BEGAN, BEGAN)],
        remedies=[{"complaint_id": FIRST, "remedy_id": REMEDY, "state": "done"}],
        dead=[DeadLetter("intake", "intake.app", "unreadable-message", "rubbish")],
        first_at=BEGAN,
        last_at=ENDED,
    )
    found.emitted[REGISTERED] = Counter({"event-1": 1, "event-2": 1})
    found.emitted[ROUTED] = Counter({"event-3": 1, "event-4": 1})
    for service, key in hearings():
        found.heard[service, key] = Counter(found.emitted[key])
    found.heard["casework", TAKE] = Counter({"command-1": 1})
    return found


def what_happened() -> Course:
    noted = Noted(
        confirmed=dict.fromkeys([("app-cn", "one"), ("mail-cn", "two"), ("app-cn", "rubbish")], BEGAN),
        commanded={"command-1"},
        notices=Counter({RECEIPT: 1}),
    )
    return Course(noted, {}, frozenset({"rubbish"}), BEGAN, ENDED, [a_payment()], frozenset({FIRST}))


def a_payment(**changes: Any) -> ExecuteRemedy:
    told = {
        "complaint_id": FIRST,
        "remedy_id": REMEDY,
        "kind": "refund",
        "amount": 100,
        "currency": "CNY",
        "account_id": "U1",
        "attempt": 1,
    }
    return ExecuteRemedy(**{**told, "transaction_id": "T1", **changes})


def another_remedy(run: "Run", state: str, **changes: Any) -> None:
    """Done for the other complaint out of another transaction, unless told otherwise, and paid where it is done."""
    told = {"complaint_id": MAILED, "remedy_id": f"{MAILED}/1", "transaction_id": "T2", **changes}
    run.found.remedies.append({"complaint_id": told["complaint_id"], "remedy_id": told["remedy_id"], "state": state})
    if state == "done":
        run.course = replace(run.course, paid=[*run.course.paid, a_payment(**told)])


@dataclass
class Run:
    found: Evidence = field(default_factory=what_was_found)
    course: Course = field(default_factory=what_happened)
    letters: Counter[str] = field(default_factory=lambda: Counter({LETTER: 1}))

    @property
    def noted(self) -> Noted:
        return self.course.noted


Change = Callable[[Run], object]


def judged(change: Change) -> Verdict:
    run = Run()
    change(run)
    return verdict(run.found, replace(run.course, letters=run.letters))


def test_a_run_in_which_all_went_well_holds():
    found = judged(lambda _: None)

    assert found.holds, found.broken


@pytest.mark.parametrize(
    ("promise", "change"),
    [
        ("lost", lambda run: run.noted.confirmed.update({("app-cn", "never heard of again"): BEGAN})),
        ("commands_lost", lambda run: run.noted.commanded.add("command-2")),
        ("registered_twice", lambda run: run.found.ends.update([FIRST])),
        ("registered_twice", lambda run: run.found.threads.update(["thread-1"])),
        ("effects_missing", lambda run: run.found.heard["routing", REGISTERED].pop("event-1")),
        ("effects_twice", lambda run: run.found.heard["routing", REGISTERED].update(["event-1"])),
        ("effects_twice", lambda run: run.found.emitted[ROUTED].update(["event-3"])),
        ("effects_twice", lambda run: run.found.heard["sla_watchdog", ROUTED].update(["from nowhere"])),
        ("effects_twice", lambda run: run.found.heard["casework", TAKE].update(["command-1"])),
        ("receipts_missing", lambda run: run.found.receipts.pop(FIRST)),
        ("receipts_missing", lambda run: run.noted.notices.pop(RECEIPT)),
        ("receipts_missing", lambda run: run.letters.pop(LETTER)),
        ("receipts_missing", lambda run: run.found.undelivered.add(LETTER)),
        ("receipts_twice", lambda run: run.found.receipts.update([FIRST])),
        ("receipts_twice", lambda run: run.found.told.update([RECEIPT])),
        ("receipts_twice", lambda run: run.noted.notices.update([f"{FIRST}:receipt:2"])),
        ("receipts_twice", lambda run: run.noted.differing.add(RECEIPT)),
        ("receipts_twice", lambda run: run.letters.update({LETTER: 2})),
        ("clocks_wrong", lambda run: run.found.clocks.pop(FIRST)),
        ("clocks_wrong", lambda run: run.found.clocks.update({FIRST: (*BOTH, "resolution")})),
        ("clocks_early", lambda run: run.found.firings.append(replace(run.found.firings[0], clock="x", at=BEGAN - timedelta(seconds=1)))),
        ("clocks_twice", lambda run: run.found.firings.append(run.found.firings[0])),
        ("clocks_overdue", lambda run: setattr(run.found, "overdue", 1)),
        ("stubs_left", lambda run: setattr(run.found, "stubs", 1)),
        ("clocks_wrong", lambda run: run.found.clocks.update({FIRST: ("first_response", "update")})),
        ("remedies_paid_twice", lambda run: setattr(run, "course", replace(run.course, paid=[a_payment(), a_payment()]))),
        ("remedies_paid_twice", lambda run: another_remedy(run, "done", complaint_id=FIRST)),
        ("remedies_paid_twice", lambda run: another_remedy(run, "done", transaction_id="T1")),
        ("remedies_lost", lambda run: another_remedy(run, "approved")),
        ("remedies_lost", lambda run: another_remedy(run, "pending")),
        ("remedies_lost", lambda run: setattr(run, "course", replace(run.course, paid=[]))),
        ("remedies_lost", lambda run: run.found.remedies[0].update(state="failed")),
        ("remedies_lost", lambda run: setattr(run, "course", replace(run.course, wanted_back=frozenset({FIRST, MAILED})))),
        ("times_wrong", lambda run: setattr(run.found, "last_at", ENDED + timedelta(hours=1))),
        ("unexplained_dead", lambda run: run.found.dead.append(DeadLetter("routing", "routing.x", "unexpected-error", "event-1"))),
        ("unexplained_dead", lambda run: run.found.dead.append(replace(run.found.dead[0], reason="unexpected-error"))),
    ],
)
def test_a_broken_promise_is_found_and_no_other(promise: str, change: Change):
    found = judged(change)

    assert {name: count for name, count in found.broken.items() if count} == {promise: 1}


def test_clocks_that_only_some_complaints_have_are_no_fault():
    assert judged(lambda run: run.found.clocks.update({FIRST: (*BOTH, "update", "remedy_paid")})).holds


@pytest.mark.parametrize("state", ["proposed", "rejected", "failed", "done"])
def test_a_remedy_that_nobody_approved_or_that_came_to_its_end_is_not_lost(state: str):
    assert judged(lambda run: another_remedy(run, state)).holds


def test_a_letter_that_was_claimed_twice_may_arrive_twice_and_is_counted():
    def crashed(run: Run) -> None:
        run.found.attempts[LETTER] = run.letters[LETTER] = 2

    found = judged(crashed)

    assert found.holds
    assert found.told["letters_repeated"] == 1


def test_a_notice_that_its_adapter_got_twice_with_the_same_bytes_is_counted_and_breaks_nothing():
    found = judged(lambda run: run.noted.notices.update([RECEIPT]))

    assert found.holds
    assert found.told["notices_repeated"] == 1
