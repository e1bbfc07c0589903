"""Somebody who gets customers their money back: looks the transaction up, proposes a refund, has it approved, until it is paid."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2

from shared.contracts import ApproveRemedy, CaseworkCommand, LookUpTransaction, ProposeRemedy, RejectRemedy, TakeComplaint
from shared.contracts.vocabulary import ComplaintId, RemedyKind, Status
from shared.contracts.wallet import NOTHING_LEFT
from shared.settings import HouseSettings, views_token
from tests.chaos.adapters import Adapters
from tests.chaos.cases import Case
from tests.chaos.crew import Crew
from tests.chaos.desk import SUPERVISOR, commanded

SECOND = "compliance-1"
LOOK_EVERY_S = 1.5
ANSWERS_WITHIN_S = 3.0
LOOKS_BEFORE_AGAIN = 15
"""So often the complaint is seen unchanged before a command is given anew. Both name the revision: at most one is carried out."""

Life = Mapping[str, Any]


def next_step(case: Case, life: Life) -> CaseworkCommand | None:
    """What is to be asked now; None where somebody else's word is waited for, or it is over."""
    told: dict[str, Any] = {"complaint_id": case.complaint_id, "expects": life["revision"], "by": SUPERVISOR}
    if life["status"] == Status.ROUTED:
        return TakeComplaint(**told)
    if life["status"] == Status.REGISTERED or is_over(life):
        return None
    if not any(one["transactions"] for one in life["lookups"]):
        asked = any(one["state"] == "asked" for one in life["lookups"])
        return None if asked else LookUpTransaction(**told, transaction_id=case.transaction.transaction_id)
    return _about_money(case, life, told)


def is_over(life: Life) -> bool:
    """Paid, or there is nothing left to be paid."""
    last = _last(life)
    return last["state"] == "done" or (last["state"], last["why_not"]) == ("rejected", NOTHING_LEFT)


def _about_money(case: Case, life: Life, told: dict[str, Any]) -> CaseworkCommand | None:
    match _last(life):
        case {"state": "none" | "rejected"}:
            amount, currency = case.transaction.amount, case.transaction.currency
            return ProposeRemedy(**told, kind=RemedyKind.REFUND, amount=amount, currency=currency, reason="debited and not paid out")
        case {"state": "proposed", "number": number}:
            return ApproveRemedy(**told | {"by": SECOND}, remedy=number)
        case {"state": "failed", "number": number, "why_not": why}:
            return RejectRemedy(**told, remedy=number, reason=why)
        case _:
            return None


def _last(life: Life) -> Mapping[str, Any]:
    return life["remedies"][-1] if life["remedies"] else {"state": "none", "why_not": None}


@dataclass
class Clerk:
    crew: Crew
    adapters: Adapters
    settings: HouseSettings
    cases: list[Case] = field(default_factory=list)
    over: set[ComplaintId] = field(default_factory=set)

    @property
    def unfinished(self) -> list[ComplaintId]:
        return [one.complaint_id for one in self.cases if one.complaint_id not in self.over]

    async def work(self, cases: Sequence[Case]) -> None:
        """Until each case is over."""
        self.cases += cases
        token = {"authorization": f"Bearer {views_token(self.settings.secret_key.get_secret_value())}"}
        async with httpx2.AsyncClient(timeout=ANSWERS_WITHIN_S, trust_env=False, headers=token) as client, asyncio.TaskGroup() as group:
            for case in cases:
                group.create_task(self._follow(client, case))

    async def _follow(self, client: httpx2.AsyncClient, case: Case) -> None:
        await asyncio.sleep(case.at_s)
        looks, seen = 0, 0
        while not is_over(life := await self._life(client, case)):
            looks, seen = (looks + 1 if life["revision"] == seen else 0), life["revision"]
            if (command := next_step(case, life)) and looks % LOOKS_BEFORE_AGAIN == 0:
                await self.adapters.deliver(commanded(command, f"{case.name}-{seen}-{looks}"))
            await asyncio.sleep(LOOK_EVERY_S)
        self.over.add(case.complaint_id)

    async def _life(self, client: httpx2.AsyncClient, case: Case) -> Life:
        """As any replica shows it that answers."""
        while True:
            process = random.choice(self.crew.of("casework"))
            try:
                answer = await client.get(f"{process.url}/life", params={"complaint_id": case.complaint_id})
            except httpx2.TransportError:
                answer = None
            if answer is not None and answer.status_code == httpx2.codes.OK and (life := answer.json()):
                return dict(life)
            await asyncio.sleep(LOOK_EVERY_S)
