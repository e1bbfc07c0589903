"""What a message is for where it belongs to a known complaint. Ending a complaint, or appealing, is never read into a denial."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from services.intake.complaint import Parsed
from services.intake.understanding.follow_up_words import IN_ITSELF, ITS_WORDS, KNOWN_COMPLAINT, ON_COMPLAINT, REACH
from services.intake.understanding.found import Scanned
from services.intake.understanding.kind_words import DISSATISFIED, GENTLE, IN_ADVANCE, Why, first_of
from services.intake.understanding.short_replies import short_reply
from services.intake.understanding.short_reply_words import MARK_ALONE
from services.intake.understanding.words import matches_near
from shared.contracts import Fact, SurveyReply
from shared.contracts.vocabulary import ComplaintNumber, FactKind, MessageKind

DENIABLE = frozenset({MessageKind.WITHDRAWAL, MessageKind.APPEAL})
_IN_A_QUESTION = re.compile(r"[^。.!！\n]{0,12}(?:[?？]|吗|嗎)")
_WISHED = re.compile(r"(?:\b(?:could|can|would|will) (?:you|we)|please|请|請|帮|幫|麻烦|麻煩)[^.!?。！？\n]{0,24}\Z")
_DENIED = re.compile(
    r"(?:(?:不要|别|別|不会|不會|不想|不打算|不需要|没有|沒有|没|沒|未|从未)[^。.!?！？，,\n]{0,10}"
    r"|\b(?:did not|didn't|do not|don't|never|not|won't|without)\b[^.!?,\n]{0,24})\Z"
)
_OF_OTHERS = re.compile(
    r"(?:(?:是不是|是否|(?<![请請让讓望求])(?:你们|你們)|商家|卖家|賣家|店家|对方|對方|客服|他们|他們|银行|銀行|为什么|為什麼|怎么|怎麼|凭什么|憑什麼"
    r"|谁|誰)[^。.!?！？，,\n]{0,10}|\b(?:why|who|seller|merchant|shop|agent|bank|they|he|she|someone|somebody)\b[^.!?,\n]{0,24})\Z"
)
_CONDITIONAL = re.compile(
    r"(?:(?:如果|要是|只要|除非|若|等到|之后|之後|以后|以後|后再|後再|到账后|到帳後|收到后|收到後)[^。！？\n]{0,16}|(?:才|[我就便]会|[我就便]會)[^。！？，,\n]{0,8}"
    r"|\b(?:if|once|unless|until|after(?! all)|when|as soon as)\b[^.!?\n]{0,60})\Z"
)
_AUTOMATIC_SUBJECT = re.compile(
    r"^\s{0,5}(?:自动回复|自動回覆|系统退信|automatic reply|auto(?:matic)?[- ]?reply|out of office)", re.IGNORECASE
)
_ANSWERING_SUBJECT = re.compile(r"\s{0,3}(?:re|aw|sv|回复|回覆|答复|答覆)\s{0,2}[:：]", re.IGNORECASE)
_BUT = re.compile(r"[?？]|但|可是|不过|不過|然而|\bbut\b|\bhowever\b|\bstill\b")
LOOKED_BACK = 80
MATERIAL_FACTS = frozenset({FactKind.TRANSACTION_ID, FactKind.ERROR_CODE, FactKind.ERROR_TEXT, FactKind.APP_VERSION, FactKind.DEVICE_MODEL})
LONGEST_MATERIAL = 120
"""Signs of a message that is little else than what was asked for."""
LONGEST_LATER = 1_000
"""Who writes more tells something new: people read it."""
LONGEST_FIRST = 200
"""Who urges in a first message does it shortly; a long one tells what is wrong, and that counts."""


class OnComplaint(NamedTuple):
    """What a message is on a known complaint, and the words that decided."""

    kind: MessageKind
    why: str
    survey: SurveyReply | None = None


def refers_to_complaint(parsed: Parsed, spoken: Scanned, numbers: Sequence[ComplaintNumber]) -> bool:
    """By its own word; whether it belongs to one, its thread may say as well."""
    return bool(numbers) or bool(parsed.refers_to) or KNOWN_COMPLAINT in spoken.hits


def as_follow_up(parsed: Parsed, own: Scanned, facts: Sequence[Fact]) -> OnComplaint:
    """`own` is what the customer wrote just now, without what we wrote."""
    if (said := without_words(parsed)) is not None:
        kind, why = said
        return OnComplaint(MessageKind.FOLLOW_UP if kind is MessageKind.COMPLAINT else kind, why)
    reply = short_reply(own.lowered)
    if reply is not None and (reply.is_survey or (reply.is_polite and not parsed.evidence)):
        return OnComplaint(MessageKind.SURVEY_ANSWER if reply.is_survey else MessageKind.THANKS, "+".join(reply.said), reply.survey)
    told = _in_itself(own) or _on_complaint(own) or _bringing(parsed, own, facts) or _thanking(own)
    return OnComplaint(*(told or (MessageKind.FOLLOW_UP, "known complaint")))


def own_words(parsed: Parsed, text: Scanned, spoken: Scanned) -> Scanned:
    """The subject of an answer is ours, not the customer's."""
    answers = parsed.subject is not None and _ANSWERING_SUBJECT.match(parsed.subject)
    return text if answers and text.lowered.strip() else spoken


def without_words(parsed: Parsed) -> Why | None:
    """What the transport says, or that there is nothing to read."""
    if parsed.declared_kind is not None:
        return parsed.declared_kind, f"transport:{parsed.declared_kind}"
    if not parsed.text.strip() and not (parsed.subject or "").strip() and not parsed.evidence:
        return MessageKind.REFUSED, "empty"
    if parsed.subject and (automatic := _AUTOMATIC_SUBJECT.match(parsed.subject)):
        return MessageKind.AUTOMATIC, automatic.group().strip()
    return None


def without_marks(facts: Sequence[Fact], text: str) -> tuple[Fact, ...]:
    """Of an answer to the survey: the mark is no amount and no date."""
    return tuple(fact for fact in facts if not MARK_ALONE.fullmatch(text[fact.start : fact.end]))


def first_message_clue(spoken: Scanned) -> Why | None:
    """What needs no known complaint to be what it is."""
    clue = _in_itself(spoken)
    return clue if clue and (clue[0] in DENIABLE or len(spoken.lowered) <= LONGEST_FIRST) else None


def _in_itself(spoken: Scanned) -> Why | None:
    places = spoken.starts_by_label(ITS_WORDS)
    for order, clue in enumerate(IN_ITSELF):
        if str(order) in places:
            near = matches_near(clue.pattern, spoken.lowered, places[str(order)], before=REACH, after=REACH)
            if match := next((one for one in near if _is_meant(clue.kind, spoken.lowered, one)), None):
                return clue.kind, match.group().strip()
    return None


def _on_complaint(own: Scanned) -> Why | None:
    for clue in ON_COMPLAINT:
        if len(own.lowered) <= min(clue.longest, LONGEST_LATER):
            for match in clue.pattern.finditer(own.lowered):
                if _is_meant(clue.kind, own.lowered, match):
                    return clue.kind, match.group().strip()
    return None


def _is_meant(kind: MessageKind, lowered: str, match: "re.Match[str]") -> bool:
    if kind in DENIABLE and any(_stands_before(one, lowered, match.start()) for one in (_DENIED, _CONDITIONAL)):
        return False
    if kind is not MessageKind.WITHDRAWAL:
        return True
    return not _stands_before(_OF_OTHERS, lowered, match.start()) and not _is_asked(lowered, match)


def _stands_before(pattern: "re.Pattern[str]", lowered: str, start: int) -> bool:
    return pattern.search(lowered, max(0, start - LOOKED_BACK), start) is not None


def _is_asked(lowered: str, match: "re.Match[str]") -> bool:
    """Whether it may be withdrawn, not that it is; "could you withdraw it?" is a wish."""
    return not _stands_before(_WISHED, lowered, match.start()) and _IN_A_QUESTION.match(lowered, match.end()) is not None


def _bringing(parsed: Parsed, spoken: Scanned, facts: Sequence[Fact]) -> Why | None:
    """What was asked for, perhaps without a word: a file, or hardly more than a number. Who counts the days he waited, urges."""
    if parsed.evidence:
        return MessageKind.MATERIAL, "attachment"
    if any(fact.kind is FactKind.WAITED_DAYS for fact in facts):
        return MessageKind.CHASER, f"fact:{FactKind.WAITED_DAYS}"
    if len(spoken.lowered) > LONGEST_MATERIAL or "?" in spoken.lowered or "？" in spoken.lowered:
        return None
    brought = next((fact for fact in facts if fact.kind in MATERIAL_FACTS), None)
    return (MessageKind.MATERIAL, f"fact:{brought.kind}") if brought else None


def _thanking(own: Scanned) -> Why | None:
    """Thanks with a "but" or a question behind it, or before they were earned, are no mere thanks."""
    if DISSATISFIED in own.hits or any(pattern.search(own.lowered) for pattern in (_BUT, IN_ADVANCE)):
        return None
    return first_of(GENTLE[:1], own.lowered)
