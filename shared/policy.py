"""Policies are data: TOML files that ops may edit, checked against their type before a service starts."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

P = TypeVar("P")


class BadPolicy(ValueError):
    """The file and every place in it that is wrong, in one sentence."""


def load(path: Path, of: type[P], plural: Mapping[str, str] | None = None) -> P:
    """`plural` renames TOML's singular table names to the fields they fill. Unknown names are errors: a typo must not pass silently."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadPolicy(f"{path}: cannot be read: {error}") from None
    if both := [name for name in (plural or {}).values() if name in raw]:
        raise BadPolicy(f"{path}: {', '.join(both)}: unknown here, write the singular")
    data = {(plural or {}).get(name, name): value for name, value in raw.items()}
    try:
        return TypeAdapter(of).validate_python(data, extra="forbid")
    except ValidationError as error:
        places = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}, found {one['input']!r}" for one in error.errors())
        raise BadPolicy(f"{path}: {places}") from None
