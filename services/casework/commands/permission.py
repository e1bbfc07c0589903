"""Whether a command may be given: who may at all, whether it is theirs, and whether the complaint is where the command needs it."""

from services.casework.commands.deed import Refused
from services.casework.commands.recusal import is_recused
from services.casework.life import Life
from services.casework.policies.organisation import Person
from services.casework.policies.rulebook import Rulebook
from services.casework.steps import ASSIGNEES_ALONE, COMMANDS, name_of
from shared.contracts import CaseworkCommand


def allow(held: Life, command: CaseworkCommand, rulebook: Rulebook) -> None:
    """In this order. Raises `Refused`."""
    person = rulebook.organisation.by_id.get(command.by)
    if person is None:
        raise Refused("unknown-agent")
    if person.role not in rulebook.permissions.may[name_of(type(command))]:
        raise Refused("not-permitted")
    if is_recused(held, person.id):
        raise Refused("recused")
    if type(command) in ASSIGNEES_ALONE and not has_it(held, person):
        raise Refused("not-yours")
    if command.expects is not None and command.expects != held.revision:
        raise Refused("changed-meanwhile")
    if held.status not in COMMANDS[type(command)]:
        raise Refused("wrong-status")


def has_it(held: Life, person: Person) -> bool:
    """The complaint, or the review of it."""
    reviewer = held.open_appeal.reviewer if held.open_appeal else None
    return person.id in (held.assignee, reviewer) or person.stands_above_the_teams
