"""Names that one aggregate only may own, decided by an insert: a conversation's thread, a complaint number. ADR-0003."""

from collections.abc import Sequence
from datetime import datetime

from shared.decision import Create, Lookup, Reaction
from shared.storage import Collection, insert
from shared.task import Task, failures_of


class Claims:
    def __init__(self, names: Collection) -> None:
        self._names = names

    async def step(self, tasks: Sequence[Task], at: datetime) -> list[Task]:
        """Grant or answer what the reactions ask now. Returns the tasks whose reaction changed and may ask again."""
        asking = [
            task for task in tasks if isinstance(task.reaction, Lookup) or (isinstance(task.reaction, Create) and task.reaction.claims)
        ]
        if not asking:
            return []
        owners = await self._claim(asking, at)
        owners |= await self._look_up([task.reaction.name for task in asking if isinstance(task.reaction, Lookup)])
        return [task for task in asking if self._answered(task, owners)]

    async def _claim(self, tasks: Sequence[Task], at: datetime) -> dict[str, str]:
        """Owner of every claimed name, the first who came."""
        wanted = [(claim.name, task.reaction.key) for task in tasks if isinstance(task.reaction, Create) for claim in task.reaction.claims]
        done = await self._names.write([insert({"_id": name, "owner": owner, "at": at}) for name, owner in wanted])
        mine = {name: owner for index, (name, owner) in enumerate(wanted) if index not in done.failed}
        return mine | await self._look_up([wanted[index][0] for index in done.failed if wanted[index][0] not in mine])

    async def _look_up(self, names: Sequence[str]) -> dict[str, str]:
        if not names:
            return {}
        return {one["_id"]: one["owner"] for one in await self._names.find({"_id": {"$in": list(names)}})}

    def _answered(self, task: Task, owners: dict[str, str]) -> bool:
        """Whether the reaction became another one."""
        asked = task.reaction
        with failures_of(task):
            task.reaction = _answer(asked, owners)
        return task.end is None and task.reaction is not asked


def _answer(reaction: Reaction | None, owners: dict[str, str]) -> Reaction | None:
    """The reaction that follows once the owners are known; the same one where all its claims were granted."""
    if isinstance(reaction, Lookup):
        return reaction.then(owners.get(reaction.name))
    if isinstance(reaction, Create):
        for claim in reaction.claims:
            if owners[claim.name] != reaction.key:
                return claim.taken(owners[claim.name])
    return reaction
