"""A short reply, read word by word from its beginning: thanks, "it works now", a yes and a mark out of five. Doubtful ones say nothing."""

import re
from dataclasses import dataclass

from services.intake.understanding.short_reply_words import (
    AFTER_CLEAR_MARK,
    AFTER_MARK,
    BETWEEN,
    COUNTED,
    GREETING,
    LABEL,
    NOTHING,
    NUMBER,
    POLITELY,
    SAYING,
    Said,
)
from shared.contracts import SurveyReply

LONGEST_REPLY = 600
POLITE = frozenset({Said.THANKS, Said.HEARD, Said.SOLVED})


@dataclass(slots=True)
class ShortReply:
    """What was recognised from the beginning on; `rest` is where that ends."""

    said: list[Said]
    rest: str = ""
    solved: bool | None = None
    mark: int | None = None
    plain_mark: bool = False
    """Nothing but a digit: it may count something else."""
    counted: int = 0

    @property
    def is_polite(self) -> bool:
        """Thanks, "noted", "it works now", and nothing else. A bare yes may answer anything."""
        said = set(self.said)
        return bool(said & POLITE) and not self.rest and said <= POLITE | {Said.YES} and (Said.YES not in said or Said.SOLVED in said)

    @property
    def is_survey(self) -> bool:
        return self.survey is not None and not (self.solved and self.mark is None and Said.THANKS in self.said)

    @property
    def survey(self) -> SurveyReply | None:
        """What it answers to the survey's questions, were they asked."""
        if not self._answers():
            return None
        return SurveyReply(solved=self.solved, attitude=self.mark, suggests=bool(self.rest))

    def _answers(self) -> bool:
        if self.plain_mark and not self.counted and any(sign.isdigit() for sign in self.rest):
            return False
        if self.mark is not None:
            return self.solved is not None or (not self.rest and not self.plain_mark)
        outspoken = {Said.SOLVED, Said.UNSOLVED} & set(self.said)
        return (bool(outspoken) and not self.rest) or (self.solved is not None and self.counted > 1)


def short_reply(lowered: str) -> ShortReply | None:
    """Of a folded text in lower case. A question asks; it answers nothing."""
    if len(lowered) > LONGEST_REPLY or not (text := NUMBER.sub(" ", lowered).strip()):
        return None
    reply, place = ShortReply([]), _after(GREETING, text, 0)
    while True:
        place = _after(BETWEEN, text, place)
        if counted := COUNTED.match(text, place):
            reply.counted, place = reply.counted + 1, counted.end()
        place = _after(LABEL, text, place)
        end = _next(text, place, reply)
        if end is None:
            break
        place = end
    rest = text[place:]
    reply.rest = "" if POLITELY.fullmatch(NOTHING.sub("", rest, count=1)) else rest
    return None if reply.mark is None and ("?" in text or "？" in text) else reply


def _after(pattern: "re.Pattern[str]", text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place


def _next(text: str, place: int, reply: ShortReply) -> int | None:
    """Takes in one saying; None where none is recognised that fits to what was said before."""
    for said, pattern in SAYING:
        if (found := pattern.match(text, place)) and _take(said, found, reply):
            reply.said.append(said)
            return found.end()
    return None


def _take(said: Said, found: "re.Match[str]", reply: ShortReply) -> bool:
    if said is Said.MARK:
        return _take_mark(found, reply)
    if said in {Said.THANKS, Said.HEARD}:
        return True
    solved = said in {Said.SOLVED, Said.YES}
    if reply.mark is not None or (reply.solved is not None and reply.solved is not solved):
        return False
    if said in {Said.YES, Said.NO} and reply.solved is not None:
        return False
    reply.solved = solved
    return True


def _take_mark(found: "re.Match[str]", reply: ShortReply) -> bool:
    plain = found["unit"] is None and found[0] == found["mark"]
    if reply.mark is not None or (plain and reply.solved is None):
        return False
    clear = not plain and "/" not in found[0] and AFTER_CLEAR_MARK.match(found.string, found.end())
    if not clear and not AFTER_MARK.match(found.string, found.end()):
        return False
    reply.mark, reply.plain_mark = int(found["mark"]), plain
    return True
