"""docs/complaint.md as the models say it. After a change of a field: python -m tests.unit.docs.complaint_page"""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from services.intake.complaint import Complaint, Declined, Evidence, FollowUp, Redaction
from shared.contracts import Fact, Part, ReplyTo, Sender
from shared.contracts.complaint import SurveyReply
from shared.contracts.vocabulary import Category, Channel, FactKind, FactSource, Material, MessageKind, PersonalMark, Priority, Status

PAGE = Path(__file__).parents[3] / "docs" / "complaint.md"
MODELS: tuple[type[Part], ...] = (Complaint, FollowUp, Fact, Evidence, Redaction, Sender, ReplyTo, SurveyReply, Declined)
CLOSED_SETS = (Channel, MessageKind, Category, FactKind, FactSource, Material, Priority, Status)

HEAD = """# The normalised complaint

*For whoever reads a complaint. Written from `services/intake/complaint.py`; a test holds the two together.*

One schema for every channel; its JSON Schema is [schemas/complaint.json](schemas/complaint.json).
All text is redacted before it gets here.
Times are RFC 3339 with a zone, money is in minor units with an ISO 4217 code, positions count Unicode code points.
A field marked • tells who somebody is or what they said: it is in no log, and may be erased.
The terms are in [glossary.md](glossary.md).
"""


def page() -> str:
    return "\n".join([HEAD, *(line for model in MODELS for line in _section(model)), *_closed_sets()])


def _section(model: type[Part]) -> Iterator[str]:
    yield f"## {_title(model)}\n"
    yield f"{' '.join((model.__doc__ or '').split())}\n"
    yield "| field | type | | where it comes from, what it is |"
    yield "| --- | --- | --- | --- |"
    yield from (_row(name, field) for name, field in model.model_fields.items())
    yield ""


def _row(name: str, field: FieldInfo) -> str:
    personal = "•" if any(isinstance(mark, PersonalMark) for mark in field.metadata) else ""
    return f"| `{name}` | {_type(field.annotation)} | {personal} | {_origin(name, field).replace('|', '/')} |"


def _origin(name: str, field: FieldInfo) -> str:
    """Parts say what the complaint does not say already of the field of the same name."""
    same = Complaint.model_fields.get(name)
    return field.description or (same.description if same else None) or ""


def _closed_sets() -> Iterator[str]:
    yield "## closed sets\n"
    yield "| set | values |"
    yield "| --- | --- |"
    yield from (f"| {_words(one.__name__)} | {', '.join(f'`{value}`' for value in one)} |" for one in CLOSED_SETS)
    yield ""


def _type(annotation: Any) -> str:
    origin, of = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        inner = " or ".join(_type(one) for one in of if one is not type(None))
        return f"{inner}, optional" if type(None) in of else inner
    if origin is tuple:
        repeated = len(of) == 2 and of[1] is Ellipsis
        return f"list of {_type(of[0])}" if repeated else f"[{', '.join(_type(one) for one in of)}]"
    if hasattr(annotation, "__metadata__"):
        return _type(annotation.__origin__)
    if annotation in MODELS:
        return f"[{_title(annotation)}](#{_title(annotation).replace(' ', '-')})"
    return _name(annotation)


def _name(annotation: Any) -> str:
    annotation = getattr(annotation, "__supertype__", annotation)
    plain = {"str": "text", "int": "integer", "float": "number", "bool": "yes or no", "datetime": "time", "AwareDatetime": "time"}
    name = annotation.__name__
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return _words(name)
    return plain[name]


def _title(model: type[Part]) -> str:
    return _words(model.__name__)


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
