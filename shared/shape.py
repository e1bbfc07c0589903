"""What may be seen of a body that could not be handled: its shape, and not one word of what it says."""

from collections.abc import Mapping, Sequence
from functools import cache

from pydantic_core import from_json

from shared import contracts
from shared.contracts import Message
from shared.inbox import names_in

LARGEST_BYTES = 1024 * 1024
DEPTH, NAMES, ITEMS = 6, 40, 3
UNKNOWN = "?"

Shape = str | dict[str, "Shape"] | list["Shape"]


def shape_of(body: bytes) -> Shape:
    """Kinds and lengths in place of values. A name that no contract knows was chosen by the sender, and stays out."""
    if len(body) > LARGEST_BYTES:
        return f"{len(body):,} bytes, not looked into"
    try:
        return _shape(from_json(body), DEPTH)
    except ValueError:
        return f"{len(body):,} bytes that are not JSON"


def _shape(value: object, depth: int) -> Shape:
    match value:
        case Mapping() | list() if depth == 0:
            return f"{len(value)} deeper"
        case Mapping():
            known = known_names()
            return {str(name) if name in known else UNKNOWN: _shape(one, depth - 1) for name, one in list(value.items())[:NAMES]}
        case list():
            return [*(_shape(one, depth - 1) for one in value[:ITEMS]), *_and_more(value)]
        case str():
            return f"text of {len(value)}"
        case _:
            return {bool: "yes or no", type(None): "nothing"}.get(type(value), "number")


def _and_more(items: Sequence[object]) -> list[Shape]:
    return [f"and {len(items) - ITEMS} more"] if len(items) > ITEMS else []


@cache
def known_names() -> frozenset[str]:
    """Of every field of every published contract."""
    published = [getattr(contracts, name) for name in contracts.__all__]
    messages = [one for one in published if isinstance(one, type) and issubclass(one, Message) and "key" in vars(one)]
    return frozenset[str]().union(*(names_in(one) for one in messages))
