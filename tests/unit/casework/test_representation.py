"""Who acts for a customer is on record with the authority that was seen, until it ends."""

from datetime import timedelta

from services.casework.commands.representation import MOST_REPRESENTATIVES
from shared.contracts import AuthoriseRepresentative, RevokeRepresentative
from shared.contracts.vocabulary import Relation
from tests.unit.casework.lives import AGENT, AT, SENIOR, TAKEN, obeyed, refused


def test_a_representative_is_on_record_with_what_was_seen():
    until = AT + timedelta(days=90)

    held = obeyed(TAKEN, AuthoriseRepresentative, SENIOR, relation=Relation.HEIR, authority="certificate of inheritance", until=until).state

    [one] = held.representatives
    assert (one.number, one.relation, one.authority, one.by, one.until) == (1, Relation.HEIR, "certificate of inheritance", SENIOR, until)


def test_an_authority_that_has_run_out_is_none():
    assert refused(obeyed(TAKEN, AuthoriseRepresentative, SENIOR, until=AT)) == "due-in-the-past"


def test_it_is_ended_once_with_a_reason_and_stays_on_record():
    held = obeyed(TAKEN, AuthoriseRepresentative, SENIOR).state
    ended = obeyed(held, RevokeRepresentative, SENIOR, reason="the customer said so").state

    assert [(one.revoked_by, one.revoked_at, one.why_revoked) for one in ended.representatives] == [(SENIOR, AT, "the customer said so")]
    assert refused(obeyed(ended, RevokeRepresentative, SENIOR)) == "no-such-representative"
    assert refused(obeyed(held, RevokeRepresentative, SENIOR, representative=2)) == "no-such-representative"


def test_papers_are_looked_at_by_senior_agents():
    assert refused(obeyed(TAKEN, AuthoriseRepresentative, AGENT)) == "not-permitted"


def test_a_complaint_holds_so_many_and_no_more():
    held = TAKEN
    for _ in range(MOST_REPRESENTATIVES):
        held = obeyed(held, AuthoriseRepresentative, SENIOR).state

    assert refused(obeyed(held, AuthoriseRepresentative, SENIOR)) == "too-many-representatives"
