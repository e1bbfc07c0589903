"""letter: for people who write templates. Nothing is sent, nothing needs to run. A template with a fault raises `BadPolicy`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli import output
from deploy.cli.errors import BadInputError
from shared.contracts.vocabulary import Verdict

if TYPE_CHECKING:
    from services.notification.phrasebook import Phrasebook

app = typer.Typer(help="Check the templates of letters, and read what they make.", no_args_is_help=True)
Folder = Annotated[Path | None, typer.Argument(metavar="[FOLDER]", help="The templates; those of the product where none is named.")]


@app.command(epilog="Example: redress letter check my-templates")
def check(folder: Folder = None) -> None:
    """Write every letter of every regime and language with sample values, and say what is lacking."""
    book = _phrasebook(folder)
    output.say(f"nothing is lacking: {len(book.tongues)} languages, {len(book.regimes)} regimes")


@app.command(epilog="Example: redress letter show uk_emoney outcome en --decision rejected")
def show(
    regime: Annotated[str, typer.Argument(help="house, uk_emoney, …")],
    letter: Annotated[str, typer.Argument(help="outcome, holding_reply, appeal_receipt, …")],
    language: Annotated[str, typer.Argument(help="en, zh-Hans or zh-Hant.")],
    *,
    decision: Annotated[Verdict, typer.Option(help="What the letter tells of.")] = Verdict.PARTLY_UPHELD,
    templates: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Other templates than the product's.")] = None,
) -> None:
    """Print a letter as a customer would read it, with sample values."""
    from services.notification.phrasebook import LETTERS  # noqa: PLC0415
    from services.notification.required import sample  # noqa: PLC0415

    book = _phrasebook(templates)
    for what, found, known in (("regime", regime, book.regimes), ("letter", letter, LETTERS), ("language", language, [*book.tongues])):
        if found not in known:
            raise BadInputError(f"no {what} {found!r}; there are {', '.join(known)}")
    print(sample(letter, regime, decision, book.tongues[language]))


def _phrasebook(folder: Path | None) -> "Phrasebook":
    # Templates and their libraries are slow to load, and no other command needs them.
    from services.notification.phrasebook import PROMISES, TEMPLATES  # noqa: PLC0415
    from services.notification.required import checked_phrasebook  # noqa: PLC0415

    return checked_phrasebook(PROMISES, folder or TEMPLATES)
