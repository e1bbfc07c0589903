"""One sentence instead of a traceback, and the exit status that goes with it."""

import sys
from typing import Any

from typer.core import TyperGroup

from deploy.problem import SetupError
from shared.policy import BadPolicy

BAD_ANSWER = 1
"""The command worked, and its answer is bad: it does not add up, it differs, it is not ready."""

BAD_INPUT = 2
"""What was asked cannot be read, or nobody is there to answer."""


class BadInputError(Exception):
    """What the caller gave cannot be used; the sentence says what was found and what was expected."""


class Sentences(TyperGroup):
    """Commands raise; this says it."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - typer carries a click of its own, which has no public name
        try:
            return super().invoke(ctx)
        except (SetupError, BadInputError, BadPolicy) as error:
            print(f"redress: {error}", file=sys.stderr)
            sys.exit(BAD_INPUT)
