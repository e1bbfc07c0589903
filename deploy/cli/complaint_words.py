"""The options of `redress complaint …`: which one fills which field of a command."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import typer
from pydantic import TypeAdapter, ValidationError

from deploy.cli import house_time
from shared.contracts import Point
from shared.contracts.vocabulary import (
    AccountAction,
    AppealDecision,
    BodyKind,
    ClockKind,
    Material,
    Outcome,
    ProofWay,
    ReferralWay,
    Relation,
    RemedyKind,
    RootCause,
    Verdict,
)

CODE = TypeAdapter[str](RootCause)


@dataclass(frozen=True, slots=True)
class Word:
    """The option that fills a field of a command."""

    flag: str
    of: Any  # a type that typer reads
    help: str
    metavar: str | None = None
    reads: Callable[[str], Any] | None = None


def _point(text: str) -> Point:
    about, parted, answer = text.partition("=")
    if not parted:
        raise typer.BadParameter("name what they complained of, then =, then the answer")
    return Point(about=about.strip(), answer=answer.strip())


def _code(text: str) -> str:
    try:
        return CODE.validate_python(text)
    except ValidationError:
        raise typer.BadParameter("a code is written like app.payment.failed; root_causes.toml of casework lists them") from None


WORDS: Mapping[str, Word] = {
    "assignee": Word("--to", str, "Who shall have it.", "AGENT"),
    "text": Word("--text", str, "What is written: to the customer, or to colleagues in a note.", "WORDS"),
    "reason": Word("--reason", str, "Kept with the complaint, for whoever asks later.", "WORDS"),
    "materials": Word("--material", list[Material], "Repeat it for several."),
    "transaction_id": Word("--transaction", str, "The transaction's id; without one the ledger looks by time and amount.", "ID"),
    "transaction_at": Word("--at", object, "When it was, with its zone: 2026-11-20T10:15+08:00.", "TIME", house_time.zoned),
    "amount": Word("--amount", int, "In minor units: 12800 is 128.00.", "UNITS"),
    "currency": Word("--currency", str, "ISO 4217.", "CODE"),
    "kind": Word("--kind", RemedyKind, "What is done for the customer."),
    "remedy": Word("--remedy", int, "Which of the complaint's remedies; `redress show` numbers them.", "NUMBER"),
    "clock": Word("--clock", ClockKind, "Which deadline moves."),
    "due_at": Word("--until", object, "With its zone: 2026-12-24T18:00+08:00.", "TIME", house_time.zoned),
    "decision": Word("--decision", Verdict, "What was decided on the merits."),
    "outcome": Word("--outcome", Outcome, "How it was closed."),
    "points": Word(
        "--point", list[str], "What they complained of, and our answer; repeat it: 'charged twice=refunded today'.", "X=Y", _point
    ),
    "root_cause": Word("--root-cause", object, "A code of the root causes' file, such as app.payment.failed.", "CODE", _code),
    "agreed": Word("--agreed", bool, "The customer agreed."),
    "other": Word("--other", str, "The other complaint.", "NUMBER"),
    "into": Word("--into", str, "Where work goes on.", "NUMBER"),
    "ruling": Word("--ruling", AppealDecision, "What the review makes of the first decision."),
    "way": Word("--way", ReferralWay, "Whether it goes to them, or came from them."),
    "body": Word("--body", str, "The outside body's name.", "NAME"),
    "body_kind": Word("--body-kind", BodyKind, "What kind of body it is."),
    "reference": Word("--reference", str, "Their own reference.", "TEXT"),
    "answer_due_at": Word("--answer-by", object, "Their deadline, with its zone: 2026-12-24T18:00+08:00.", "TIME", house_time.zoned),
    "sent": Word("--sent", str, "What was sent, or what they ask.", "WORDS"),
    "referral": Word("--referral", int, "Which of the complaint's referrals; `redress show` numbers them.", "NUMBER"),
    "answer": Word("--answer", str, "Their outcome, or our answer.", "WORDS"),
    "solved": Word("--solved/--not-solved", bool, "Whether the trouble is over."),
    "attitude": Word("--attitude", int, "From 1, very bad, to 5, very good.", "1-5"),
    "suggestion": Word("--suggestion", str, "What the customer would do better.", "WORDS"),
    "agent": Word("--agent", str, "Who keeps away.", "AGENT"),
    "how": Word("--how", ProofWay, "A code to the registered contact, the ledger's word, or what was seen."),
    "code": Word("--code", str, "The six digits that the customer was sent.", "DIGITS"),
    "name": Word("--name", str, "Who acts for the customer.", "NAME"),
    "relation": Word("--relation", Relation, "By what they act."),
    "authority": Word("--authority", str, "What shows it.", "WORDS"),
    "until": Word("--until", object, "With its zone: 2026-12-24T18:00+08:00; otherwise until revoked.", "TIME", house_time.zoned),
    "representative": Word("--representative", int, "Which of the complaint's representatives; `redress show` numbers them.", "NUMBER"),
    "action": Word("--action", AccountAction, "What the wallet core does with the customer's account."),
}
