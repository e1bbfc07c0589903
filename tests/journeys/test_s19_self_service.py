"""S19: what customers can do by themselves comes with the receipt where it is known; the complaint stays open until they say it helped."""

import pytest

from shared.contracts import CloseComplaint
from shared.contracts.vocabulary import NoticeKind, Status, Verdict
from tests.journeys.customer import a_customer
from tests.journeys.desk import decided, does, stands, taken
from tests.journeys.town import Town

FORGOTTEN = "我忘记密码了，一直无法登录。"


@pytest.mark.parametrize(
    ("country", "text", "told", "open_still"),
    [
        ("CN", FORGOTTEN, "选择“忘记密码”", "不会结案"),
        ("CN", "我转账失败了，对方没有收到。", "不要重复付款", "不会结案"),
        ("CN", "我的账户被盗了，有人登录我的账号。", "开启双重认证", "不会结案"),
        ("HK", "我的跨境匯款SWIFT一直沒有到帳。", "SWIFT", "不會結案"),
        ("GB", "My overseas remittance by SWIFT to a foreign bank is stuck.", "SWIFT", "stays open"),
        ("GB", "Do you support international transfers? Which SWIFT code do I need?", "SWIFT", "stays open"),
    ],
)
async def test_s19_the_known_answer_comes_with_the_receipt_and_the_complaint_stays_open(
    town: Town, country: str, text: str, told: str, open_still: str
) -> None:
    customer = a_customer(town, "chat", country)

    complaint = await customer.complains(text)
    receipt = await customer.hears(NoticeKind.RECEIPT)
    life = await stands(town, complaint, Status.ROUTED)

    assert receipt.lacks(complaint.number, told, open_still) == []
    assert life["resolutions"] == []


async def test_s19_it_ends_when_the_customer_says_that_it_helped(town: Town) -> None:
    customer = a_customer(town, "app")
    complaint = await customer.complains(FORGOTTEN)
    await customer.hears(NoticeKind.RECEIPT)
    agent = await taken(town, complaint)

    await customer.adds("谢谢，已经解决了。")
    heard = await stands(town, complaint, lambda seen: "thanks" in [one["reason"] for one in seen["history"]])
    await decided(town, complaint, agent, Verdict.UPHELD, "很高兴问题已经解决。")
    closed = await does(town, agent, CloseComplaint, complaint, root_cause="app.account.login_failed", agreed=True)

    assert heard["status"] == Status.IN_PROGRESS
    assert (closed["status"], closed["agreed"]) == (Status.CLOSED, True)
    assert "很高兴问题已经解决" in (await customer.hears(NoticeKind.OUTCOME)).text


async def test_s19_nobody_is_told_in_public_how_to_get_into_an_account(town: Town) -> None:
    customer = a_customer(town, "social")

    await customer.complains(FORGOTTEN, public=True)

    assert "密码" not in (await customer.hears(NoticeKind.RECEIPT)).text.replace("密码或验证码", "")
