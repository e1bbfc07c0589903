"""What was written to one customer, word for word, as the records hold it: for who hands it over to that customer."""

from collections.abc import Iterable
from typing import Any

from pydantic_core import from_json

from services.notification.store import CORRESPONDENCE
from shared.blanking import MASKED
from shared.contracts import OutboundNotice
from shared.record import republished
from shared.storage import Database, Document
from shared.views import Query


async def letters(database: Database, query: Query) -> Any:  # noqa: ANN401 - JSON
    """In the order in which they were sent. Of an erased customer none is left."""
    key = query.get("complaint_id", "")
    found = await database.collection(CORRESPONDENCE.name).one({"_id": key, "state": {"$exists": True}}, only={"handled": 1})
    if found is None:
        return None
    archived = await database.collection(CORRESPONDENCE.archive).find({"of": key})
    links = {one["sequence"]: one for one in (*archived, *found["handled"])}
    return list(_written(links[sequence] for sequence in sorted(links)))


def _written(links: Iterable[Document]) -> Iterable[Document]:
    for link in links:
        for event in republished(link):
            if event.type == OutboundNotice.key:
                yield {"at": link["at"], **shown(from_json(event.body))}


def shown(letter: Document) -> Document:
    """What ends by itself is a one-time code: who reads it here must not be able to say that the customer told it to them."""
    return letter | {"text": MASKED} if letter.get("expires_at") else letter


VIEWS = {"/letters": letters}
