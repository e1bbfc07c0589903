"""Who goes on with which complaint, in threads that anybody can join and in those that a platform vouches for."""

from collections.abc import Sequence

import pytest

from shared.contracts import ComplaintRegistered, FollowUpReceived, Inbound
from shared.decision import Lookup, Nothing, Reaction
from shared.record import Cause
from shared.storage import insert
from shared.task import Task
from tests.builders import TEXT, an_email, an_inbound, an_inbound_email
from tests.under_test import ServiceUnderTest


def ends(tasks: Sequence[Task]) -> list[str]:
    return [f"{task.end}/{task.what}" for task in tasks]


def a_mail(source_id: str, sender: str, answers: str, text: str = TEXT) -> Inbound:
    head = f"References: {answers}\nIn-Reply-To: {answers.rsplit(maxsplit=1)[-1]}\nFrom: {sender}" if answers else f"From: {sender}"
    raw = an_email(text, message_id=source_id).replace(b"From: Li Lei <lilei@example.com>", head.encode())
    return an_inbound_email(raw=raw, sender={"email": sender})


def a_comment(source_id: str, sender: dict[str, str], *, public: bool = True) -> Inbound:
    post = {"platform": "weibo", "id": source_id, "in_reply_to": "post-of-the-company", "public": public, "text": TEXT}
    return an_inbound("social", source_id=source_id, sender=sender, post=post)


NEWSLETTER = "<promo-1@okpay.example>"
MINE, HERS = "lilei@example.com", "hanmeimei@example.com"


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param((a_mail("<a1@e>", MINE, NEWSLETTER), a_mail("<b1@e>", HERS, NEWSLETTER)), id="both-answer-one-newsletter"),
        pytest.param((a_mail("<a1@e>", MINE, ""), a_mail("<b1@e>", HERS, "<a1@e>")), id="a-colleague-answers-a-mail"),
        pytest.param((a_comment("p1", {"handle": "@lilei"}), a_comment("p2", {"handle": "@hanmeimei"})), id="both-comment-under-one-post"),
        pytest.param((a_comment("p1", {"name": "李雷"}), a_comment("p2", {"name": "李雷"})), id="nobody-knows-who-they-are"),
        pytest.param(
            (a_comment("p1", {"handle": "@lilei"}, public=False), a_comment("p2", {"handle": "@hanmeimei"}, public=False)),
            id="both-answer-one-post-in-private",
        ),
    ],
)
async def test_two_strangers_in_one_open_thread_have_a_complaint_each(intake: ServiceUnderTest, messages: tuple[Inbound, ...]):
    assert ends(await intake.receives(*messages)) == ["done/registered", "done/registered"]

    assert len({one.number for one in intake.emitted(ComplaintRegistered)}) == 2


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param((a_mail("<a1@e>", MINE, NEWSLETTER), a_mail("<a2@e>", "LiLei@Example.com", NEWSLETTER)), id="under-the-newsletter"),
        pytest.param((a_mail("<a1@e>", MINE, ""), a_mail("<a2@e>", MINE, "<a1@e> <receipt@okpay.example>")), id="answers-our-receipt"),
        pytest.param(
            (a_mail("<a1@e>", MINE, NEWSLETTER), a_mail("<a2@e>", MINE, f"{NEWSLETTER} <a1@e> <receipt@okpay.example>")),
            id="answers-our-receipt-of-an-answer",
        ),
        pytest.param((a_comment("p1", {"handle": "@lilei"}), a_comment("p2", {"handle": "@LiLei"})), id="comments-again"),
        pytest.param((a_comment("p1", {"handle": "@lilei"}), a_comment("p2", {"handle": "@lilei"}, public=False)), id="goes-on-in-private"),
    ],
)
async def test_the_same_sender_in_an_open_thread_goes_on_with_his_complaint(intake: ServiceUnderTest, messages: tuple[Inbound, ...]):
    assert ends(await intake.receives(*messages)) == ["done/registered", "done/linked"]

    [followed] = intake.emitted(FollowUpReceived)
    assert followed.owner_known is True


async def test_a_private_conversation_is_one_complaint_whoever_writes(intake: ServiceUnderTest):
    post = {"platform": "weibo", "id": "p", "public": False, "text": TEXT}
    both = [an_inbound("social", source_id=who, thread_id="dm-1", sender={"handle": who}, post=post) for who in ("@lilei", "@hanmeimei")]

    assert ends(await intake.receives(*both)) == ["done/registered", "done/linked"]


async def test_a_stranger_who_quotes_the_number_in_a_mail_is_linked_and_told_apart(intake: ServiceUnderTest):
    await intake.receives(a_mail("<a1@e>", MINE, ""))
    [registered] = intake.emitted(ComplaintRegistered)

    await intake.receives(a_mail("<b1@e>", HERS, "<a1@e>", f"投诉编号 {registered.number} 怎么样了?"))

    [followed] = intake.emitted(FollowUpReceived)
    assert (followed.complaint_id, followed.owner_known) == (registered.complaint_id, False)


async def test_a_message_that_is_delivered_again_is_answered_as_the_first_time(intake: ServiceUnderTest):
    """Its first handling may still go on elsewhere: led to a complaint that came in between, it would end twice."""
    at = intake.house.clock.now()

    async def answered(cause: str) -> str:
        def then(owner: str | None) -> Reaction:
            return Nothing(owner or "nobody")

        task = Task(Cause(cause, "inbound.app.v1", "app-cn", at), reaction=Lookup("number/RD-7K3MQ-2XV9H-5", then))
        await intake.work.claims.step([task], at)
        assert isinstance(task.reaction, Nothing)
        return task.reaction.reason

    before = await answered("app.app-cn/early")
    await intake.house.database.collection("claims").write([insert({"_id": "number/RD-7K3MQ-2XV9H-5", "owner": "the-complaint", "at": at})])

    assert [before, await answered("app.app-cn/early"), await answered("app.app-cn/late")] == ["nobody", "nobody", "the-complaint"]
