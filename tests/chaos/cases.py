"""Whose money is followed to its end, and where it lies."""

from dataclasses import dataclass

from shared.contracts import Transaction
from shared.contracts.vocabulary import ComplaintId
from tests.chaos.wallet import transaction

SHARED_EVERY = 8
"""Of the refunds, one in so many wants the money of a transaction that the one before wants as well."""


@dataclass(frozen=True, slots=True)
class Case:
    """`at_s` after the beginning."""

    complaint_id: ComplaintId
    name: str
    at_s: float
    transaction: Transaction


def transaction_of(position: int) -> Transaction:
    return transaction(position - 1 if position % SHARED_EVERY == SHARED_EVERY - 1 else position)
