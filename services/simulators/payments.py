"""What a wallet paid: once under each key, and the list of it, which casework's books are compared with."""

from dataclasses import dataclass, field

from shared.contracts import ExecuteRemedy, Execution


@dataclass
class Payments:
    done: dict[str, tuple[ExecuteRemedy, Execution]] = field(default_factory=dict)

    def settled(self, request: ExecuteRemedy, state: Execution) -> Execution:
        """How the first request under this key ended: a later one changes nothing."""
        return self.done.setdefault(request.remedy_id, (request, state))[1]

    def statement(self) -> list[dict[str, str | int | None]]:
        """One line for each payment that was executed, as `redress balance --money` reads it."""
        paid = (request for request, state in self.done.values() if state is Execution.EXECUTED and request.amount)
        return [{"remedy_id": one.remedy_id, "amount": one.amount, "currency": one.currency} for one in paid]
