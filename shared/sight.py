"""A state as a view shows it: as it is, or with dots where something personal stands. Who sees what, casework knows."""

from shared.aggregate import AnyAggregate
from shared.blanking import MASKED, blanked
from shared.storage import Document
from shared.views import Query

CLEAR = "clear"


def state_of(aggregate: AnyAggregate, document: Document, query: Query) -> Document:
    """`sight` in the query: anything but `clear` has dots. Without it the caller is a program that shows it to nobody."""
    if query.get("sight", CLEAR) == CLEAR:
        state: Document = document["state"]
        return state
    return aggregate.dump(blanked(aggregate.load(document), MASKED))
