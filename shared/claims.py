"""Names that one aggregate only may own, decided by an insert: a conversation's thread, a complaint number. ADR-0003."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from shared.decision import Create, Lookup, Owned, Reaction, Recall
from shared.errors import DatabaseAway
from shared.storage import Collection, Written, insert
from shared.task import Task, failures_of

NOBODY = ""
ANSWER = "answer/"
"""Names of answers that were given begin so."""


class Claims:
    def __init__(self, names: Collection) -> None:
        self._names = names

    async def step(self, tasks: Sequence[Task], at: datetime) -> list[Task]:
        """Grant or answer what the reactions ask now. Returns the tasks whose reaction changed and may ask again."""
        asking = [task for task in tasks if _asks(task.reaction)]
        if not asking:
            return []
        owners = await self._claim(asking, at) | await self._answers(asking, at)
        owned = await self._recalled(asking)
        return [task for task in asking if self._answered(task, owners, owned)]

    async def _claim(self, tasks: Sequence[Task], at: datetime) -> dict[str, str]:
        """Owner of every claimed name, the first who came."""
        wanted = [(claim, task.reaction.key) for task in tasks if isinstance(task.reaction, Create) for claim in task.reaction.claims]
        done = await self._names.write([insert({"_id": claim.name, "owner": owner, "at": claim.at or at}) for claim, owner in wanted])
        _all_known(done)
        mine = {claim.name: owner for index, (claim, owner) in enumerate(wanted) if index not in done.failed}
        return mine | await self._look_up([wanted[index][0].name for index in done.failed if wanted[index][0].name not in mine])

    async def _answers(self, tasks: Sequence[Task], at: datetime) -> dict[str, str]:
        """The first answer a message gets is kept: delivered again, it is not led elsewhere by what came in between."""
        asked = {_answer_name(task.cause.id, task.reaction.name): task.reaction.name for task in tasks if isinstance(task.reaction, Lookup)}
        found = await self._look_up(list(asked.values()))
        given = {name: found.get(whom, NOBODY) for name, whom in asked.items()}
        done = await self._names.write([insert({"_id": name, "owner": owner, "at": at}) for name, owner in given.items()])
        _all_known(done)
        return given | await self._look_up([list(given)[index] for index in done.failed])

    async def _recalled(self, tasks: Sequence[Task]) -> dict[str, Owned]:
        names = [name for task in tasks if isinstance(task.reaction, Recall) for name in task.reaction.names]
        found = await self._names.find({"_id": {"$in": names}}) if names else []
        return {one["_id"]: Owned(one["owner"], one["at"]) for one in found}

    async def _look_up(self, names: Sequence[str]) -> dict[str, str]:
        if not names:
            return {}
        return {one["_id"]: one["owner"] for one in await self._names.find({"_id": {"$in": list(names)}})}

    def _answered(self, task: Task, owners: dict[str, str], owned: dict[str, Owned]) -> bool:
        """Whether the reaction became another one."""
        asked = task.reaction
        with failures_of(task):
            if isinstance(asked, Recall):
                task.reaction = asked.then({name: owned[name] for name in asked.names if name in owned})
            else:
                task.reaction = _answer(asked, task.cause.id, owners)
        return task.end is None and task.reaction is not asked


def _asks(reaction: Reaction | None) -> bool:
    return isinstance(reaction, Lookup | Recall) or (isinstance(reaction, Create) and bool(reaction.claims))


def _all_known(done: Written) -> None:
    """A name that was not taken for another reason is nobody's yet: what is not kept must not be believed."""
    if done.unexpected:
        raise DatabaseAway(f"claims were not written: {sorted(set(done.unexpected.values()))}")


def _answer_name(cause_id: str, asked: str) -> str:
    """A source's own message id may be an address: it stays out."""
    return f"{ANSWER}{sha256(f'{cause_id} {asked}'.encode()).hexdigest()[:40]}"


def _answer(reaction: Reaction | None, cause_id: str, owners: dict[str, str]) -> Reaction | None:
    """The reaction that follows once the owners are known; the same one where all its claims were granted."""
    if isinstance(reaction, Lookup):
        return reaction.then(owners[_answer_name(cause_id, reaction.name)] or None)
    if isinstance(reaction, Create):
        for claim in reaction.claims:
            if owners[claim.name] != reaction.key:
                return claim.taken(owners[claim.name])
        return reaction.granted() if reaction.granted else reaction
    return reaction
