"""Regulators, ombudsmen, courts, media: what goes to them, what comes from them, and their answers."""

from dataclasses import replace
from datetime import datetime

from services.casework.commands.deed import Deed, Refused
from services.casework.life import Life, in_its_place
from services.casework.policies.regimes import Regimes
from services.casework.policies.rulebook import Rulebook
from services.casework.records.aftermath import Referral
from shared.contracts import ComplaintRegistered, FollowUpReceived, RecordReferralAnswer, ReferComplaint, ReferralAnswered, ReferralOpened
from shared.contracts.vocabulary import BodyKind, ReferralWay

MOST_REFERRALS = 50


def refer(held: Life, command: ReferComplaint, _: Rulebook, at: datetime) -> Deed:
    if command.answer_due_at is not None and command.answer_due_at <= at:
        raise Refused("due-in-the-past")
    if len(held.referrals) >= MOST_REFERRALS:
        raise Refused("too-many-referrals")
    one = Referral(
        len(held.referrals) + 1,
        command.way,
        command.body,
        command.body_kind,
        command.by,
        at,
        reference=command.reference,
        answer_due_at=command.answer_due_at,
        sent=command.sent,
    )
    return _opened(held, one)


def record_answer(held: Life, command: RecordReferralAnswer, _: Rulebook, at: datetime) -> Deed:
    one = next((one for one in held.referrals if one.number == command.referral), None)
    if one is None:
        raise Refused("unknown-referral")
    if one.answered_at is not None:
        raise Refused("answered-already")
    answered = replace(one, reference=command.reference or one.reference, answer=command.answer, answered_by=command.by, answered_at=at)
    event = ReferralAnswered(complaint_id=held.complaint_id, number=held.number, referral=one.number, by=command.by, answered_at=at)
    return Deed(replace(held, referrals=in_its_place(held.referrals, answered)), [event], reason=f"{one.number}: {one.body}")


def hear(held: Life, event: ComplaintRegistered | FollowUpReceived, regimes: Regimes) -> Deed:
    """A body wrote to us itself. Its own date counts, and else what its like give us."""
    known = regimes.body_of(event.adapter)
    name = known.name if known else event.adapter
    if len(held.referrals) >= MOST_REFERRALS or any(_is_of(one, name, event) for one in held.referrals):
        return Deed(held)
    one = Referral(
        len(held.referrals) + 1,
        ReferralWay.FROM_BODY,
        name,
        known.kind if known else BodyKind.REGULATOR,
        event.adapter,
        event.received_at,
        reference=event.reference,
        answer_due_at=event.answer_due_at or (known.answer_by(event.received_at) if known else None),
    )
    return _opened(held, one)


def _is_of(one: Referral, body: str, event: ComplaintRegistered | FollowUpReceived) -> bool:
    """Under the same reference it is the same matter, until that is answered or the body sets another date."""
    same = (one.body, one.reference) == (body, event.reference) and one.answered_at is None
    return same and event.answer_due_at in {None, one.answer_due_at}


def _opened(held: Life, one: Referral) -> Deed:
    event = ReferralOpened(
        complaint_id=held.complaint_id,
        number=held.number,
        referral=one.number,
        way=one.way,
        body=one.body,
        body_kind=one.body_kind,
        reference=one.reference,
        answer_due_at=one.answer_due_at,
        by=one.by,
        opened_at=one.opened_at,
    )
    return Deed(replace(held, referrals=(*held.referrals, one)), [event], reason=f"{one.number}: {one.body}")
