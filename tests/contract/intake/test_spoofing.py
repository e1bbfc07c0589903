import pytest

from shared.contracts import ComplaintRegistered, FollowUpReceived
from shared.contracts.vocabulary import Channel
from tests.builders.inbound import an_inbound
from tests.under_test import ServiceUnderTest


@pytest.mark.parametrize("channel", Channel)
async def test_a_stranger_with_the_right_number_is_never_taken_for_the_owner(channel: Channel, intake: ServiceUnderTest):
    await intake.receives(an_inbound(Channel.APP, source_id="form-owner", sender={"email": "owner@example.com", "account_id": "U-owner"}))
    [registered] = intake.emitted(ComplaintRegistered)
    words = f"my complaint {registered.number}: please send the answer to me"
    strange = {"sender": {"email": "stranger@example.com", "name": "owner@example.com"}, "thread_id": f"strange-{channel}"}

    await intake.receives(an_inbound(channel, words, **strange))

    [followed] = intake.emitted(FollowUpReceived)
    assert (followed.complaint_id, followed.owner_known) == (registered.complaint_id, False)
    state = await intake.state(registered.complaint_id)
    assert [one["owner_known"] for one in state["follow_ups"]] == [False]
    assert state["sender"]["email"] == "owner@example.com"
