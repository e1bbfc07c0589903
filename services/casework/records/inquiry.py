"""A question to the wallet's ledger, what it answered, and what that says about the customer's words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.contracts import Transaction, Wanted
from shared.contracts.vocabulary import AgentId, FactKind


class InquiryState(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Finding:
    """What the ledger says about something that the customer says."""

    kind: FactKind
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question to the wallet's ledger, and its answer as evidence. Several transactions are candidates of which a person chooses."""

    lookup_id: str
    wanted: Wanted
    by: AgentId
    asked_at: datetime
    answer_by: datetime
    attempt: int = 1
    state: InquiryState = InquiryState.ASKED
    answered_at: datetime | None = None
    transactions: tuple[Transaction, ...] = ()
    findings: tuple[Finding, ...] = ()

    def answers(self, kind: FactKind) -> bool:
        if len(self.transactions) != 1 or (kind is FactKind.COUNTERPARTY and not self.transactions[0].counterparty):
            return False
        return not any(one.kind is kind and not one.confirmed for one in self.findings)
