"""Compensation that grows with each day on which a failed transaction's money is not back. Data: compensation.toml."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field

from services.casework.commands.deed import Refused
from services.casework.life import Life
from services.casework.records.remedy import COUNTS
from shared.contracts import ProposeRemedy, Transaction, TransactionState
from shared.contracts.vocabulary import Currency, Regime, RemedyKind

NOT_BACK = frozenset({TransactionState.FAILED, TransactionState.PENDING})


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("no zone of the IANA database")
    return name


@dataclass(frozen=True, slots=True)
class Daily:
    """What one regime has paid for a day."""

    regime: Regime
    per_day: Annotated[int, Field(gt=0)]
    currency: Currency
    after_days: Annotated[int, Field(ge=0)]
    zone: Annotated[str, AfterValidator(_known_zone)]
    source: str
    most: Annotated[int, Field(gt=0)] | None = None

    def days_late(self, transaction: Transaction, at: datetime) -> int:
        """Calendar days where the regime holds, the day of the transaction and the free ones apart."""
        zone = ZoneInfo(self.zone)
        return max((at.astimezone(zone).date() - transaction.at.astimezone(zone).date()).days - self.after_days, 0)

    def accrued(self, days: int) -> int:
        return min(days * self.per_day, self.most or days * self.per_day)


@dataclass(frozen=True, slots=True)
class Compensation:
    version: str
    daily: tuple[Daily, ...] = ()

    def of(self, regime: Regime, transaction: Transaction | None) -> Daily | None:
        """None where nobody counts by days, or the money is not missing."""
        if transaction is None or transaction.state not in NOT_BACK:
            return None
        return next((one for one in self.daily if (one.regime, one.currency) == (regime, transaction.currency)), None)


def reckoned(held: Life, command: ProposeRemedy, transaction: Transaction | None, policy: Compensation, at: datetime) -> ProposeRemedy:
    """A compensation without an amount gets that of the days so far, less what was given for the transaction, and says so."""
    daily = policy.of(held.regime, transaction) if command.kind is RemedyKind.COMPENSATION and command.amount is None else None
    if daily is None or transaction is None:
        return command
    days = daily.days_late(transaction, at)
    owed = daily.accrued(days) - _given(held, transaction)
    if owed <= 0:
        raise Refused("nothing-accrued")
    how = f"{days} days at {daily.per_day} minor units of {daily.currency} beyond T+{daily.after_days}, {daily.regime}@{policy.version}"
    return command.model_copy(update={"amount": owed, "currency": daily.currency, "reason": f"{command.reason} ({how})"})


def _given(held: Life, transaction: Transaction) -> int:
    given = [one for one in held.remedies if one.kind is RemedyKind.COMPENSATION and one.state in COUNTS]
    return sum(one.amount or 0 for one in given if (one.transaction_id, one.currency) == (transaction.transaction_id, transaction.currency))
