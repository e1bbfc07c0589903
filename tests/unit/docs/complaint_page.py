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

KINDS_HEAD = """## kinds

What a message is for.
A message is read as a new one, unless it gives a complaint number or answers a message of ours.
Where it turns out to belong to a complaint, it is read once more as a later one.
Rules decide, over Chinese and English words; a doubtful later message is a `follow_up`, which people read.
What is denied, asked, put under a condition or said of others (*don't close my case*, 商家要求我撤诉) withdraws and appeals nothing.
What an outside body writes is a complaint or a follow-up, whatever its words.
An answer to the survey is short, and begins with a yes or no, or says that it is solved or not.
A mark out of five follows, or has its unit (`5分`, `5/5`).
`redress understand` shows both readings.

| kind | a new message | a later message |
| --- | --- | --- |"""
NEVER = "–"
KINDS = {
    MessageKind.COMPLAINT: ("dissatisfaction, or nothing else; also 不满意 by itself", NEVER),
    MessageKind.ENQUIRY: ("a question, and nothing wrong", NEVER),
    MessageKind.SUGGESTION: ("建议…, *please add …*", NEVER),
    MessageKind.PRAISE: ("非常满意, *great service*", NEVER),
    MessageKind.FOLLOW_UP: (NEVER, "everything else: a question, news, a bare yes or no"),
    MessageKind.CHASER: (
        "催一下, *chasing this*, in at most 200 signs",
        "怎么还没人处理, 尽快处理, *still no reply*; or it counts the days waited",
    ),
    MessageKind.PROGRESS: (NEVER, "进度如何, 有结果了吗, *what is the status*, *what happens next*"),
    MessageKind.MATERIAL: (NEVER, "a file; 截图见附件, *here is the receipt*; hardly more than a transaction number or a version"),
    MessageKind.APPEAL: (
        "申请复核, 二次投诉, *I want to appeal*",
        "these, and 不满意, 不服, 凭什么驳回, *not acceptable*, *please reconsider*",
    ),
    MessageKind.WITHDRAWAL: ("撤销投诉, *withdraw my complaint*", "these, and 不追究了, 不用处理了, *close my case*"),
    MessageKind.SURVEY_ANSWER: (NEVER, "是 5; 否,3分,希望快一点; *1. yes 2. 4 3. faster*; *solved, 5/5*; 没有解决"),
    MessageKind.THANKS: (
        "thanks, and nothing else",
        "thanks, 收到, *noted*; with 解决了 or *got my money back* the event says `survey.solved`",
    ),
    MessageKind.AUTOMATIC: ("the mail's headers or its subject", "the same"),
    MessageKind.BOUNCE: ("the mail's parts", "the same"),
    MessageKind.FEEDBACK_REPORT: ("the mail's parts", "the same"),
    MessageKind.NEWSLETTER: ("the mail's headers", "the same"),
    MessageKind.REFUSED: ("nothing to read", "the same"),
}


def page() -> str:
    return "\n".join([HEAD, *(line for model in MODELS for line in _section(model)), *_kinds(), *_closed_sets()])


def _kinds() -> Iterator[str]:
    yield KINDS_HEAD
    yield from (f"| `{kind}` | {new} | {later} |" for kind, (new, later) in ((kind, KINDS[kind]) for kind in MessageKind))
    yield ""


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
