"""What casework says of codes, with defaults."""

from datetime import timedelta
from typing import Any

from shared.contracts import VerificationCodeIssued
from tests.builders.moments import REGISTERED_AT, a_complaint_id, number_of


def a_code_issued(**changes: Any) -> VerificationCodeIssued:
    complaint = a_complaint_id()
    defaults = {
        "complaint_id": complaint,
        "number": number_of(complaint),
        "code_id": f"{complaint}/1-20261122T020010",
        "account_id": "U1029384756",
        "email": "owner@example.com",
        "expires_at": REGISTERED_AT + timedelta(minutes=15),
        "issued_at": REGISTERED_AT,
    }
    return VerificationCodeIssued(**defaults | changes)
