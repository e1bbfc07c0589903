"""Where casework keeps the lives of complaints, and what it shows of them."""

from typing import Any

from services.casework.learning.incidents import Incident
from services.casework.life import Life
from services.casework.records.aftermath import AppealState
from services.casework.records.remedy import RemedyState
from shared.aggregate import Aggregate
from shared.storage import Database, Document, Index
from shared.views import Query, limit_of

LIVES = Aggregate(
    "lives",
    Life,
    due=lambda life: life.next_due,
    indexes=(
        Index((("state.team", 1), ("state.status", 1), ("created_at", 1))),
        Index((("state.assignee", 1), ("created_at", 1)), where={"state.assignee": {"$type": "string"}}),
        Index((("state.remedies.state", 1), ("created_at", 1)), where={"state.remedies.state": RemedyState.PROPOSED}),
        Index((("state.appeals.state", 1), ("created_at", 1)), where={"state.appeals.state": AppealState.OPEN}),
        Index((("state.proposal.by", 1), ("created_at", 1)), where={"state.proposal.by": {"$type": "string"}}),
    ),
)
INCIDENTS = Aggregate("incidents", Incident, indexes=(Index((("state.state", 1), ("created_at", -1))),))
AGGREGATES = (LIVES, INCIDENTS)
MONEY = ("remedy_id", "kind", "amount", "currency", "state", "transaction_id", "payee")
REMEDIES_PAGE = 500
FILTERS = {
    "team": "state.team",
    "status": "state.status",
    "assignee": "state.assignee",
    "remedy": "state.remedies.state",
    "appeal": "state.appeals.state",
}
FOR_A_SECOND_PERSON: Document = {"state.proposal.by": {"$type": "string"}}
LINE = ("complaint_id", "number", "category", "priority", "team", "status", "assignee", "received_at", "revision")


async def life(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    found = await database.collection(LIVES.name).one({"_id": query.get("complaint_id", ""), "state": {"$exists": True}}, only={"state": 1})
    return found["state"] if found else None


async def worklist(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    """Who waits longest comes first. `review` asks for decisions that wait for a second person."""
    where: Document = {path: query[name] for name, path in FILTERS.items() if name in query}
    where |= FOR_A_SECOND_PERSON if "review" in query else {}
    only = {f"state.{name}": 1 for name in (*LINE, "appeals.state", "appeals.reviewer", "proposal.by", "proposal.decision")}
    oldest = [("created_at", 1)]
    found = await database.collection(LIVES.name).find(where or {"state": {"$exists": True}}, only=only, sort=oldest, limit=limit_of(query))
    return [_line(one["state"]) for one in found]


def _line(state: Document) -> Document:
    """With who reviews the open appeal, and who proposed what a second person must agree to."""
    open_appeal: Document = next((one for one in state.get("appeals", ()) if one["state"] == AppealState.OPEN), {})
    proposal = state.get("proposal") or {}
    waits = {"reviewer": open_appeal.get("reviewer"), "proposed_by": proposal.get("by"), "decision": proposal.get("decision")}
    return {name: state[name] for name in LINE if name in state} | waits


async def answer(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    """How a command ended: what was done, or the slug of the refusal. Nothing while it is under way."""
    of, command_id = INCIDENTS if "incident_id" in query else LIVES, query.get("command_id", "")
    key = query.get("incident_id", query.get("complaint_id", ""))
    found = await database.collection(of.name).one({"_id": key, "handled.id": command_id}, only={"handled.$": 1})
    record = found["handled"][0] if found else await database.collection(of.archive).one({"_id": f"{key}/{command_id}"})
    if record is None:
        return None
    ended, _, refusal = record["what"].partition("/")
    slug, _, needs = refusal.partition("/")
    done = None if slug else ended
    return {"command_id": command_id, "refused": slug or None, "needs": needs or None, "done": done, "at": record["at"]}


async def remedies(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    """Page by page, in the order of complaints: every remedy that has an amount, and under which name its payee is counted."""
    where = {"_id": {"$gt": query.get("after", "")}, "state.remedies.amount": {"$gt": 0}}
    limit = limit_of(query, REMEDIES_PAGE)
    found = await database.collection(LIVES.name).find(where, only={"state.remedies": 1}, sort=[("_id", 1)], limit=limit)
    shown = [{name: one.get(name) for name in MONEY} for document in found for one in document["state"]["remedies"] if one["amount"]]
    return {"remedies": shown, "next": found[-1]["_id"] if len(found) == limit else None}


VIEWS = {"/life": life, "/worklist": worklist, "/answer": answer, "/remedies": remedies}
