"""Commands, events, answers of the wallet and time in any order, repeated, on two replicas, with crashes between write and publish."""

import asyncio

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from pymongo import MongoClient

from services.casework.app import describe
from shared.storage import Document
from tests.contract.casework.machine import Casework
from tests.namespaces import Namespace
from tests.under_test import ServiceUnderTest, under_test

SHORT = settings(
    max_examples=30,
    stateful_step_count=15,
    deadline=None,
    phases=(Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
"""What breaks a promise is told as it was found: on a real database, making it shorter takes minutes."""


@pytest.mark.timeout(300)
def test_whatever_happens_to_a_complaint_every_promise_holds(namespace: Namespace, monkeypatch: pytest.MonkeyPatch):
    for name, value in namespace.environment.items():
        monkeypatch.setenv(name, value)
    with asyncio.Runner() as runner:
        casework = runner.run(under_test(describe(), namespace))
        run_state_machine_as_test(lambda: _anew(runner, casework, namespace), settings=SHORT)  # type: ignore[arg-type]  # it takes any factory
        runner.run(casework.house.database.close())


def _anew(runner: asyncio.Runner, casework: ServiceUnderTest, namespace: Namespace) -> Casework:
    """Time moves on for every complaint that is there: those of earlier examples are not."""
    with MongoClient[Document](namespace.mongo_url) as client:
        for name in ("lives", "lives_handled"):
            client[f"{namespace.prefix}_casework"][name].delete_many({})
    return Casework(runner, casework)
