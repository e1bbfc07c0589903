"""Draws a complaint's life into docs/life-of-a-complaint.md, out of the state machine that casework obeys.

python -m deploy.life_drawing docs/life-of-a-complaint.md            write
python -m deploy.life_drawing --check docs/life-of-a-complaint.md    fail where the page differs from the code
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from services.casework.settings import CaseworkSettings
from services.casework.steps import ASSIGNEES_ALONE, COMMANDS, EVENTS, WITHDRAWAL, Way, name_of
from shared.contracts.vocabulary import Status
from shared.inbox import queue_name

BEGIN, END = "<!-- drawn: make schemas -->", "<!-- /drawn -->"
ALL = frozenset(Status)


def drawn() -> str:
    return "\n".join([BEGIN, "", "```mermaid", *_diagram(), "```", "", *_table(), "", END])


def _ways() -> Mapping[str, Way]:
    commands = {name_of(command): way for command, way in COMMANDS.items()}
    events = {f"({queue_name(event)})": way for event, way in EVENTS.items()}
    return {**commands, **events, "(customer withdraws)": WITHDRAWAL}


def _diagram() -> list[str]:
    """What moves a complaint from one status to another; what leaves it where it is stands in the table."""
    arrows: dict[tuple[Status, Status], list[str]] = defaultdict(list)
    for name, way in _ways().items():
        for before, after in way.items():
            if before is not after:
                arrows[before, after].append(name)
    return [
        "stateDiagram-v2",
        "  [*] --> registered",
        *(f"  {before} --> {after}: {', '.join(arrows[before, after])}" for before, after in sorted(arrows, key=_by_status)),
        "  closed --> [*]",
    ]


def _table() -> list[str]:
    may = CaseworkSettings().rulebook().permissions.may
    rows = [
        f"| `{name_of(command)}` | {_places(way)} | {_leads(way)} | {', '.join(sorted(may[name_of(command)]))} |"
        f" {'yes' if command in ASSIGNEES_ALONE else ''} |"
        for command, way in COMMANDS.items()
    ]
    return ["| command | where | leads to | who may | the assignee alone |", "| --- | --- | --- | --- | --- |", *rows]


def _places(way: Way) -> str:
    return "anywhere" if set(way) == ALL else ", ".join(one for one in Status if one in way)


def _leads(way: Way) -> str:
    return ", ".join(dict.fromkeys(after for before, after in way.items() if before is not after)) or "–"


def _by_status(arrow: tuple[Status, Status]) -> tuple[int, int]:
    order = list(Status)
    return order.index(arrow[0]), order.index(arrow[1])


def redrawn(page: str) -> str:
    before, _, rest = page.partition(BEGIN)
    return before + drawn() + rest.partition(END)[2]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.life_drawing", description="the life of a complaint, drawn from the code")
    parser.add_argument("page", type=Path)
    parser.add_argument("--check", action="store_true", help="fail where the page differs from the code")
    options = parser.parse_args(arguments)
    page = options.page.read_text(encoding="utf-8")
    if options.check and redrawn(page) != page:
        print(f"{options.page} is stale: run make schemas and review the difference", file=sys.stderr)
        return 1
    options.page.write_text(redrawn(page), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
