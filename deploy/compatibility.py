"""Whether an older reader can still read what is written now, and we what older writers sent.

A writer writes only fields it knows (its schema is closed), a reader ignores fields it does not know (its schema is open).
A change is harmless when everything the closed schema allows is allowed by the open one.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsoncompat

from shared.contracts import INBOUND, OUTBOUND

Document = dict[str, Any]
"""A JSON Schema, as `deploy/message_schemas.py` writes it."""

FORMATS = {"date-time": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}.*$"}
"""A format is only a remark to JSON Schema; as a pattern it counts, so that a time does not quietly become any text."""


def published_before(directory: Path, revision: str) -> Mapping[str, str]:
    """The schemas as git knows them at `revision`; where there is no git, the files as they lie."""
    listed = _git(directory, "ls-tree", "--name-only", revision, "./")
    if listed is None:
        return {file.name: file.read_text(encoding="utf-8") for file in sorted(directory.glob("*.json"))}
    names = [name for name in listed.splitlines() if name.endswith(".json")]
    return {name: _git(directory, "show", f"{revision}:./{name}") or "" for name in names}


def breaks(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """One sentence for each breaking change; AsyncAPI documents follow from the schemas and are left out."""
    found = []
    for name in sorted(one for one in before if "/" not in one):
        if name in now:
            found += [f"{name}: {one}" for one in changes(json.loads(before[name]), json.loads(now[name]))]
        else:
            found.append(f"{name}: the contract is gone, and with it whoever still sends or reads it")
    return found


def changes(old: Document, new: Document) -> list[str]:
    """What breaks between two versions of one schema. Adapters only write inbound messages and only read outbound ones."""
    exchange = old.get("x-redress-exchange")
    found = [f"`{path}` is gone: nobody fills it any more, and older readers miss it" for path in _lost(old, new)]
    found += [f"`{key}` changed from {old.get(key)!r} to {new.get(key)!r}" for key in _addressing(old) if old.get(key) != new.get(key)]
    if exchange != INBOUND:
        found += [f"older readers cannot take what is written now: {place}" for place in _refused(writer=new, reader=old)]
    if exchange != OUTBOUND:
        found += [f"what older writers sent cannot be read any more: {place}" for place in _refused(writer=old, reader=new)]
    return found


def _addressing(old: Document) -> list[str]:
    return [key for key in old if key.startswith("x-redress-")]


def _lost(old: Document, new: Document) -> list[str]:
    """Even an optional field stays: a renamed one is one that vanished and another that came."""
    kept = set(_fields(new, new, ()))
    return [path for path in dict.fromkeys(_fields(old, old, ())) if path not in kept]


def _fields(place: Any, root: Document, above: tuple[str, ...]) -> Iterator[str]:  # noqa: ANN401  (any JSON)
    if isinstance(place, list):
        for one in place:
            yield from _fields(one, root, above)
    if not isinstance(place, dict):
        return
    if "$ref" in place:
        yield from _fields(root["$defs"][place["$ref"].rpartition("/")[2]], root, above)
    for name, field in place.get("properties", {}).items():
        yield ".".join((*above, name))
        yield from _fields(field, root, (*above, name))
    for keyword in ("items", "prefixItems", "anyOf", "additionalProperties"):
        yield from _fields(place.get(keyword), root, above)


def _refused(*, writer: Document, reader: Document) -> list[str]:
    """The fields in which the writer goes beyond the reader; the whole, where no single field is to blame."""
    if _fits(writer, reader):
        return []
    names = [name for name in reader["properties"] if not _fits(_only(writer, name), _only(reader, name))]
    return [f"`{name}` {_why(writer, reader, name)}" for name in names] or ["the message as a whole"]


def _fits(writer: Document, reader: Document) -> bool:
    return jsoncompat.check_compat(json.dumps(_strict(reader)), json.dumps(_closed(_strict(writer))), "serializer")


def _only(schema: Document, name: str) -> Document:
    kept = {one: field for one, field in schema["properties"].items() if one == name}
    return schema | {"properties": kept, "required": [one for one in schema.get("required", ()) if one == name]}


def _why(writer: Document, reader: Document, name: str) -> str:
    if name in reader.get("required", ()) and name not in writer.get("required", ()):
        return "is required by the reader and may be left out by the writer"
    return "may hold what the reader refuses (type, set of values, limits or a field inside)"


def _closed(place: Any) -> Any:  # noqa: ANN401  (any JSON)
    return _walk(place, lambda one: one | {"additionalProperties": False} if "properties" in one and one.get("type") == "object" else one)


def _strict(place: Any) -> Any:  # noqa: ANN401  (any JSON)
    return _walk(place, lambda one: one | {"pattern": FORMATS[one["format"]]} if one.get("format") in FORMATS else one)


def _walk(place: Any, change: Any) -> Any:  # noqa: ANN401  (any JSON)
    if isinstance(place, list):
        return [_walk(one, change) for one in place]
    if not isinstance(place, dict):
        return place
    return change({name: _walk(one, change) for name, one in place.items()})


def _git(directory: Path, *arguments: str) -> str | None:
    """Nothing where git, the repository or the revision is not there."""
    try:
        done = subprocess.run(["git", "-C", str(directory), *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
