"""Codes, account actions and recusal on the real write path: once each, told to whom they concern, and the code stored nowhere."""

from bson import encode

from services.casework.store import answer, life, remedies
from shared.codes import PURPOSE, code_of
from shared.contracts import (
    ConfirmCode,
    ExecuteAccountAction,
    LookUpTransaction,
    ProposeRemedy,
    RecuseAgent,
    RequestAccountAction,
    TakeComplaint,
    VerificationCodeIssued,
    VerifyCustomer,
)
from shared.contracts.vocabulary import AccountAction, Category, RemedyKind
from tests.builders import (
    a_command,
    a_complaint_registered,
    a_complaint_routed,
    a_ledger_answered,
    an_account_action_reported,
)
from tests.under_test import ServiceUnderTest
from tests.unit.casework.lives import AGENT, SENIOR, SUPERVISOR

RESET = {"action": AccountAction.RESET}


async def looked_up(casework: ServiceUnderTest, **changes: object) -> str:
    """A complaint whose account the ledger has named."""
    await casework.receives(registered := a_complaint_registered(**changes), a_complaint_routed())
    await casework.receives(a_command(TakeComplaint), a_command(LookUpTransaction), a_ledger_answered())
    return registered.complaint_id


async def ended(casework: ServiceUnderTest, complaint_id: str, command_id: str) -> dict:
    found = await answer(casework.house.database, {"complaint_id": complaint_id, "command_id": command_id})
    return {name: found[name] for name in ("done", "refused", "needs")}


async def test_a_customer_who_tells_the_code_has_the_account_opened(casework: ServiceUnderTest):
    complaint_id = await looked_up(casework)
    await casework.work.handle([casework.delivery(a_command(RequestAccountAction, **RESET), message_id="too-early")])
    await casework.receives(a_command(VerifyCustomer), times=2)
    [issued] = casework.emitted(VerificationCodeIssued)
    code = code_of(casework.house.settings.key_for(PURPOSE), issued.code_id)
    other = f"{(int(code) + 1) % 10**6:06}"

    for said in (other, code):
        await casework.work.handle([casework.delivery(a_command(ConfirmCode, code=said), message_id=f"told-{said == code}")])
    await casework.receives(a_command(RequestAccountAction, **RESET), times=2)

    assert await ended(casework, complaint_id, "too-early") == {
        "done": None, "refused": "identity-not-proved", "needs": "contact_verified"
    }  # fmt: skip
    assert (await ended(casework, complaint_id, "told-False"))["done"] == "code-wrong"
    assert [(one.action, one.account_id) for one in casework.emitted(ExecuteAccountAction)] == [("reset", "U1029")]
    stored = await casework.stored(complaint_id)
    assert code.encode() not in encode(stored or {})


async def test_a_freeze_is_ordered_once_under_one_key_and_settled_by_the_first_report(casework: ServiceUnderTest):
    complaint_id = await looked_up(casework, category=Category.ACCOUNT_SECURITY)

    await casework.receives(a_command(RequestAccountAction, by="fees-1"), times=3)
    [order] = casework.emitted(ExecuteAccountAction)
    await casework.receives(an_account_action_reported(action_id=order.action_id), times=3)

    state = await life(casework.house.database, {"complaint_id": complaint_id})
    assert [(one["action"], one["state"]) for one in state["account_actions"]] == [("freeze", "done")]


async def test_a_report_that_comes_before_its_complaint_waits_for_it(casework: ServiceUnderTest):
    await casework.receives(an_account_action_reported(action_id="nobody-asked"))
    complaint_id = await looked_up(casework)

    state = await life(casework.house.database, {"complaint_id": complaint_id})
    assert state["account_actions"] == []


async def test_a_recused_agent_is_refused_and_the_complaint_is_with_the_team(casework: ServiceUnderTest):
    complaint_id = await looked_up(casework)
    await casework.receives(a_command(RecuseAgent, by=SENIOR, agent=AGENT))

    await casework.work.handle([casework.delivery(a_command(TakeComplaint), message_id="takes-it-back")])

    state = await life(casework.house.database, {"complaint_id": complaint_id})
    assert (state["assignee"], (await ended(casework, complaint_id, "takes-it-back"))["refused"]) == (None, "recused")


async def test_the_books_count_what_an_account_got_without_telling_which(casework: ServiceUnderTest):
    await looked_up(casework)
    for amount in (100, 200):
        await casework.receives(
            a_command(ProposeRemedy, by=SUPERVISOR, kind=RemedyKind.GOODWILL, amount=amount, currency="CNY", reason=f"the {amount}")
        )

    shown = (await remedies(casework.house.database, {}))["remedies"]

    assert len({one["payee"] for one in shown}) == 1
    assert [len(one["payee"]) for one in shown] == [32, 32]
    assert "U1029" not in str(shown)
