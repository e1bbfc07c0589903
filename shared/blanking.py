"""Takes out of a value what its marks call personal: for good when a customer is erased, behind dots for who may not see it."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from shared.contracts.vocabulary import PersonalMark

T = TypeVar("T")

ERASED = "[erased]"
"""Stands where something personal stood: a field that must not be empty is not, and whoever reads it knows why."""
MASKED = "•••"


def blanked(value: T, ink: str) -> T:
    """The same value; each field that is marked `Personal` says `ink` where it said anything. What is not marked stays."""
    found: Any = value
    if isinstance(found, BaseModel):
        found = found.model_copy(update=dict(_of_parts(found, ink)))
    elif is_dataclass(found) and not isinstance(found, type):
        found = replace(found, **dict(_of_parts(found, ink)))
    elif isinstance(found, tuple | list):
        found = type(found)(blanked(one, ink) for one in found)
    elif isinstance(found, dict):
        found = {name: blanked(one, ink) for name, one in found.items()}
    return found  # type: ignore[no-any-return] # the same type as it came


def said_in(value: object, place: str = "") -> Iterator[str]:
    """Where in it something personal stands, dotted; a place that holds several is named as often."""
    if isinstance(value, tuple | list):
        for one in value:
            yield from said_in(one, place)
    elif isinstance(value, BaseModel) or (is_dataclass(value) and not isinstance(value, type)):
        of: Any = type(value)
        for name, personal in marks_of(of).items():
            yield from _said(getattr(value, name), f"{place}.{name}".lstrip("."), personal=personal)


@cache
def marks_of(of: Any) -> Mapping[str, bool]:  # noqa: ANN401 - a model's or a dataclass's type
    """Field → whether it is marked."""
    if issubclass(of, BaseModel):
        return {name: any(isinstance(one, PersonalMark) for one in field.metadata) for name, field in of.model_fields.items()}
    hints = get_type_hints(of, include_extras=True)
    return {one.name: _is_marked(hints[one.name]) for one in fields(of)}


def _is_marked(hint: Any) -> bool:  # noqa: ANN401 - any annotation
    return get_origin(hint) is Annotated and any(isinstance(one, PersonalMark) for one in get_args(hint)[1:])


def _of_parts(value: object, ink: str) -> Iterator[tuple[str, Any]]:
    of: Any = type(value)
    for name, personal in marks_of(of).items():
        yield name, _gone(getattr(value, name), ink) if personal else blanked(getattr(value, name), ink)


def _gone(value: Any, ink: str) -> Any:  # noqa: ANN401 - any field
    """A marked part that has fields of its own keeps those that are not marked: where an answer goes to has a channel."""
    if isinstance(value, tuple | list):
        return type(value)(_gone(one, ink) for one in value)
    return ink if isinstance(value, str | int) and value != "" else blanked(value, ink)


def _said(value: object, place: str, *, personal: bool) -> Iterator[str]:
    if isinstance(value, tuple | list):
        for one in value:
            yield from _said(one, place, personal=personal)
    elif not isinstance(value, str | int):
        yield from said_in(value, place)
    elif personal and value not in ("", ERASED):
        yield place
