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


def published_before(directory: Path, revision: str) -> Mapping[str, str]:
    """The schemas as git knows them at `revision`; where there is no git, the files as they lie."""
    listed = _git(directory, "ls-tree", "--name-only", revision, "./")
    if listed is None:
        return {file.name: file.read_text(encoding="utf-8") for file in sorted(directory.glob("*.json"))}
    names = [name for name in listed.splitlines() if name.endswith(".json")]
    return {name: _git(directory, "show", f"{revision}:./{name}") or "" for name in names}


def breaks(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """One sentence for each breaking change between two sets of schemas, by file name."""
    found = []
    for name in sorted(before):
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
    kept = {path for path, _ in _places(new, new)}
    return [path for path in dict.fromkeys(path for path, _ in _places(old, old)) if path not in kept]


def _places(place: Document, root: Document, path: str = "") -> Iterator[tuple[str, Document]]:
    """Every value that a message may hold, with the path of its field and what the schema says of it."""
    if "$ref" in place:
        yield from _places(root["$defs"][place["$ref"].rpartition("/")[2]], root, path)
        return
    yield path, place
    for name, field in place.get("properties", {}).items():
        yield from _places(field, root, f"{path}.{name}".strip("."))
    # Beside fields of its own, `anyOf` only says which of them belong together.
    choices = () if "properties" in place else place.get("anyOf", ())
    for one in [*choices, *place.get("prefixItems", ()), place.get("items"), place.get("additionalProperties")]:
        if isinstance(one, dict):
            yield from _places(one, root, path)


def _refused(*, writer: Document, reader: Document) -> list[str]:
    """The fields in which the writer goes beyond the reader; the whole, where no single field is to blame."""
    forms = [f"`{path}` has another form (format, pattern, or which fields it must have one of)" for path in _unlike(writer, reader)]
    if _fits(writer, reader):
        return forms
    names = [name for name in reader["properties"] if not _fits(_only(writer, name), _only(reader, name))]
    return forms + [f"`{name}` {_why(writer, reader, name)}" for name in names] or ["the message as a whole"]


def _unlike(writer: Document, reader: Document) -> list[str]:
    """Where formats, patterns or demands such as "at least one of these" differ: not every version of the library can compare them."""
    written = {path for path, _ in _places(writer, writer)}
    return sorted({path for path, _ in _forms(reader) - _forms(writer) if path in written})


def _forms(schema: Document) -> set[tuple[str, str]]:
    return {(path, form) for path, place in _places(schema, schema) for form in _form(place)}


def _form(place: Document) -> list[str]:
    demanded = [json.dumps(place["anyOf"], sort_keys=True)] if "properties" in place and "anyOf" in place else []
    return [*(place[kind] for kind in ("format", "pattern") if kind in place), *demanded]


def _fits(writer: Document, reader: Document) -> bool:
    return jsoncompat.check_compat(_plain(reader, {}), _plain(writer, {"additionalProperties": False}), "serializer")


def _plain(schema: Document, also: Document) -> str:
    """Without its own address, by which the library would resolve references, and with the same said of every object in it."""
    return json.dumps(_objects({name: one for name, one in schema.items() if name not in ("$id", "$schema")}, also))


def _only(schema: Document, name: str) -> Document:
    kept = {one: field for one, field in schema["properties"].items() if one == name}
    return schema | {"properties": kept, "required": [one for one in schema.get("required", ()) if one == name]}


def _why(writer: Document, reader: Document, name: str) -> str:
    if name in reader.get("required", ()) and name not in writer.get("required", ()):
        return "is required by the reader and may be left out by the writer"
    return "may hold what the reader refuses (type, set of values, limits or a field inside)"


def _objects(place: Any, also: Document) -> Any:  # noqa: ANN401  (any JSON)
    if isinstance(place, list):
        return [_objects(one, also) for one in place]
    if not isinstance(place, dict):
        return place
    inner = {name: _objects(one, also) for name, one in place.items()}
    if place.get("type") != "object" or "properties" not in place:
        return inner
    return {name: one for name, one in inner.items() if name != "anyOf"} | also


def _git(directory: Path, *arguments: str) -> str | None:
    """Nothing where git, the repository or the revision is not there."""
    try:
        done = subprocess.run(["git", "-C", str(directory), *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
