"""Who sees what of a complaint: by role, behind dots until they say what for; and why a customer may not be erased yet."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from services.casework.commands.erasing import obstacles
from services.casework.life import Life
from services.casework.policies.organisation import Sight
from services.casework.policies.rulebook import Rulebook
from services.casework.steps import name_of
from services.casework.store import LINE, LIVES, life
from shared.blanking import MASKED, blanked
from shared.contracts import UnmaskComplaint
from shared.storage import Database, Document
from shared.views import BadQuery, Query, moment_of

UNMASKED_FOR = timedelta(minutes=15)
View = Callable[[Database, Query], Awaitable[Any]]


def views_with(rulebook: Rulebook) -> Mapping[str, View]:
    """Those that ask the rulebook."""

    async def seen(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
        if "as" not in query:
            return await life(database, query)
        held = await _life(database, query)
        return held and _shown(held, await _sight(held, query["as"], rulebook, database))

    async def sight(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
        held = await _life(database, query)
        return held and {"sight": await _sight(held, query.get("as", ""), rulebook, database)}

    async def erasable(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
        held, at = await _life(database, query), moment_of(query, "at") or await database.local_time()
        return held and _erasable(held, rulebook, at)

    return {"/life": seen, "/sight": sight, "/erasable": erasable}


async def _life(database: Database, query: Query) -> Life | None:
    where = {"_id": query.get("complaint_id", ""), "state": {"$exists": True}}
    found = await database.collection(LIVES.name).one(where, only={"state": 1, "schema": 1})
    return LIVES.load(found) if found else None


async def _sight(held: Life, agent: str, rulebook: Rulebook, database: Database) -> Sight:
    """Who said what for sees all for a while; casework has that on record."""
    person = rulebook.organisation.by_id.get(agent)
    if person is None:
        raise BadQuery(f"nobody called {agent[:40]!r} works here")
    since = await database.local_time() - UNMASKED_FOR
    said = any(one.by == agent and one.what == name_of(UnmaskComplaint) and one.at >= since for one in held.history)
    return Sight.CLEAR if said else rulebook.permissions.sees.get(person.role, Sight.STATES)


def _shown(held: Life, sight: Sight) -> Document:
    if sight is Sight.STATES:
        whole = LIVES.dump(held)
        return {name: whole[name] for name in LINE}
    return LIVES.dump(held if sight is Sight.CLEAR else blanked(held, MASKED))


def _erasable(held: Life, rulebook: Rulebook, at: datetime) -> Document:
    against = [{"why": one.why.slug, "until": one.until, "source": one.source} for one in obstacles(held, rulebook.retention, at)]
    return {"complaint_id": held.complaint_id, "regime": held.regime, "erased_at": held.erased_at, "against": against}
