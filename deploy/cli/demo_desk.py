"""The agents of the demonstration: they work on every complaint but one, which time then overtakes. They give commands, as any agent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deploy.cli import house_time, wire
from deploy.cli.demo_house import DemoHouse
from deploy.cli.demo_tables import Line
from deploy.problem import SetupError
from shared.contracts import (
    CaseworkCommand,
    CloseComplaint,
    ReplyToCustomer,
    RequestMaterial,
    ResolveComplaint,
    TakeComplaint,
)
from shared.contracts.vocabulary import Material, Outcome, Status, Verdict
from shared.envelope import Outgoing

FAR_ENOUGH_H = 30
"""A complaint whose resolution is due later than this misses one deadline only, the first response."""
SUPERVISORS, SUPERVISOR = "supervisors", "supervisor-1"
APP, BRITISH = "app-cn", "uk_emoney"
WHY = "the demonstration says so"
CAUSE = "app.account.unauthorised_use"


@dataclass(frozen=True, slots=True)
class Work:
    left: Line
    refunded: Line
    overturned: Line
    british: Line
    """These three are followed to their ends, after everything else (demo_lives.py)."""
    rounds: Sequence[Sequence[CaseworkCommand]]
    ends: Mapping[str, Status]
    """Complaint id → where it stands when all is done."""


async def work_on_all_but_one(house: DemoHouse, lines: list[Line]) -> Work:
    """All are taken and answered; those whose resolution is due soon are resolved and closed; one customer is asked for more."""
    now = await house_time.now(house.settings)
    work = planned(lines, now)
    url = wire.as_operator(house.settings)
    async with wire.channel_at(url, "redress demo") as channel:
        for commands in work.rounds:  # one after the other: nobody answers before they took it
            await wire.publish(channel, url, "redress", [outgoing(one) for one in commands], now)
    return work


def planned(lines: list[Line], now: datetime) -> Work:
    """A customer may have withdrawn a complaint before anybody took it."""
    waiting = [one for one in lines if one.life["status"] == Status.ROUTED]
    left = next((one for one in waiting if not _is_due_soon(one, now) and one.is_receipted), None)
    if left is None:
        raise SetupError("no complaint of the samples is fit to be left unanswered.", cure="see `redress list`.")
    taken = [one for one in waiting if one is not left]
    refunded, overturned, british = followed = _three(taken)
    soon = [one for one in taken if _is_due_soon(one, now) and one not in followed]
    asked_for = [one for one in taken if one not in soon and one not in followed and one.is_receipted][:1]
    rounds = [
        [asked(TakeComplaint, one) for one in taken],
        [asked(ReplyToCustomer, one) for one in taken],
        [asked(RequestMaterial, one, materials=(Material.SCREENSHOT,)) for one in asked_for],
        [asked(ResolveComplaint, one, decision=Verdict.UPHELD, outcome=Outcome.EXPLANATION, reason=WHY) for one in soon],
        [asked(CloseComplaint, one, root_cause=CAUSE) for one in soon],
    ]
    ends = {
        **{one.complaint_id: Status.IN_PROGRESS for one in taken},
        **{one.complaint_id: Status.WAITING_FOR_CUSTOMER for one in asked_for},
        **{one.complaint_id: Status.CLOSED for one in soon},
    }
    return Work(left, refunded, overturned, british, rounds, ends)


def _three(lines: Sequence[Line]) -> tuple[Line, Line, Line]:
    """Two who wrote in the app, where they can go on writing, and a British one."""
    in_app = [one for one in lines if one.complaint["adapter"] == APP]
    british = [one for one in lines if one.complaint["regime"] == BRITISH and one.is_receipted]
    if len(in_app) < len(("refunded", "overturned")) or not british:
        raise SetupError("the samples have no three complaints that can be followed to their ends.", cure="see `redress list`.")
    return in_app[0], in_app[1], british[0]


def _is_due_soon(line: Line, now: datetime) -> bool:
    return line.resolution_due is None or (line.resolution_due - now).total_seconds() < FAR_ENOUGH_H * 3_600


def asked(contract: type[CaseworkCommand], line: Line, **fields: Any) -> CaseworkCommand:  # noqa: ANN401 - the contract checks them
    """By the team's first agent: the organisation's file has one for each, named like `refunds-1`."""
    by = SUPERVISOR if line.team == SUPERVISORS else f"{line.team.replace('_', '-')}-1"
    return contract.model_validate({**fields, "complaint_id": line.complaint_id, "by": by})


def outgoing(command: CaseworkCommand) -> Outgoing:
    message_id = f"{command.subject_id}:{command.key}"
    return Outgoing(message_id, command.exchange, command.routing_key, command.key, command.encoded(), command.subject_id)
