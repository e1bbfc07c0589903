"""Which rules of the outside world hold for a complaint. Its team and its house clocks do not depend on them."""

from collections.abc import Sequence

from shared.adapters import AdapterEntry
from shared.contracts import Fact
from shared.contracts.vocabulary import Channel, FactKind, MessageKind, Regime

HOUSE: Regime = "house"
CONTENT = frozenset({MessageKind.ENQUIRY, MessageKind.SUGGESTION, MessageKind.PRAISE, MessageKind.THANKS})
"""What is said here is no complaint to a regulator, unless it comes from one or the customer threatens with one."""


def regime_of(kind: MessageKind, facts: Sequence[Fact], adapter: AdapterEntry) -> Regime:
    if kind in CONTENT and adapter.channel is not Channel.REFERRAL and not any(fact.kind is FactKind.THREAT for fact in facts):
        return HOUSE
    return adapter.regime
