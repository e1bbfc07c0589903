"""Who complains again within thirty days: linked to the complaint before, in any order, once, and never with somebody else's."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import pytest

from services.intake.identity import complaint_id_of
from shared.contracts import ComplaintRegistered, Inbound
from shared.errors import BrokerAway
from tests.builders import RECEIVED_AT, TEXT, an_inbound
from tests.under_test import ServiceUnderTest, another_replica

HIM = {"account_id": "U1029"}


def a_form(name: str, *, days: float = 0, sender: dict[str, str] | None = None, thread_id: str | None = None, text: str = TEXT) -> Inbound:
    at = RECEIVED_AT + timedelta(days=days - 60)
    return an_inbound("app", source_id=name, sender=sender or HIM, thread_id=thread_id, sent_at=at, received_at=at, form={"text": text})


def repeats(intake: ServiceUnderTest, names: Iterable[str]) -> dict[str, str | None]:
    """Of the forms of these names: whose repeat each was registered as."""
    of_id = {complaint_id_of("app-cn", name): name for name in names}
    return {of_id[one.complaint_id]: of_id.get(one.repeat_of) if one.repeat_of else None for one in intake.emitted(ComplaintRegistered)}


def first_of(found: dict[str, str | None], name: str) -> str:
    """The complaint that repeats nothing, reached from this one."""
    seen = [name]
    while (before := found[seen[-1]]) is not None:
        assert before not in seen, "they repeat each other"
        seen.append(before)
    return seen[-1]


@pytest.mark.parametrize(("days", "before"), [(0, "a"), (0.9, "a"), (1, "a"), (29, "a"), (30, "a"), (30.1, None), (45, None)])
async def test_a_complaint_is_a_repeat_for_thirty_days(intake: ServiceUnderTest, days: float, before: str | None):
    await intake.receives(a_form("a"))

    await intake.receives(a_form("b", days=days))

    assert repeats(intake, "ab") == {"a": None, "b": before}
    stored = await intake.state(complaint_id_of("app-cn", "b"))
    assert stored["repeat_of"] == (complaint_id_of("app-cn", before) if before else None)


async def test_the_nearest_one_is_named_however_long_the_customer_is_known(intake: ServiceUnderTest):
    for name, days in (("a", 0), ("b", 40), ("c", 55), ("d", 59)):
        await intake.receives(a_form(name, days=days))

    assert repeats(intake, "abcd") == {"a": None, "b": None, "c": "b", "d": "c"}


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
@pytest.mark.parametrize("days", [0, 20])
async def test_of_two_one_is_the_others_repeat_whichever_is_read_first(intake: ServiceUnderTest, order: tuple[str, str], days: int):
    forms = {"a": a_form("a"), "b": a_form("b", days=days)}

    for name in order:
        await intake.receives(forms[name])

    assert repeats(intake, "ab") == {order[0]: None, order[1]: order[0]}


@pytest.mark.parametrize("known", [False, True])
async def test_of_many_in_one_batch_one_is_the_first(intake: ServiceUnderTest, known: bool):  # noqa: FBT001 - both are tried
    names = [f"form-{number}" for number in range(8)]
    if known:
        await intake.receives(a_form("long-ago", days=-100))

    await intake.receives(*(a_form(name, days=40) for name in names))

    found = {name: before for name, before in repeats(intake, [*names, "long-ago"]).items() if name != "long-ago"}
    assert {name: first_of(found, name) for name in names} == dict.fromkeys(names, "form-0")


async def test_two_replicas_at_once_link_all_but_one(intake: ServiceUnderTest):
    names = [f"form-{number}" for number in range(10)]
    forms = [a_form(name) for name in names]
    replicas = [intake, another_replica(intake)]

    await asyncio.gather(*(replica.receives(*forms[half::2]) for half, replica in enumerate(replicas)))

    found = repeats(intake, names)
    assert len({first_of(found, name) for name in names}) == 1


async def test_delivered_again_after_a_failure_it_is_the_same_repeat(intake: ServiceUnderTest):
    await intake.receives(a_form("a"))
    intake.outbox.away_for = 1
    with pytest.raises(BrokerAway):
        await intake.receives(a_form("b", days=3))

    await another_replica(intake).receives(a_form("b", days=3), times=2)
    await intake.receives(a_form("a"))

    assert repeats(intake, "ab") == {"a": None, "b": "a"}


async def test_one_identity_in_common_is_enough(intake: ServiceUnderTest):
    await intake.receives(a_form("a", sender={"account_id": "U1", "phone": "+8613800138000"}))
    await intake.receives(a_form("b", sender={"phone": "+86 138 0013 8000", "email": "lilei@example.com"}))
    await intake.receives(a_form("c", sender={"email": "LiLei@example.com"}))

    assert repeats(intake, "abc") == {"a": None, "b": "a", "c": "b"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"account_id": "U1"}, {"account_id": "U2"}),
        ({"name": "李雷"}, {"name": "李雷"}),
        ({"account_id": "guest"}, {"account_id": "Guest"}),
        ({"handle": "@anonymous"}, {"handle": "@anonymous"}),
        ({"handle": "匿名用户"}, {"handle": "匿名用户"}),
        ({"email": "noreply@okpay.example"}, {"email": "noreply@okpay.example"}),
        ({"phone": "withheld"}, {"phone": "withheld"}),
    ],
)
async def test_strangers_and_nobodies_repeat_nothing(intake: ServiceUnderTest, first: dict[str, str], second: dict[str, str]):
    await intake.receives(a_form("a", sender=first), a_form("b", sender=second))

    assert repeats(intake, "ab") == {"a": None, "b": None}


async def test_the_same_handle_on_another_platform_is_somebody_else(intake: ServiceUnderTest):
    handle = {"handle": "@lilei"}

    await intake.receives(an_inbound("chat", sender=handle), an_inbound("social", sender=handle))

    assert [one.repeat_of for one in intake.emitted(ComplaintRegistered)] == [None, None]


@pytest.mark.parametrize("text", ["请问如何绑定银行卡？", "客服很耐心，非常满意", "建议增加夜间模式", "谢谢你们"])
async def test_a_question_an_idea_or_praise_is_no_complaint_to_repeat(intake: ServiceUnderTest, text: str):
    await intake.receives(a_form("a", text=text), a_form("b"))
    await intake.receives(a_form("c", text=text))

    assert repeats(intake, "abc") == {"a": None, "b": None, "c": None}


async def test_an_outside_body_repeats_nothing_that_it_passes_on(intake: ServiceUnderTest):
    body = {"name": "Casework team", "email": "cases@ombudsman.example"}
    referrals = [
        an_inbound("referral", source_id=name, sender=body, referral={"body": "Ombudsman", "reference": name, "text": "Please answer."})
        for name in ("r-1", "r-2")
    ]

    await intake.receives(*referrals)

    assert [one.repeat_of for one in intake.emitted(ComplaintRegistered)] == [None, None]


async def test_a_follow_up_never_stands_for_a_complaint(intake: ServiceUnderTest):
    """It claims nothing of its customer: a later complaint repeats the complaint that the follow-up belongs to, or none."""
    await intake.receives(a_form("a", thread_id="t"), a_form("a-2", days=31, thread_id="t", sender={"account_id": "U2"}))

    await intake.receives(a_form("b", days=32, sender={"account_id": "U2"}))

    assert repeats(intake, ["a", "a-2", "b"]) == {"a": None, "b": None}
