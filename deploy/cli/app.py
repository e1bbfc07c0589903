"""The command `redress`, put together from its groups."""

import typer

from deploy.cli import (
    audit,
    backup,
    balance,
    clock,
    complaint_commands,
    complaints,
    contracts,
    dead,
    demo,
    incidents,
    ingest,
    letter,
    listing,
    privacy,
    reconcile,
    report,
    running,
    simulate,
    topology,
    understand,
    worklist,
)
from deploy.cli.errors import Sentences

HELP = """Complaint handling for a digital wallet.

Exit status: 0 fine; 1 the answer is bad (it does not add up, differs, is not ready); 2 bad input, or nobody answers.
"""

app = typer.Typer(cls=Sentences, help=HELP, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
for flat in (running, demo, ingest, complaints, listing, worklist, report, balance, reconcile, backup, understand, simulate, privacy):
    app.registered_commands += flat.app.registered_commands
app.add_typer(complaint_commands.app, name="complaint")
app.add_typer(incidents.app, name="incident")
app.add_typer(letter.app, name="letter")
app.add_typer(dead.app, name="dead")
app.add_typer(audit.app, name="audit")
app.add_typer(topology.app, name="topology")
app.add_typer(contracts.app, name="contracts")
app.add_typer(clock.app, name="clock")
