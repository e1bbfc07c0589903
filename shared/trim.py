"""Keeps documents small: records beyond the newest 16 move to `<aggregate>_handled`, off the hot path. No id is ever forgotten."""

from dataclasses import dataclass

from shared.aggregate import EMBEDDED_RECORDS, TRIM_ABOVE, AnyAggregate
from shared.chore import over_and_over
from shared.errors import DatabaseAway
from shared.storage import Database, Document, UpdateOne, insert

TRIM_EVERY_S = 5.0
AT_ONCE = 100


@dataclass(frozen=True)
class Trimmer:
    database: Database
    aggregate: AnyAggregate

    async def run(self) -> None:
        await over_and_over(self.trim, TRIM_EVERY_S)

    async def trim(self) -> int:
        """First into the archive, then out of the document: a crash in between leaves a record in both, never in neither."""
        documents = self.database.collection(self.aggregate.name)
        long = await documents.find({"embedded": {"$gt": TRIM_ABOVE}, "unpublished_since": {"$exists": False}}, limit=AT_ONCE)
        old = [
            {**link, "_id": f"{one['_id']}/{link['id']}", "of": one["_id"]} for one in long for link in one["handled"][:-EMBEDDED_RECORDS]
        ]
        archived = await self.database.collection(self.aggregate.archive).write([insert(one) for one in old])
        if archived.unexpected:
            raise DatabaseAway("the archive did not take every record")
        await documents.write([_cut(one) for one in long])
        return len(long)


def _cut(document: Document) -> UpdateOne:
    kept = document["handled"][-EMBEDDED_RECORDS:]
    return UpdateOne(
        {"_id": document["_id"], "version": document["version"]}, {"$set": {"handled": kept, "embedded": len(kept), "archived": True}}
    )
