"""Asking the wallet's ledger: the question, the answer as evidence, what it says about the customer's facts, and silence."""

from dataclasses import replace
from datetime import datetime

from services.casework.commands.deed import Deed, Refused
from services.casework.commands.identity import confirmed_by_ledger
from services.casework.life import SYSTEM, Happening, Life, happened, settled
from services.casework.policies.organisation import WalletPatience
from services.casework.policies.rulebook import Rulebook
from services.casework.records.inquiry import Finding, Inquiry, InquiryState
from services.casework.records.material import MaterialState
from services.casework.steps import EVENTS
from shared.contracts import LedgerAnswered, LookUpLedger, LookUpTransaction, MaskedFact, Message, Transaction
from shared.contracts.vocabulary import FactKind, Status
from shared.decision import Decision

MASKED_WHOLE = "…"
"""Of a value that is too short to show a part of it."""


def look_up(held: Life, command: LookUpTransaction, rulebook: Rulebook, at: datetime) -> Deed:
    if any(one.wanted == command.wanted and one.state is InquiryState.ASKED for one in held.lookups):
        raise Refused("looked-up-already")
    lookup = Inquiry(f"{held.complaint_id}/{len(held.lookups) + 1}", command.wanted, command.by, at, at + rulebook.wallet.answer_within)
    return Deed(replace(held, lookups=(*held.lookups, lookup)), [_question(held, lookup)])


def hear_the_ledger(held: Life, event: LedgerAnswered, at: datetime) -> Decision[Life]:
    """The first answer is the evidence, also where we had given up on it; a repeat changes nothing."""
    lookup = next((one for one in held.lookups if one.lookup_id == event.lookup_id), None)
    if lookup is None:
        return Decision.unchanged(held, "never-asked")
    if lookup.state is InquiryState.ANSWERED:
        return Decision.unchanged(held, "answered-already")
    answered = replace(
        lookup,
        state=InquiryState.ANSWERED,
        answered_at=event.answered_at,
        transactions=event.transactions,
        findings=findings(held.facts, event.transactions),
    )
    life = confirmed_by_ledger(_with(held, answered))
    life = settled(life, life.known_materials, MaterialState.KNOWN, at)
    return Decision(happened(life, Happening(at, "ledger", "ledger-answered", _status(life))), what="ledger-answered")


def ask_again(held: Life, now: datetime, patience: WalletPatience) -> tuple[Life, list[Message]]:
    """What time does to a question that nobody answers: it is asked again, and after the last time we do without."""
    emit: list[Message] = []
    life, silent = held, 0
    for lookup in held.lookups if held.is_worked_on else ():
        if lookup.state is not InquiryState.ASKED or lookup.answer_by > now:
            continue
        if lookup.attempt < patience.attempts:
            again = replace(lookup, attempt=lookup.attempt + 1, answer_by=now + patience.answer_within)
            life = _with(life, again)
            emit.append(_question(held, again))
        else:
            life, silent = _with(life, replace(lookup, state=InquiryState.SILENT)), silent + 1
    if silent:
        life = happened(life, Happening(now, SYSTEM, "ledger-silent", _status(life), f"asked {patience.attempts} times"))
    return life, emit


def findings(facts: tuple[MaskedFact, ...], transactions: tuple[Transaction, ...]) -> tuple[Finding, ...]:
    """Field by field, where exactly one transaction is meant: does the ledger say what the customer says? Of two amounts one may be it."""
    if len(transactions) != 1:
        return ()
    said: dict[FactKind, bool] = {}
    for fact in facts:
        if (agrees := _agrees(fact, transactions[0])) is not None:
            said[fact.kind] = agrees or said.get(fact.kind, False)
    return tuple(Finding(kind, confirmed) for kind, confirmed in said.items())


def _agrees(fact: MaskedFact, transaction: Transaction) -> bool | None:
    """None where the ledger has nothing to compare with. Facts are masked: `…2345` is the end of an id, `L…` the start of a name."""
    match fact.kind:
        case FactKind.AMOUNT if fact.unit:
            return fact.value == transaction.amount and fact.unit == transaction.currency
        case FactKind.TRANSACTION_ID if str(fact.value) != MASKED_WHOLE:
            return transaction.transaction_id.endswith(str(fact.value).removeprefix("…"))
        case FactKind.ACCOUNT_ID if transaction.account_id and str(fact.value) != MASKED_WHOLE:
            return transaction.account_id.endswith(str(fact.value).removeprefix("…"))
        case FactKind.TRANSACTION_TIME:
            return _same_day(str(fact.value), transaction.at)
        case FactKind.COUNTERPARTY if transaction.counterparty and str(fact.value) != MASKED_WHOLE:
            return transaction.counterparty.startswith(str(fact.value).removesuffix("…"))
        case _:
            return None


def _same_day(said: str, at: datetime) -> bool | None:
    """In the zone in which the customer said it."""
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    there = at.astimezone(moment.tzinfo) if moment.tzinfo else at
    return there.date() == moment.date()


def _status(life: Life) -> Status:
    """The work goes on once nothing is waited for any more."""
    waits = {
        Status.WAITING_FOR_THIRD_PARTY: any(one.state is InquiryState.ASKED for one in life.lookups),
        Status.WAITING_FOR_CUSTOMER: bool(life.open_materials),
    }
    return life.status if waits.get(life.status) else EVENTS[LedgerAnswered][life.status]


def _with(held: Life, lookup: Inquiry) -> Life:
    return replace(held, lookups=tuple(lookup if one.lookup_id == lookup.lookup_id else one for one in held.lookups))


def _question(held: Life, lookup: Inquiry) -> LookUpLedger:
    return LookUpLedger(
        complaint_id=held.complaint_id,
        lookup_id=lookup.lookup_id,
        wanted=lookup.wanted,
        attempt=lookup.attempt,
        answer_by=lookup.answer_by,
    )
