"""What casework shows of incidents: which there are, and the complaints of one."""

from typing import Any

from services.casework.store import INCIDENTS, LIVES
from shared.storage import Database, Document
from shared.views import Query, limit_of

LINE = ("incident_id", "state", "likeness", "shown", "category", "since", "told", "decided_by")
COMPLAINT = ("complaint_id", "number", "category", "status", "team", "assignee", "received_at")


async def incidents(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    """Newest first. One alone is no incident: it is only counted."""
    where: Document = {"state.complaints.1": {"$exists": True}} | ({"state.state": query["state"]} if "state" in query else {})
    only: Document = {f"state.{name}": 1 for name in (*LINE, "complaints")}
    found = await database.collection(INCIDENTS.name).find(where, only=only, sort=[("created_at", -1)], limit=limit_of(query))
    return [{name: one["state"][name] for name in LINE} | {"complaints": len(one["state"]["complaints"])} for one in found]


async def incident(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    """With its complaints, the newest ones first, as they stand."""
    where = {"_id": query.get("incident_id", ""), "state": {"$exists": True}}
    found = await database.collection(INCIDENTS.name).one(where, only={"state": 1})
    if found is None:
        return None
    state, newest = found["state"], found["state"]["complaints"][: -limit_of(query) - 1 : -1]
    lives = await database.collection(LIVES.name).find({"_id": {"$in": newest}}, only={f"state.{name}": 1 for name in COMPLAINT})
    of = {one["_id"]: one["state"] for one in lives if "state" in one}
    concerned = [{name: of[one].get(name) for name in COMPLAINT} for one in newest if one in of]
    return {**state, "complaints": len(state["complaints"]), "concerned": concerned}


VIEWS = {"/incidents": incidents, "/incident": incident}
