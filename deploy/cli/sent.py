"""The adapters' own list of what the broker confirmed to them, against what intake knows: the witness that stands outside."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from deploy.cli import views
from deploy.cli.errors import BadInputError

AT_ONCE = 200
L = TypeVar("L", bound=BaseModel)


class Confirmed(BaseModel):
    """One line of the file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    adapter: str
    source_id: str
    confirmed_at: AwareDatetime


@dataclass(frozen=True, slots=True)
class Compared:
    sent: int
    """Distinct messages; an adapter may send one twice."""
    missing: list[views.Document]


def compare(reader: views.Views, file: Path) -> Compared:
    """A page at a time, however large the file is. Raises `BadInputError` with the line that cannot be read."""
    from services.intake.identity import complaint_id_of  # noqa: PLC0415 - only this command needs intake

    seen: set[str] = set()
    missing: list[views.Document] = []
    lines = lines_of(file, Confirmed)
    while page := list(islice(lines, AT_ONCE)):
        ids = {complaint_id_of(one.adapter, one.source_id): one for one in page}
        fresh = [one for one in ids if one not in seen]
        seen.update(fresh)
        unknown = reader.one("intake", "unknown", ids=",".join(fresh)) if fresh else None
        missing += [ids[one].model_dump(mode="json") for one in (unknown or {}).get("ids", ())]
    return Compared(len(seen), missing)


def lines_of(file: Path, of: type[L]) -> Iterator[L]:
    """One JSON object a line. Raises `BadInputError` with the line that cannot be read; what stands in it is not repeated."""
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield of.model_validate_json(line)
                except ValidationError:
                    wanted = ", ".join(f'"{name}"' for name in of.model_fields)
                    raise BadInputError(f"{file.name}, line {number}: expected {{{wanted}}}, found something else") from None
