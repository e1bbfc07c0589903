"""Keeping an agent away from a complaint that is about them, at once and not only at an appeal."""

from dataclasses import replace
from datetime import datetime

from services.casework.commands.deed import Deed, Refused
from services.casework.life import Life
from services.casework.policies.organisation import Person, Role
from services.casework.policies.rulebook import Rulebook
from services.casework.records.aftermath import Appeal, AppealState
from services.casework.records.persons import Recusal
from services.casework.records.remedy import Remedy, RemedyState
from shared.contracts import RecuseAgent
from shared.contracts.vocabulary import AgentId

MAY_RECUSE_OTHERS = frozenset({Role.SENIOR_AGENT, Role.SUPERVISOR, Role.COMPLIANCE})
"""Anybody may say it of themselves."""


def recuse(held: Life, command: RecuseAgent, rulebook: Rulebook, at: datetime) -> Deed:
    """What they had goes back to the team, and their review to the reviewers; what they would have decided nobody need agree to."""
    if command.agent not in rulebook.organisation.by_id:
        raise Refused("unknown-colleague")
    if command.agent != command.by:
        _may_recuse(held, rulebook.organisation.by_id[command.by], rulebook.organisation.by_id[command.agent])
    if is_recused(held, command.agent):
        raise Refused("recused-already")
    recusal = Recusal(command.agent, command.by, at, command.reason)
    life = replace(
        held,
        recused=(*held.recused, recusal),
        remedies=tuple(_set_aside(one, at) if _proposes(one, command.agent) else one for one in held.remedies),
        assignee=None if held.assignee == command.agent else held.assignee,
        proposal=None if held.proposal and held.proposal.by == command.agent else held.proposal,
        appeals=tuple(replace(one, reviewer=None) if _reviews(one, command.agent) else one for one in held.appeals),
    )
    return Deed(life, reason=f"{command.agent}: {command.reason}")


def _may_recuse(held: Life, person: Person, other: Person) -> None:
    """A senior agent speaks for the own team only, and about nobody who stands above the teams or reviews."""
    if person.role not in MAY_RECUSE_OTHERS:
        raise Refused("not-permitted")
    of_the_team = person.team == held.team and other.team == held.team
    if not (person.stands_above_the_teams or of_the_team):
        raise Refused("another-teams")


def _proposes(remedy: Remedy, agent: AgentId) -> bool:
    return remedy.state is RemedyState.PROPOSED and remedy.proposed_by == agent


def _set_aside(remedy: Remedy, at: datetime) -> Remedy:
    return replace(remedy, state=RemedyState.REJECTED, why_not="recused", settled_at=at)


def _reviews(appeal: Appeal, agent: AgentId) -> bool:
    return appeal.state is AppealState.OPEN and appeal.reviewer == agent


def is_recused(held: Life, agent: AgentId) -> bool:
    return any(one.agent == agent for one in held.recused)
