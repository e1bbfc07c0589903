"""Each promise that the state machine asks for can be broken, and is found then: a check that cannot fail is a defect."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from services.simulators.wallet import SimulatorSettings
from shared.contracts import ExecuteRemedy
from shared.storage import Document
from tests.builders import a_complaint_id
from tests.contract.casework.promises import broken

LEDGER = SimulatorSettings().ledger()
COMPLAINT = a_complaint_id()


def a_line(revision: int, what: str, by: str, status: str = "in_progress", reason: str = "") -> Document:
    return {"revision": revision, "what": what, "by": by, "status": status, "reason": reason, "at": revision}


A_REMEDY: Document = {
    "number": 1,
    "remedy_id": f"{COMPLAINT}/1",
    "kind": "refund",
    "amount": LEDGER[0].amount,
    "transaction_id": LEDGER[0].transaction_id,
    "state": "done",
    "proposed_by": "supervisor-1",
    "decided_by": "compliance-1",
}
AN_END: Document = {"decision": "upheld", "outcome": "closed", "reason": "debited twice", "by": "supervisor-1"}
A_LIFE: Document = {
    "status": "resolved",
    "revision": 6,
    "history": [
        a_line(1, "registered", "system", "registered"),
        a_line(2, "take", "supervisor-1"),
        a_line(3, "propose-remedy", "supervisor-1", reason="1: refund"),
        a_line(4, "approve-remedy", "compliance-1", reason="1: refund"),
        a_line(5, "resolve", "supervisor-1", "resolved"),
        a_line(6, "appeal", "supervisor-1", "resolved"),
    ],
    "materials": [],
    "remedies": [A_REMEDY],
    "resolutions": [AN_END],
    "appeals": [{"number": 1, "state": "decided", "reviewer": "reviewer-1", "opened_at": 6}],
}


def a_request(**changes: Any) -> ExecuteRemedy:
    told = {"complaint_id": COMPLAINT, "remedy_id": f"{COMPLAINT}/1", "kind": "refund", "account_id": "U1", "attempt": 1}
    return ExecuteRemedy.model_validate({**told, "amount": 100, "currency": "CNY", **changes})


def found(change: Callable[[Document], object], *requests: ExecuteRemedy) -> list[str]:
    life = deepcopy(A_LIFE)
    change(life)
    return broken(life, requests or [a_request(), a_request(attempt=2)], LEDGER)


def test_of_a_life_in_which_all_went_well_nothing_is_said():
    assert found(lambda _: None) == []


@pytest.mark.parametrize(
    ("said", "change"),
    [
        ("a change without a line", lambda life: life.update(revision=7)),
        ("a change without a line", lambda life: life["history"].pop(1)),
        ("the status is not", lambda life: life["history"][-1].update(status="closed")),
        ("nobody did it", lambda life: life["history"][0].update(by="")),
        ("resolved without decision", lambda life: life.update(resolutions=[{**AN_END, "decision": None}])),
        ("resolved without outcome", lambda life: life.update(resolutions=[{**AN_END, "outcome": None}])),
        ("resolved without decision", lambda life: life.update(resolutions=[])),
        ("still open", lambda life: life["materials"].append({"material": "screenshot", "state": "open"})),
        ("who took part", lambda life: life["appeals"][0].update(reviewer="compliance-1")),
        ("twice", lambda life: life["remedies"].append(A_REMEDY)),
        ("2 remedies of 1 proposals", lambda life: life["remedies"].append({**A_REMEDY, "remedy_id": "other", "state": "failed"})),
        ("nobody approved it", lambda life: life["remedies"][0].update(decided_by=None)),
        ("who proposed it", lambda life: life["history"][3].update(by="supervisor-1")),
        ("of the 12800", lambda life: life["remedies"][0].update(amount=LEDGER[0].amount + 1)),
    ],
)
def test_a_broken_promise_is_named(said: str, change: Callable[[Document], object]):
    assert any(said in one for one in found(change)), found(change)


def test_two_sums_under_one_key_are_named():
    assert any("as two things" in one for one in found(lambda _: None, a_request(), a_request(amount=200)))
