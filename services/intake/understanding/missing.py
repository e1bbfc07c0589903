"""What a complaint of its category still lacks, less what it says, shows, or what the channel tells by itself."""

import re
from collections.abc import Iterable

from services.intake.complaint import Evidence, Parsed
from shared.contracts import Fact
from shared.contracts.vocabulary import Category, FactKind, Material, MessageKind

MONEY = (Material.TRANSACTION_ID, Material.TRANSACTION_TIME, Material.AMOUNT)
NEEDS: dict[Category, tuple[Material, ...]] = {
    Category.ACCOUNT_SECURITY: (Material.ACCOUNT,),
    Category.FAILED_TRANSACTION: (*MONEY, Material.ACCOUNT),
    Category.DISPUTE: (*MONEY, Material.COUNTERPARTY, Material.ACCOUNT),
    Category.REFUND: (Material.TRANSACTION_ID, Material.AMOUNT, Material.ACCOUNT),
    Category.SERVICE_QUALITY: (),
    Category.FEES: (Material.AMOUNT, Material.TRANSACTION_TIME, Material.ACCOUNT),
    Category.LOGIN: (Material.ACCOUNT, Material.ERROR_TEXT),
    Category.TECHNICAL: (Material.ERROR_TEXT, Material.DEVICE, Material.APP_VERSION),
    Category.CROSS_BORDER: (*MONEY, Material.ACCOUNT),
    Category.ENQUIRY: (),
    Category.SUGGESTION: (),
    Category.OTHER: (),
}
GIVEN_BY: dict[FactKind, tuple[Material, ...]] = {
    # the ledger finds amount, time and other party by the id, so nobody is asked for what we hold
    FactKind.TRANSACTION_ID: (Material.TRANSACTION_ID, Material.TRANSACTION_TIME, Material.AMOUNT, Material.COUNTERPARTY),
    FactKind.TRANSACTION_TIME: (Material.TRANSACTION_TIME,),
    FactKind.AMOUNT: (Material.AMOUNT,),
    FactKind.COUNTERPARTY: (Material.COUNTERPARTY,),
    FactKind.ACCOUNT_PHONE: (Material.ACCOUNT,),
    FactKind.ACCOUNT_EMAIL: (Material.ACCOUNT,),
    FactKind.ACCOUNT_ID: (Material.ACCOUNT,),
    FactKind.ERROR_TEXT: (Material.ERROR_TEXT,),
    FactKind.ERROR_CODE: (Material.ERROR_TEXT,),
    FactKind.DEVICE_MODEL: (Material.DEVICE,),
    FactKind.APP_VERSION: (Material.APP_VERSION,),
}
ASKED_FOR = frozenset({MessageKind.COMPLAINT, MessageKind.ENQUIRY, MessageKind.REFUSED})
ENOUGH_WORDS = 4
_WORDS = re.compile(r"[\u4e00-\u9fff]|[^\W_\u4e00-\u9fff]+")


def missing_of(parsed: Parsed, kind: MessageKind, category: Category, facts: Iterable[Fact]) -> tuple[Material, ...]:
    if kind not in ASKED_FOR:
        return ()
    facts = tuple(facts)
    given = {material for fact in facts for material in GIVEN_BY.get(fact.kind, ())} | _given_by_channel(parsed)
    lacking = tuple(material for material in NEEDS[category] if material not in given)
    return (Material.DESCRIPTION, *lacking) if not facts and _is_too_short(parsed) else lacking


def _given_by_channel(parsed: Parsed) -> set[Material]:
    sender = parsed.sender
    given = {Material.ACCOUNT} if sender.account_id or sender.email or sender.phone else set()
    if any(_is_picture(evidence) for evidence in parsed.evidence):
        given |= {Material.SCREENSHOT, Material.ERROR_TEXT}
    return given


def _is_picture(evidence: Evidence) -> bool:
    return evidence.type.startswith(("image/", "video/"))


def _is_too_short(parsed: Parsed) -> bool:
    words = len(_WORDS.findall(f"{parsed.subject or ''} {parsed.text}"[:400]))
    return words < ENOUGH_WORDS
