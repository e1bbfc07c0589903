"""The subcommands of `redress complaint`, what they refuse before anybody is asked, and the ids they give."""

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli.asking import Manner, command_of
from deploy.cli.command_ids import UNTIL_SOMETHING_CHANGES, identified
from deploy.cli.complaint_commands import SUBCOMMANDS
from deploy.cli.complaint_words import WORDS
from deploy.cli.errors import BadInputError
from deploy.cli.refusals import REFUSALS
from services.casework.steps import COMMANDS
from shared.contracts import (
    AddNote,
    CaseworkCommand,
    EscalateComplaint,
    ExtendDeadline,
    ProposeRemedy,
    ReplyToCustomer,
    RequestMaterial,
    ResolveComplaint,
    TakeComplaint,
)
from shared.contracts.vocabulary import ComplaintId, RemedyKind

CHECKOUT = Path(__file__).parents[3]
ABOUT = {"complaint_id": ComplaintId("c-1"), "by": "refunds-1"}
TAKE = TakeComplaint(**ABOUT)
REPLY = ReplyToCustomer(**ABOUT, text="您的退款已到账。")
REFUND = ProposeRemedy(**ABOUT, kind=RemedyKind.REFUND, amount=12_800, currency="CNY", reason="charged twice")
AS_ANYBODY = Manner("refunds-1", None, again=False, wait_s=10.0, as_json=False)


class Casework:
    """What it did under which id, as its view tells."""

    def __init__(self) -> None:
        self.ended: dict[str, dict[str, Any]] = {}

    def ends(self, command_id: str, refused: str | None = None) -> None:
        self.ended[command_id] = {"command_id": command_id, "refused": refused, "done": None if refused else "done"}

    def id_of(self, asked: CaseworkCommand, revision: int) -> str:
        return identified(asked, revision, self.ended.get)[0]

    def knows(self, asked: CaseworkCommand, revision: int) -> bool:
        return identified(asked, revision, self.ended.get)[1] is not None


def test_every_command_of_casework_can_be_given():
    assert {one.contract for one in SUBCOMMANDS.values()} == set(COMMANDS)


def test_every_field_of_every_command_has_an_option():
    fields = {name for one in COMMANDS for name in one.model_fields} - set(CaseworkCommand.model_fields)

    assert fields == set(WORDS)


def refused_in_casework() -> set[str]:
    files = (CHECKOUT / "services" / "casework").rglob("*.py")
    calls = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    slugs = [one.args[0] for one in calls if isinstance(one.func, ast.Name) and one.func.id == "Refused"]
    return {str(one.value) for one in slugs if isinstance(one, ast.Constant)}


def test_every_refusal_has_a_sentence_and_a_line_in_the_page_and_no_other_has():
    page = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = page.partition("| refused as |")[2].partition("\n\n")[0]
    explained = {slug for row in table.splitlines()[2:] for slug in row.split("|")[1].replace("`", "").replace(" ", "").split(",")}

    assert {"unknown-agent", "changed-meanwhile", "has-duplicates-itself"} <= refused_in_casework()
    assert set(REFUSALS) == refused_in_casework()
    assert explained == refused_in_casework()


@pytest.mark.parametrize(
    ("contract", "fields", "sentence"),
    [
        (AddNote, {"text": ""}, "text: String should have at least 1 character"),
        (ReplyToCustomer, {"text": "退" * 20_001}, "text: String should have at most 20000 characters"),
        (EscalateComplaint, {"reason": "x"}, "reason: String should have at least 3 characters"),
        (TakeComplaint, {"by": "李雷"}, "by: String should match pattern"),
    ],
)
def test_what_no_contract_takes_is_a_sentence_without_the_words(contract: type[CaseworkCommand], fields: dict[str, str], sentence: str):
    manner = replace(AS_ANYBODY, by=fields.get("by", AS_ANYBODY.by))

    with pytest.raises(BadInputError, match=sentence) as found:
        command_of(contract, {**fields, "complaint_id": "c-1"}, manner)

    assert not any(word in str(found.value) for word in ("退", "李雷"))


def test_an_agents_words_may_be_as_long_as_events_can_carry():
    asked = command_of(ReplyToCustomer, {"text": "退" * 20_000, "complaint_id": "c-1"}, AS_ANYBODY)

    assert isinstance(asked, ReplyToCustomer)
    assert asked.text == "退" * 20_000


def test_the_revision_that_an_agent_saw_travels():
    asked = command_of(TakeComplaint, {"complaint_id": "c-1"}, replace(AS_ANYBODY, expects=7))

    assert asked.expects == 7


@pytest.mark.parametrize("asked", [TAKE, REPLY], ids=["take", "reply"])
def test_a_repeat_after_a_lost_answer_is_the_same_command(asked: CaseworkCommand):
    casework = Casework()
    first = casework.id_of(asked, 2)

    assert casework.id_of(asked, 2) == first, "still under way"
    casework.ends(first)
    assert casework.id_of(asked, 3) == first, "done, and its answer was lost"
    assert casework.knows(asked, 3)


def test_a_take_after_somebody_else_had_the_complaint_is_a_new_one():
    casework = Casework()
    casework.ends(first := casework.id_of(TAKE, 2))

    assert casework.id_of(TAKE, 4) != first
    assert not casework.knows(TAKE, 4)


@pytest.mark.parametrize("asked", [REPLY, REFUND], ids=["reply", "refund"])
def test_words_and_money_are_the_same_whatever_happened_meanwhile(asked: CaseworkCommand):
    casework = Casework()
    casework.ends(first := casework.id_of(asked, 3))

    assert casework.id_of(asked, 9) == first
    assert casework.knows(asked, 9)


def test_other_words_are_another_command():
    casework = Casework()

    assert casework.id_of(ReplyToCustomer(**ABOUT, text="还有一件事。"), 9) != casework.id_of(REPLY, 9)
    assert casework.id_of(AddNote(**ABOUT, text="您的退款已到账。"), 9) != casework.id_of(REPLY, 9)


@pytest.mark.parametrize("asked", [TAKE, REPLY], ids=["take", "reply"])
def test_what_was_refused_is_asked_anew_and_that_once(asked: CaseworkCommand):
    casework = Casework()
    casework.ends(refused := casework.id_of(asked, 2), refused="not-yours")

    second = casework.id_of(asked, 2)
    casework.ends(second)

    assert second != refused
    assert casework.id_of(asked, 2) == second
    assert casework.knows(asked, 3)


def test_the_revision_that_is_asked_for_is_no_part_of_what_is_asked():
    casework = Casework()

    assert casework.id_of(TakeComplaint(**ABOUT, expects=2), 2) == casework.id_of(TAKE, 2)


def test_another_agent_another_complaint_and_other_material_are_other_commands():
    asked = [
        TAKE,
        TakeComplaint(complaint_id=ComplaintId("c-2"), by="refunds-1"),
        TakeComplaint(complaint_id=ComplaintId("c-1"), by="refunds-2"),
        RequestMaterial.model_validate({**ABOUT, "materials": ["screenshot"]}),
        RequestMaterial.model_validate({**ABOUT, "materials": ["amount"]}),
    ]

    assert len({Casework().id_of(one, 2) for one in asked}) == len(asked)


@given(st.integers(0, 50), st.lists(st.sampled_from(["not-yours", "wrong-status"]), max_size=5), st.sampled_from([TAKE, REPLY]))
def test_whatever_was_refused_before_each_try_has_one_id_until_it_is_answered(revision: int, refusals: list[str], asked: CaseworkCommand):
    casework = Casework()
    ids = []
    for slug in refusals:
        ids.append(casework.id_of(asked, revision))
        casework.ends(ids[-1], refused=slug)

    assert len(set(ids)) == len(ids)
    assert casework.id_of(asked, revision) == casework.id_of(asked, revision) not in ids
    assert not casework.knows(asked, revision)


def test_a_command_that_nobody_thought_of_is_the_same_for_ever():
    assert set(COMMANDS) > set(UNTIL_SOMETHING_CHANGES)
    assert not {ReplyToCustomer, AddNote, EscalateComplaint, ExtendDeadline, ResolveComplaint, ProposeRemedy} & set(UNTIL_SOMETHING_CHANGES)
