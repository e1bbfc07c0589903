"""How it was, read out of a plain reply. A mark is never taken for money, and money never for a mark."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.understanding.follow_up import without_marks
from services.intake.understanding.short_replies import LONGEST_REPLY, short_reply
from shared.contracts import SurveyReply
from shared.contracts.vocabulary import FactKind, MessageKind
from tests.builders.understood import on_a_complaint, understood


@pytest.mark.parametrize(
    ("text", "solved", "attitude", "suggests"),
    [
        ("是 5", True, 5, False),
        ("是，5分", True, 5, False),
        ("RD-7K3MQ-2XV9H-5 是，5分", True, 5, False),
        ("[RD-7K3MQ-2XV9H-5] yes, 4", True, 4, False),
        ("是的,4,谢谢", True, 4, False),
        ("否,3分,希望快一点", False, 3, True),
        ("没有解决", False, None, False),
        ("解决了，4分，建议客服更耐心", True, 4, True),
        ("1. 是 2. 5 3. 无", True, 5, False),
        ("1、否 2、1分 3、没人回电话", False, 1, True),
        ("1.是的 2.5分 3.没有建议", True, 5, False),
        ("问题解决：是；态度：5；建议：无", True, 5, False),
        ("问题解决：否；态度：２；建议：多打电话", False, 2, True),
        ("服务态度 4分", None, 4, False),
        ("沒有，2分，態度不好", False, 2, True),
        ("1. yes 2. 4 3. faster please", True, 4, True),
        ("solved, 5/5", True, 5, False),
        ("No, 1/5, nobody called me back", False, 1, True),
        ("yes, 5/5, thank you", True, 5, False),
        ("Yes, 4 stars", True, 4, False),
        ("It's not resolved.", False, None, False),
        ("RD-7K3MQ-2XV9H-5 是 5", True, 5, False),
        ("投诉编号：RD-7K3MQ-2XV9H-5，否，2分，多打电话", False, 2, True),
        ("yes, 4/5 (complaint number RD-7K3MQ-2XV9H-5)", True, 4, False),
        ("complaint no. RD-7K3MQ-2XV9H-5: not solved", False, None, False),
        ("Solved: yes. Attitude: 4. Suggestion: quicker replies", True, 4, True),
    ],
)
def test_answers_to_the_three_questions(text: str, solved: bool | None, attitude: int | None, suggests: bool):  # noqa: FBT001 - a column of the table
    meaning = on_a_complaint(text)

    assert meaning.kind is MessageKind.SURVEY_ANSWER
    assert meaning.survey == SurveyReply(solved=solved, attitude=attitude, suggests=suggests)


@pytest.mark.parametrize("text", ["已解决，谢谢", "问题解决了，感谢", "Great, got my money back, thanks", "All sorted now, cheers"])
def test_thanks_may_say_that_it_is_solved(text: str):
    meaning = on_a_complaint(text)

    assert (meaning.kind, meaning.survey) == (MessageKind.THANKS, SurveyReply(solved=True))


@pytest.mark.parametrize(
    "text", ["谢谢", "好的", "Thanks!", "催一下", "是", "no", "5", "解决了吗？", "solved?", "是 5笔交易", "yes 3 of my payments failed"]
)
def test_what_answers_nothing_says_so(text: str):
    assert on_a_complaint(text).survey is None


@pytest.mark.parametrize("text", ["是，5分", "否,3分,希望快一点", "1. yes 2. 4 3. faster please", "solved, 5/5", "是 5", "服务态度 4分"])
def test_a_mark_is_no_amount_no_time_and_no_transaction(text: str):
    found = {fact.kind for fact in without_marks(understood(text).facts, text)}

    assert not found & {FactKind.AMOUNT, FactKind.TRANSACTION_TIME, FactKind.TRANSACTION_ID}


PIECES = [
    "是",
    "否",
    "yes",
    "no",
    "解决",
    "没有",
    "5",
    "3分",
    "5/5",
    "1.",
    "2、",
    " ",
    "，",
    "\n",
    "thanks",
    "谢谢",
    "solved",
    "not ",
    "钟",
    "?",
    "：",
    "attitude",
]


@given(st.text(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_whatever_is_written_a_mark_is_one_to_five_and_stands_in_the_text(text: str):
    reply = short_reply(text.lower())

    if reply is not None and reply.mark is not None:
        assert 1 <= reply.mark <= 5
        assert str(reply.mark) in text


def test_a_long_text_is_no_short_reply():
    assert short_reply("是，5分，" + "好" * LONGEST_REPLY) is None
