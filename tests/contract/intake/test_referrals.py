"""What an outside body passes on: its reference travels, and it joins the complaint whose number it gives."""

import pytest

from shared.contracts import ComplaintRegistered, FollowUpReceived, Inbound
from shared.contracts.vocabulary import MessageKind
from tests.builders import TEXT, an_inbound
from tests.under_test import ServiceUnderTest

BODY = "Financial Ombudsman Service"


def a_referral(source_id: str = "referral-1", *, sender: dict[str, str] | None = None, fields: dict[str, str] | None = None) -> Inbound:
    referral = {"body": BODY, "reference": "PNX-4480021", "text": TEXT} | (fields or {})
    return an_inbound("referral", source_id=source_id, sender=sender or {"name": "Casework team"}, referral=referral)


async def test_their_reference_goes_with_the_new_complaint(intake: ServiceUnderTest):
    await intake.receives(a_referral(fields={"reference": "金消转〔2026〕00418号"}))

    [registered] = intake.emitted(ComplaintRegistered)
    assert (registered.reference, registered.kind, registered.regime) == ("金消转〔2026〕00418号", MessageKind.COMPLAINT, "cn_payment")


@pytest.mark.parametrize("where", ["complaint_number", "text"])
async def test_a_referral_that_gives_our_number_joins_that_complaint(intake: ServiceUnderTest, where: str):
    await intake.receives(an_inbound("app", source_id="form-1"))
    [registered] = intake.emitted(ComplaintRegistered)
    given = registered.number if where == "complaint_number" else f"About your complaint {registered.number}: send us your file."

    await intake.receives(a_referral(fields={where: given}))

    [followed] = intake.emitted(FollowUpReceived)
    assert (followed.complaint_id, followed.reference, followed.owner_known) == (registered.complaint_id, "PNX-4480021", False)
    assert len(intake.emitted(ComplaintRegistered)) == 1


async def test_the_body_writes_again_under_its_reference(intake: ServiceUnderTest):
    await intake.receives(a_referral("referral-1"), a_referral("referral-2", fields={"text": "Where is your file?"}))

    [registered], [followed] = intake.emitted(ComplaintRegistered), intake.emitted(FollowUpReceived)
    assert (followed.complaint_id, followed.reference) == (registered.complaint_id, "PNX-4480021")


async def test_who_the_customer_is_does_not_join_a_referral_to_a_complaint(intake: ServiceUnderTest):
    """He may have two, and the body means one of them."""
    who = {"account_id": "U1029"}

    await intake.receives(an_inbound("app", source_id="form-1", sender=who), a_referral(sender=who))

    assert len(intake.emitted(ComplaintRegistered)) == 2


@pytest.mark.parametrize(
    "text", ["The customer wishes to appeal your decision.", "消费者已撤回投诉。", "The consumer withdrew the complaint, thanks."]
)
async def test_the_words_of_a_body_are_not_the_customers_wish(intake: ServiceUnderTest, text: str):
    await intake.receives(a_referral("referral-1"), a_referral("referral-2", fields={"text": text}))

    assert [one.kind for one in intake.emitted(FollowUpReceived)] == [MessageKind.FOLLOW_UP]


@pytest.mark.parametrize("reference", ["R" * 121, " ", "\u202e"])
async def test_a_reference_that_says_nothing_or_too_much_is_left_out(intake: ServiceUnderTest, reference: str):
    await intake.receives(a_referral(fields={"reference": reference}))

    [registered] = intake.emitted(ComplaintRegistered)
    assert registered.reference is None


async def test_a_card_number_is_nobodys_reference(intake: ServiceUnderTest):
    await intake.receives(a_referral(fields={"reference": "card 4111 1111 1111 1111"}))

    [registered] = intake.emitted(ComplaintRegistered)
    assert "4111" not in (registered.reference or "")
