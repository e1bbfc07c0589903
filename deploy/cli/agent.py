"""Who gives a command: `--by`, or the name somebody is logged in with."""

import getpass
from typing import Annotated

import typer

By = Annotated[str | None, typer.Option("--by", metavar="AGENT", help="The agent's id; otherwise the name you are logged in with.")]


def named(given: str | None) -> str:
    try:
        return given or getpass.getuser()
    except (OSError, KeyError):
        return "operator"
