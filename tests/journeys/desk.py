"""What people of the company do with a complaint, and how it stands then."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from deploy.cli import wire
from shared.contracts import ApproveResolution, CaseworkCommand, ResolveComplaint, TakeComplaint
from shared.contracts.vocabulary import Outcome, Status, Verdict
from tests.house import eventually
from tests.journeys.customer import Complaint
from tests.journeys.town import Town

Life = dict[str, Any]
SECOND = "supervisor-2"


async def does(town: Town, by: str, contract: type[CaseworkCommand], complaint: Complaint, **fields: Any) -> Life:
    """Carried out when this returns; the complaint as it stands then."""
    refused = await _asked(town, by, contract, complaint, fields)
    assert refused is None, f"{by} may not {contract.key}: {refused}"
    return await life(town, complaint)


async def is_refused(town: Town, by: str, contract: type[CaseworkCommand], complaint: Complaint, **fields: Any) -> str:
    """The slug."""
    refused = await _asked(town, by, contract, complaint, fields)
    assert refused is not None, f"{by} could {contract.key}"
    return refused


async def life(town: Town, complaint: Complaint) -> Life:
    return await town.house.view("casework", "/life", complaint_id=complaint.complaint_id) or {}


async def stands(town: Town, complaint: Complaint, wanted: Callable[[Life], Any] | Status) -> Life:
    """The complaint's life once it is as wanted; what it does not have yet is not so."""
    is_so = (lambda seen: seen["status"] == wanted) if isinstance(wanted, Status) else wanted
    return await eventually(lambda: life(town, complaint), lambda seen: _is_so(is_so, seen))


async def clocks(town: Town, complaint: Complaint) -> dict[str, dict[str, Any]]:
    found = await town.house.view("sla_watchdog", "/clocks", complaint_id=complaint.complaint_id) or []
    return {one["kind"]: one for one in found}


async def ticking(town: Town, complaint: Complaint, wanted: Callable[[dict[str, dict[str, Any]]], Any]) -> dict[str, dict[str, Any]]:
    """The complaint's clocks once they are as wanted."""
    return await eventually(lambda: clocks(town, complaint), lambda seen: _is_so(wanted, seen))


async def taken(town: Town, complaint: Complaint) -> str:
    """By the first agent of its team, whose id is returned."""
    team = (await stands(town, complaint, Status.ROUTED))["team"]
    agent = f"{team.replace('_', '-')}-1"
    await does(town, agent, TakeComplaint, complaint)
    return agent


async def decided(town: Town, complaint: Complaint, by: str, decision: Verdict, text: str, **more: Any) -> Life:
    """Without money. What goes against the customer has a second person agree to it, who is not above any reviewer."""
    why = {"decision": decision, "outcome": Outcome.EXPLANATION, "reason": "looked into, and found so", "text": text, **more}
    held = await does(town, by, ResolveComplaint, complaint, **why)
    return held if held["status"] == Status.RESOLVED else await does(town, SECOND, ApproveResolution, complaint)


def _is_so(wanted: Callable[[Any], Any], seen: dict[str, Any]) -> bool:
    try:
        return bool(wanted(seen))
    except LookupError:
        return False


async def _asked(town: Town, by: str, contract: type[CaseworkCommand], complaint: Complaint, fields: dict[str, Any]) -> str | None:
    command_id = str(uuid4())
    command = contract.model_validate({"complaint_id": complaint.complaint_id, "by": by, **fields})
    await wire.say(town.settings, command, town.now(), command_id)
    asked = {"complaint_id": complaint.complaint_id, "command_id": command_id}
    answer = await eventually(lambda: town.house.view("casework", "/answer", **asked))
    refused: str | None = answer["refused"]
    return refused
