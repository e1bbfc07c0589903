"""What waits for a reviewer, and what for a second person."""

from services.casework.store import worklist
from shared.contracts import AppealComplaint, ResolveComplaint, TakeAppeal, TakeComplaint
from shared.contracts.vocabulary import Verdict
from tests.builders import a_command, a_complaint_id, a_complaint_registered, a_complaint_routed
from tests.under_test import ServiceUnderTest
from tests.unit.casework.lives import AGENT


async def test_the_worklist_shows_reviewers_what_was_appealed_and_second_persons_what_was_proposed(casework: ServiceUnderTest):
    appealed, proposed = (a_complaint_registered(complaint_id=a_complaint_id(one)) for one in ("appealed", "proposed"))
    for one in (appealed, proposed):
        key = {"complaint_id": one.complaint_id}
        await casework.receives(one, a_complaint_routed(**key), a_command(TakeComplaint, **key))
    upheld = a_command(ResolveComplaint, complaint_id=appealed.complaint_id)
    rejected = a_command(ResolveComplaint, complaint_id=proposed.complaint_id, decision=Verdict.REJECTED)
    await casework.receives(upheld, rejected, a_command(AppealComplaint, complaint_id=appealed.complaint_id))
    await casework.receives(a_command(TakeAppeal, complaint_id=appealed.complaint_id, by="reviewer-1"))

    lists = [await worklist(casework.house.database, query) for query in ({"appeal": "open"}, {"review": "yes"})]

    assert [[(one["complaint_id"], one["reviewer"], one["proposed_by"], one["decision"]) for one in found] for found in lists] == [
        [(appealed.complaint_id, "reviewer-1", None, None)],
        [(proposed.complaint_id, None, AGENT, Verdict.REJECTED)],
    ]
