"""What a wallet did to its accounts: each thing once under its key, and nothing that a later request has settled."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from shared.contracts import ExecuteAccountAction, Execution
from shared.contracts.wallet import OVERTAKEN


@dataclass(frozen=True, slots=True)
class Done:
    request: ExecuteAccountAction
    state: Execution
    reason: str | None = None


@dataclass
class Accounts:
    done: dict[str, Done] = field(default_factory=dict)
    """By the key of the request, in the order in which it was done."""

    def settled(self, request: ExecuteAccountAction, failure: str | None = None) -> Done:
        """How the first request under this key ended: a later one changes nothing."""
        if request.action_id not in self.done:
            reason = failure or (OVERTAKEN if self._newest(request.account_id) > request.requested_at else None)
            self.done[request.action_id] = Done(request, Execution.FAILED if reason else Execution.EXECUTED, reason)
        return self.done[request.action_id]

    def of(self, account_id: str) -> list[ExecuteAccountAction]:
        """What was done to it."""
        executed = [one.request for one in self.done.values() if one.state is Execution.EXECUTED]
        return [one for one in executed if one.account_id == account_id]

    def _newest(self, account_id: str) -> datetime:
        asked = [one.requested_at for one in self.of(account_id)]
        return max(asked) if asked else datetime.min.replace(tzinfo=UTC)
