"""What the customer says of a resolution: kept once for each, and an appeal is offered where the trouble is not solved."""

from dataclasses import replace
from datetime import datetime

from services.casework.commands.deed import Deed, Refused
from services.casework.life import Life
from services.casework.policies.regimes import Regimes
from services.casework.policies.rulebook import Rulebook
from services.casework.records.aftermath import Survey
from shared.contracts import RecordSurvey, SurveyAnswered


def record(held: Life, command: RecordSurvey, rulebook: Rulebook, at: datetime) -> Deed:
    said = Survey(len(held.resolutions), at, command.by, command.solved, command.attitude, command.suggestion)
    deed = answered(held, said, rulebook.regimes)
    if deed.life == held:
        raise Refused("answered-already")
    return deed


def answered(held: Life, said: Survey, regimes: Regimes) -> Deed:
    """The first word to each question counts."""
    before = next((one for one in held.surveys if one.of == said.of), None)
    one = _together(before, said) if before else said
    if one == before or not held.resolutions:
        return Deed(held)
    life = replace(held, surveys=(*(other for other in held.surveys if other.of != said.of), one))
    until = _appeal_until(held, said.at, regimes) if one.solved is False else None
    event = SurveyAnswered(
        complaint_id=held.complaint_id,
        number=held.number,
        solved=one.solved,
        attitude=one.attitude,
        appeal_until=until,
        by=said.by,
        answered_at=said.at,
    )
    return Deed(life, [event], reason=_in_short(one))


def _together(before: Survey, said: Survey) -> Survey:
    return replace(
        before,
        solved=said.solved if before.solved is None else before.solved,
        attitude=said.attitude if before.attitude is None else before.attitude,
        suggestion=before.suggestion or said.suggestion,
    )


def _appeal_until(held: Life, at: datetime, regimes: Regimes) -> datetime | None:
    regime, decided_at = regimes.of(held.regime), held.resolutions[-1].at
    still = regime.may_still_appeal(decided_at, at) and not held.appeal_of_newest
    return regime.appeal_until(decided_at) if still else None


def _in_short(one: Survey) -> str:
    solved = {True: "solved", False: "not solved", None: "solved: not said"}[one.solved]
    return f"{solved}, attitude {one.attitude or 'not said'}"
