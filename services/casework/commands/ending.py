"""How a complaint comes to an end, is taken up again, and has to do with others."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from services.casework.commands.deed import Deed, Refused
from services.casework.commands.handling import may_work_on
from services.casework.life import Life, Resolution, let_go, taken_up_again
from services.casework.policies.organisation import Role
from services.casework.policies.regimes import RegimeRules
from services.casework.policies.rulebook import Rulebook
from services.casework.records.aftermath import Proposal
from services.casework.records.remedy import OWED, Remedy, RemedyState
from shared.contracts import (
    ApproveResolution,
    CaseworkCommand,
    CloseComplaint,
    ComplaintResolved,
    ComplaintsLinked,
    LinkComplaints,
    MergeDuplicate,
    RejectResolution,
    RemedyTold,
    ReopenComplaint,
    ResolveComplaint,
    UnlinkComplaints,
    WithdrawComplaint,
)
from shared.contracts.vocabulary import AgentId, ComplaintId, LinkKind, Outcome


def resolve(held: Life, command: ResolveComplaint, rulebook: Rulebook, at: datetime) -> Deed:
    """What the regime wants a second person to agree to waits for one; the customer hears nothing of it before."""
    proposal = Proposal(command.decision, command.outcome, command.reason, command.by, at, command.text, command.points)
    _ready_for(held, proposal)
    if rulebook.regimes.of(held.regime).second_person.get(command.decision):
        return Deed(replace(held, proposal=proposal), reason=f"{command.decision}, waits for a second person", stays=True)
    return _resolved(held, proposal, rulebook.regimes.of(held.regime), at)


def approve(held: Life, command: ApproveResolution, rulebook: Rulebook, at: datetime) -> Deed:
    proposal = _proposal(held, command, rulebook)
    if proposal.by == command.by:
        raise Refused("own-proposal")
    _ready_for(held, proposal)
    return _resolved(held, proposal, rulebook.regimes.of(held.regime), at, approved_by=command.by)


def reject(held: Life, command: RejectResolution, rulebook: Rulebook, _: datetime) -> Deed:
    _proposal(held, command, rulebook)
    return Deed(replace(held, proposal=None), reason=command.reason)


def close(held: Life, command: CloseComplaint, rulebook: Rulebook, _: datetime) -> Deed:
    if command.root_cause not in rulebook.root_causes.codes:
        raise Refused("unknown-root-cause")
    life = replace(held, root_cause=command.root_cause, agreed=command.agreed)
    return Deed(life, reason="agreed" if command.agreed else None)


def reopen(held: Life, command: ReopenComplaint, rulebook: Rulebook, _: datetime) -> Deed:
    """While a review is under way, the reviewer has the last word."""
    _their_teams(held, command, rulebook)
    if held.open_appeal:
        raise Refused("appeal-open")
    return Deed(taken_up_again(held), reason=command.reason)


def withdraw(held: Life, command: WithdrawComplaint, rulebook: Rulebook, at: datetime) -> Deed:
    """A payment that is under way goes on: the wallet has it."""
    _their_teams(held, command, rulebook)
    return Deed(let_go(held, at, "withdrawn"), reason=command.reason)


def link(held: Life, command: LinkComplaints, _: Rulebook, at: datetime) -> Deed:
    _another(held, command.other)
    if command.other in held.linked:
        raise Refused("linked-already")
    heard = {**held.links_heard, command.other: at}
    life = replace(held, linked=tuple(sorted((*held.linked, command.other))), links_heard=heard)
    return Deed(life, [_linked(held, command, command.other, LinkKind.LINKED, at)])


def unlink(held: Life, command: UnlinkComplaints, _: Rulebook, at: datetime) -> Deed:
    if command.other not in held.linked:
        raise Refused("not-linked")
    heard = {**held.links_heard, command.other: at}
    life = replace(held, linked=tuple(one for one in held.linked if one != command.other), links_heard=heard)
    return Deed(life, [_linked(held, command, command.other, LinkKind.UNLINKED, at)])


def merge(held: Life, command: MergeDuplicate, rulebook: Rulebook, at: datetime) -> Deed:
    _their_teams(held, command, rulebook)
    _another(held, command.into)
    nothing_owed(held)
    if held.duplicates:
        raise Refused("has-duplicates-itself")
    life = replace(let_go(held, at, "merged"), merged_into=command.into)
    return Deed(life, [_linked(held, command, command.into, LinkKind.MERGED, at)])


def told(remedies: Iterable[Remedy]) -> tuple[RemedyTold, ...]:
    """As a letter may say it."""
    return tuple(RemedyTold(kind=one.kind, amount=one.amount, currency=one.currency) for one in remedies)


def _proposal(held: Life, command: CaseworkCommand, rulebook: Rulebook) -> Proposal:
    if held.proposal is None:
        raise Refused("nothing-proposed")
    person, rules = rulebook.organisation.by_id[command.by], rulebook.regimes.of(held.regime)
    if person.role not in rules.second_person.get(held.proposal.decision, frozenset()):
        raise Refused("another-role-decides")
    if person.role is not Role.INTERNAL_OMBUDSMAN and not may_work_on(held, person):
        raise Refused("another-teams")
    return held.proposal


def _ready_for(held: Life, proposal: Proposal) -> None:
    if held.open_materials:
        raise Refused("material-open")
    nothing_owed(held)
    if proposal.outcome is Outcome.MONETARY_RELIEF and not any(one.amount for one in _done_in_this_round(held)):
        raise Refused("nothing-paid")


def _resolved(held: Life, proposal: Proposal, regime: RegimeRules, at: datetime, *, approved_by: AgentId | None = None) -> Deed:
    resolution = Resolution(proposal.decision, proposal.outcome, proposal.reason, proposal.by, at, approved_by)
    resolved = ComplaintResolved(
        complaint_id=held.complaint_id,
        by=proposal.by,
        outcome=proposal.outcome,
        decision=proposal.decision,
        text=proposal.text,
        regime=held.regime,
        points=proposal.points,
        remedies=told(_done_in_this_round(held)),
        appeal_until=regime.appeal_until(at),
        outside_body=regime.outside_body,
        resolved_at=at,
    )
    life = replace(held, proposal=None, resolutions=(*held.resolutions, resolution))
    return Deed(life, [resolved], reason=proposal.reason)


def _their_teams(held: Life, command: CaseworkCommand, rulebook: Rulebook) -> None:
    if not may_work_on(held, rulebook.organisation.by_id[command.by]):
        raise Refused("another-teams")


def nothing_owed(held: Life) -> None:
    if any(one.state in OWED for one in held.remedies):
        raise Refused("remedy-owed")


def _done_in_this_round(held: Life) -> tuple[Remedy, ...]:
    """Since the last decision: a complaint that was taken up again needs a payment of its own."""
    since = held.resolutions[-1].at if held.resolutions else None
    done = (one for one in held.remedies if one.state is RemedyState.DONE and one.appeal is None)
    return tuple(one for one in done if since is None or (one.settled_at is not None and one.settled_at > since))


def _another(held: Life, other: ComplaintId) -> None:
    if other == held.complaint_id:
        raise Refused("same-complaint")


def _linked(held: Life, command: CaseworkCommand, other: ComplaintId, how: LinkKind, at: datetime) -> ComplaintsLinked:
    return ComplaintsLinked(complaint_id=held.complaint_id, other=other, how=how, by=command.by, linked_at=at)
