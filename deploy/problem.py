"""What an operator is told when something cannot be set up: one sentence, and the command that cures it."""


class SetupError(Exception):
    """Shown as it stands, without a traceback; the exit status is 2 (`deploy/cli/errors.py`)."""

    def __init__(self, found: str, *, cure: str) -> None:
        super().__init__(f"{found} Cure: {cure}")
        self.found = found
        self.cure = cure
