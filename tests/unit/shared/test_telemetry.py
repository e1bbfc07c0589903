"""Log lines and counters: one line for each decision, and nothing of the customer in it."""

import pytest
from structlog.testing import capture_logs

from shared.decision import Create, Decision, Lookup, Nothing, Reaction, Transition
from shared.errors import RuleViolation
from shared.task import End, Task, failures_of
from shared.telemetry import Metrics, tell
from tests.unit.shared.deliveries import a_cause, a_delivery

ADDRESS = "<lilei@example.com>"
WORDS = "退款没有到账"
REACTIONS: tuple[Reaction, ...] = (
    Create("c1", Decision(WORDS, what="registered")),
    Transition("c1", lambda held: Decision.unchanged(held, "heard-before")),
    Lookup("number/RD-7K3MQ-2XV9H-5", lambda _: Nothing("x")),
    Nothing("nothing-to-do"),
)


def a_task(end: End, reaction: Reaction | None = REACTIONS[0]) -> Task:
    """Its message id is the customer's address, its body their words."""
    task = Task(a_cause(f"email.mail-cn/{ADDRESS}", who="mail-cn"), a_delivery(ADDRESS, WORDS.encode()))
    task.reaction = reaction
    if end in (End.RETRY, End.DEAD):
        with failures_of(task):
            raise RuleViolation("not-allowed", WORDS) if end is End.DEAD else ValueError(f"{ADDRESS} {WORDS}")
    else:
        task.ends(end, "registered")
    return task


@pytest.mark.parametrize("reaction", [*REACTIONS, None])
@pytest.mark.parametrize("end", End)
def test_each_decision_is_one_line_without_the_customer(end: End, reaction: Reaction | None):
    with capture_logs() as lines:
        tell("intake.email", [a_task(end, reaction)])

    (line,) = lines
    assert (line["queue"], line["end"], line["log_level"]) == ("intake.email", end, "warning" if end in (End.RETRY, End.DEAD) else "info")
    assert not any(word in str(line) for word in ("lilei", "退款"))


def test_a_failure_is_told_by_its_slug_its_kind_and_its_place():
    with capture_logs() as lines:
        tell("intake.email", [a_task(End.DEAD), a_task(End.RETRY)])

    assert [(line["reason"], line["error"]) for line in lines] == [("not-allowed", "RuleViolation"), ("unexpected-error", "ValueError")]
    assert all(line["where"].startswith("test_telemetry.py:") for line in lines)


def test_messages_are_counted_by_queue_and_end_and_by_nothing_else():
    metrics = Metrics()

    metrics.batch_done("intake.email", [a_task(End.DONE), a_task(End.DONE), a_task(End.DUPLICATE)], 0.01)

    page = metrics.exposition().decode()
    assert 'redress_messages_total{end="done",queue="intake.email"} 2.0' in page
    assert 'redress_messages_total{end="duplicate",queue="intake.email"} 1.0' in page
    assert "redress_batch_messages_sum 3.0" in page
    assert "lilei" not in page
