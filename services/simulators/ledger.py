"""What a ledger would find: the one transaction with the id, or those that fit time and amount."""

from collections.abc import Sequence
from datetime import timedelta

from shared.contracts import Transaction, Wanted

NEAR = timedelta(days=1)
MOST_CANDIDATES = 20


def found(ledger: Sequence[Transaction], wanted: Wanted) -> tuple[Transaction, ...]:
    """The nearest first. An id that nobody knows finds nothing, whatever else is said."""
    if wanted.transaction_id is not None:
        return tuple(one for one in ledger if one.transaction_id == wanted.transaction_id)
    fitting = [one for one in ledger if _fits(one, wanted)]
    return tuple(sorted(fitting, key=lambda one: (_away(one, wanted), one.transaction_id))[:MOST_CANDIDATES])


def _fits(one: Transaction, wanted: Wanted) -> bool:
    fits_amount = wanted.amount is None or (one.amount, one.currency) == (wanted.amount, wanted.currency)
    return fits_amount and _away(one, wanted) <= NEAR


def _away(one: Transaction, wanted: Wanted) -> timedelta:
    return abs(one.at - wanted.at) if wanted.at else timedelta()
