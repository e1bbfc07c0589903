"""Three whole lives for the demonstration: refunded and rated; rejected, appealed and overturned; the British way to a final response.

Each is a list of acts. An act is what somebody does, and what the complaint looks like when it is done.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from deploy.cli.demo_desk import SUPERVISOR, asked
from deploy.cli.demo_tables import Line
from deploy.cli.views import Document
from shared.contracts import (
    ApproveRemedy,
    ApproveResolution,
    CaseworkCommand,
    DecideAppeal,
    ExtendDeadline,
    LookUpTransaction,
    Point,
    ProposeRemedy,
    ResolveComplaint,
    TakeAppeal,
    Transaction,
)
from shared.contracts.vocabulary import AppealDecision, ClockKind, Outcome, RemedyKind, Status, Verdict

Life = Document  # as casework's view shows it
REVIEWER = "reviewer-1"
FOR_THE_TROUBLE = 2_000
"""Minor units of the transaction's currency."""


@dataclass(frozen=True, slots=True)
class Says:
    """What the customer writes, on their own channel."""

    words: str


@dataclass(frozen=True, slots=True)
class Act:
    what: CaseworkCommand | Says
    done: Callable[[Life], bool]


def refunded(line: Line, transaction: Transaction) -> Iterator[Act]:
    """The ledger confirms, the money moves, the customer hears, and says how it was."""
    why = "the payment failed and was debited"
    yield _looked_up(line, transaction)
    refund = {"kind": RemedyKind.REFUND, "amount": transaction.amount, "currency": transaction.currency, "reason": why}
    yield from _paid(asked(ProposeRemedy, line, **refund))
    upheld = {"decision": Verdict.UPHELD, "outcome": Outcome.MONETARY_RELIEF, "reason": why, "text": "我们查到了这笔付款,已经退还给您。"}
    yield Act(asked(ResolveComplaint, line, **upheld), _stands(Status.RESOLVED))
    yield Act(Says(f"{line.number} 是,5分"), lambda life: bool(life["surveys"]))


def overturned(line: Line, transaction: Transaction) -> Iterator[Act]:
    """Rejected with a second person's agreement; the customer appeals; somebody who took no part sees it otherwise."""
    rejected = {
        "decision": Verdict.REJECTED,
        "outcome": Outcome.EXPLANATION,
        "reason": "the fee stands in the terms",
        "text": "这笔费用在服务条款中有说明。",
    }
    yield Act(asked(ResolveComplaint, line, **rejected), lambda life: bool(life["proposal"]))
    senior = f"{line.team.replace('_', '-')}-senior"
    yield Act(_by(senior, asked(ApproveResolution, line)), _stands(Status.RESOLVED))
    yield Act(Says(f"对投诉 {line.number} 的处理结果不满意,我要二次投诉。"), lambda life: bool(life["appeals"]))
    yield Act(_by(REVIEWER, asked(TakeAppeal, line)), lambda life: life["appeals"][-1]["reviewer"] == REVIEWER)
    yield _looked_up(line, transaction, REVIEWER)
    trouble = {"kind": RemedyKind.COMPENSATION, "amount": FOR_THE_TROUBLE, "currency": transaction.currency, "reason": "never shown"}
    yield from _paid(_by(REVIEWER, asked(ProposeRemedy, line, **trouble)))
    ruling = {
        "ruling": AppealDecision.OVERTURN,
        "decision": Verdict.UPHELD,
        "outcome": Outcome.MONETARY_RELIEF,
        "reason": "the app never showed the fee",
        "text": "经复核,付款时页面没有显示这笔费用,我们改变了原来的决定。",
    }
    yield Act(_by(REVIEWER, asked(DecideAppeal, line, **ruling)), lambda life: life["appeals"][-1]["state"] == "decided")


def final_response(line: Line, now: datetime) -> Iterator[Act]:
    """British e-money: a holding reply that says why and until when, and a final response that names the Ombudsman."""
    longer = {"clock": ClockKind.FINAL_RESPONSE, "due_at": now + timedelta(days=30), "reason": "The merchant's bank has not answered yet."}
    yield Act(_by(SUPERVISOR, asked(ExtendDeadline, line, **longer)), lambda life: life["history"][-1]["what"] == "extend-deadline")
    answered = {
        "decision": Verdict.UPHELD,
        "outcome": Outcome.EXPLANATION,
        "reason": "the merchant's bank was late",
        "text": "The merchant's bank has confirmed what you wrote.",
        "points": (Point(about="The payment", answer="It has arrived by now; the bank had held it back."),),
    }
    yield Act(asked(ResolveComplaint, line, **answered), _stands(Status.RESOLVED))


def _looked_up(line: Line, transaction: Transaction, by: str | None = None) -> Act:
    command = asked(LookUpTransaction, line, transaction_id=transaction.transaction_id)
    return Act(_by(by, command) if by else command, lambda life: life["lookups"][-1]["state"] == "answered")


def _paid(proposal: CaseworkCommand) -> Iterator[Act]:
    yield Act(proposal, lambda life: bool(life["remedies"]))
    # Refused where the money is on its way already, because the ledger bears the customer out.
    approval = ApproveRemedy(complaint_id=proposal.complaint_id, by=SUPERVISOR, remedy=1)
    yield Act(approval, lambda life: life["remedies"][-1]["state"] == "done")


def _stands(status: Status) -> Callable[[Life], bool]:
    return lambda life: life["status"] == status


def _by(agent: str, what: CaseworkCommand) -> CaseworkCommand:
    return what.model_copy(update={"by": agent})
