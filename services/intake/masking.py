"""What other services may know of a fact: enough to recognise it, too little to misuse it."""

from collections.abc import Sequence

from shared.contracts import Fact, MaskedFact
from shared.contracts.vocabulary import FactKind

SAID_AS_IT_IS = {
    FactKind.TRANSACTION_TIME,
    FactKind.AMOUNT,
    FactKind.ERROR_CODE,
    FactKind.DEVICE_MODEL,
    FactKind.APP_VERSION,
    FactKind.DESIRED_OUTCOME,
    FactKind.WAITED_DAYS,
}
LAST_FOUR = {FactKind.TRANSACTION_ID, FactKind.ACCOUNT_PHONE, FactKind.ACCOUNT_ID}
SIGNALS = (FactKind.THREAT, FactKind.VULNERABILITY, FactKind.EARLIER_CONTACT)


def masked(facts: Sequence[Fact]) -> tuple[MaskedFact, ...]:
    """Words of the customer (error texts, threats, vulnerabilities) do not travel at all; signals tell that they exist."""
    return tuple(MaskedFact(kind=one.kind, value=shown, unit=one.unit) for one in facts if (shown := _shown(one)) is not None)


def signals(facts: Sequence[Fact]) -> tuple[FactKind, ...]:
    found = {one.kind for one in facts}
    return tuple(kind for kind in SIGNALS if kind in found)


def _shown(fact: Fact) -> str | int | None:
    if fact.kind in SAID_AS_IT_IS:
        return fact.value
    text = str(fact.value)
    if fact.kind in LAST_FOUR:
        return "…" + text[-4:] if len(text) > 4 else "…"
    if fact.kind is FactKind.ACCOUNT_EMAIL:
        return text[:1] + "…@" + text.rpartition("@")[2]
    if fact.kind is FactKind.COUNTERPARTY:
        return text[:1] + "…"
    return None
