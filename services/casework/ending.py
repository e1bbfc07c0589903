"""How a complaint comes to an end, is taken up again, and has to do with others."""

from dataclasses import replace
from datetime import datetime

from services.casework.deed import Deed, Refused
from services.casework.life import Life, Resolution
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
    if any(one.state in OWED for one in held.remedies):
        raise Refused("remedy-owed")
    if command.outcome is Outcome.MONETARY_RELIEF and not any(one.amount and one.state is RemedyState.DONE for one in held.remedies):
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


def reopen(held: Life, command: ReopenComplaint, _: Rulebook, __: datetime) -> Deed:
    return Deed(replace(held, root_cause=None, agreed=None), reason=command.reason)


def withdraw(held: Life, command: WithdrawComplaint, _: Rulebook, __: datetime) -> Deed:
    return Deed(held, reason=command.reason)


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


def merge(held: Life, command: MergeDuplicate, _: Rulebook, at: datetime) -> Deed:
    _another(held, command.into)
    if held.duplicates:
        raise Refused("has-duplicates-itself")
    return Deed(replace(held, merged_into=command.into), [_linked(held, command, command.into, LinkKind.MERGED, at)])


def _another(held: Life, other: ComplaintId) -> None:
    if other == held.complaint_id:
        raise Refused("same-complaint")


def _linked(held: Life, command: CaseworkCommand, other: ComplaintId, how: LinkKind, at: datetime) -> ComplaintsLinked:
    return ComplaintsLinked(complaint_id=held.complaint_id, other=other, how=how, by=command.by, linked_at=at)
