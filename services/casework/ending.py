"""How a complaint comes to an end, is taken up again, and has to do with others."""

from dataclasses import replace
from datetime import datetime

from services.casework.deed import Deed, Refused
from services.casework.handling import may_work_on
from services.casework.life import Life, Resolution, let_go, taken_up_again
from services.casework.remedy import OWED, RemedyState
from services.casework.rulebook import Rulebook
from shared.contracts import (
    CaseworkCommand,
    CloseComplaint,
    ComplaintResolved,
    ComplaintsLinked,
    LinkComplaints,
    MergeDuplicate,
    ReopenComplaint,
    ResolveComplaint,
    UnlinkComplaints,
    WithdrawComplaint,
)
from shared.contracts.vocabulary import ComplaintId, LinkKind, Outcome


def resolve(held: Life, command: ResolveComplaint, _: Rulebook, at: datetime) -> Deed:
    if held.open_materials:
        raise Refused("material-open")
    _nothing_owed(held)
    if command.outcome is Outcome.MONETARY_RELIEF and not _paid_in_this_round(held):
        raise Refused("nothing-paid")
    resolution = Resolution(command.decision, command.outcome, command.reason, command.by, at)
    resolved = ComplaintResolved(
        complaint_id=held.complaint_id,
        by=command.by,
        outcome=command.outcome,
        decision=command.decision,
        text=command.text,
        resolved_at=at,
    )
    return Deed(replace(held, resolutions=(*held.resolutions, resolution)), [resolved], reason=command.reason)


def close(held: Life, command: CloseComplaint, rulebook: Rulebook, _: datetime) -> Deed:
    if command.root_cause not in rulebook.root_causes.codes:
        raise Refused("unknown-root-cause")
    life = replace(held, root_cause=command.root_cause, agreed=command.agreed)
    return Deed(life, reason="agreed" if command.agreed else None)


def reopen(held: Life, command: ReopenComplaint, rulebook: Rulebook, _: datetime) -> Deed:
    _their_teams(held, command, rulebook)
    return Deed(taken_up_again(held), reason=command.reason)


def withdraw(held: Life, command: WithdrawComplaint, rulebook: Rulebook, at: datetime) -> Deed:
    """A payment that is under way goes on: the wallet has it."""
    _their_teams(held, command, rulebook)
    return Deed(let_go(held, at, "withdrawn"), reason=command.reason)


def link(held: Life, command: LinkComplaints, _: Rulebook, at: datetime) -> Deed:
    _another(held, command.other)
    if command.other in held.linked:
        raise Refused("linked-already")
    life = replace(held, linked=tuple(sorted((*held.linked, command.other))))
    return Deed(life, [_linked(held, command, command.other, LinkKind.LINKED, at)])


def unlink(held: Life, command: UnlinkComplaints, _: Rulebook, at: datetime) -> Deed:
    if command.other not in held.linked:
        raise Refused("not-linked")
    life = replace(held, linked=tuple(one for one in held.linked if one != command.other))
    return Deed(life, [_linked(held, command, command.other, LinkKind.UNLINKED, at)])


def merge(held: Life, command: MergeDuplicate, rulebook: Rulebook, at: datetime) -> Deed:
    _their_teams(held, command, rulebook)
    _another(held, command.into)
    _nothing_owed(held)
    if held.duplicates:
        raise Refused("has-duplicates-itself")
    life = replace(let_go(held, at, "merged"), merged_into=command.into)
    return Deed(life, [_linked(held, command, command.into, LinkKind.MERGED, at)])


def _their_teams(held: Life, command: CaseworkCommand, rulebook: Rulebook) -> None:
    if not may_work_on(held, rulebook.organisation.by_id[command.by]):
        raise Refused("another-teams")


def _nothing_owed(held: Life) -> None:
    if any(one.state in OWED for one in held.remedies):
        raise Refused("remedy-owed")


def _paid_in_this_round(held: Life) -> bool:
    """A complaint that was taken up again needs a payment of its own."""
    since = held.resolutions[-1].at if held.resolutions else None
    paid = (one for one in held.remedies if one.amount and one.state is RemedyState.DONE)
    return any(since is None or (one.settled_at is not None and one.settled_at > since) for one in paid)


def _another(held: Life, other: ComplaintId) -> None:
    if other == held.complaint_id:
        raise Refused("same-complaint")


def _linked(held: Life, command: CaseworkCommand, other: ComplaintId, how: LinkKind, at: datetime) -> ComplaintsLinked:
    return ComplaintsLinked(complaint_id=held.complaint_id, other=other, how=how, by=command.by, linked_at=at)
