"""Many drafts, one bulk write, and who of them lost. MongoDB names failed inserts, but of conditional updates it gives only totals."""

from collections.abc import Sequence

from shared.draft import Draft, mark_of
from shared.storage import Collection

MARKS = {"handled.id": 1, "handled.replica": 1, "early.id": 1}


async def write(collection: Collection, drafts: Sequence[Draft]) -> list[Draft]:
    """Returns the drafts whose document another replica changed or made first."""
    writes = [(draft, one) for draft in drafts if (one := draft.write()) is not None]
    if not writes:
        return []
    done = await collection.write([one for _, one in writes])
    lost = [writes[index][0] for index in done.failed]
    conditional = [draft for index, (draft, _) in enumerate(writes) if index not in done.failed and not draft.inserts]
    if done.matched + done.upserted != len(conditional):
        lost += await _unmatched(collection, conditional)
    return lost


async def _unmatched(collection: Collection, drafts: Sequence[Draft]) -> list[Draft]:
    """Whose marks are in the document won. Versions cannot tell who."""
    found = await collection.find({"_id": {"$in": [one.key for one in drafts]}}, only=MARKS)
    marks = {one["_id"]: {mark_of(entry) for name in ("handled", "early") for entry in one.get(name, ())} for one in found}
    return [draft for draft in drafts if not draft.marks <= marks.get(draft.key, set())]
