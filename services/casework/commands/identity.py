"""How a customer shows who they are: by the channel, a code to the registered contact, documents, and the ledger beside one of these."""

import hmac
from dataclasses import replace
from datetime import datetime, timedelta

from services.casework.commands.deed import Deed, Refused
from services.casework.life import Life
from services.casework.policies.identity_policy import IdentityPolicy
from services.casework.policies.rulebook import Rulebook
from services.casework.records.inquiry import Inquiry
from services.casework.records.persons import TRIES, UNPROVED, Code, Identity
from shared.contracts import ComplaintRegistered, ConfirmCode, FollowUpReceived, VerificationCodeIssued, VerifyCustomer
from shared.contracts.vocabulary import FactKind, IdentityLevel, ProofWay

MOST_CODES_A_DAY = 3
"""So that nobody's mailbox is flooded, and a guess at six digits stays a guess: fifteen tries a day."""
A_DAY = timedelta(days=1)


def known_by_channel(event: ComplaintRegistered | FollowUpReceived, policy: IdentityPolicy) -> Identity:
    """An adapter that logs its senders in vouches for the account; what any other says of it the customer said."""
    account = event.reply_to.account_id
    if account is None or event.adapter not in policy.logged_in_by:
        return UNPROVED
    return Identity(IdentityLevel.CHANNEL_KNOWN, account, "channel", event.adapter, event.received_at)


def recognised(held: Life, event: FollowUpReceived, policy: IdentityPolicy) -> Life:
    """Who writes on from where they are logged in is known from then on, unless the ledger has named another account."""
    known = known_by_channel(event, policy)
    if held.identity.level is not IdentityLevel.NONE or known.account_id is None or account_of(held) not in {None, known.account_id}:
        return held
    return confirmed_by_ledger(replace(held, identity=replace(known, codes=held.identity.codes)))


def verify(held: Life, command: VerifyCustomer, rulebook: Rulebook, at: datetime) -> Deed:
    if rulebook.organisation.by_id[command.by].role not in rulebook.identity.ways[command.how]:
        raise Refused("not-permitted")
    match command.how:
        case ProofWay.CODE:
            return _send_a_code(held, command, at)
        case ProofWay.SEEN:
            return _seen(held, command, at)
        case ProofWay.LEDGER:
            return _by_the_ledger(held)


def confirm_code(held: Life, command: ConfirmCode, rulebook: Rulebook, at: datetime) -> Deed:
    """The newest code counts alone. A wrong one is no refusal: it is on record, and uses up a try."""
    code = held.identity.codes[-1] if held.identity.codes else None
    if code is None or not code.may_be_tried(at):
        raise Refused("no-code-open")
    if not hmac.compare_digest(rulebook.keys.code(code.code_id), command.code):
        wrong = replace(code, wrong=code.wrong + 1)
        return Deed(_with(held, wrong), reason=f"{TRIES - wrong.wrong} tries left", what="code-wrong")
    life = _proved(_with(held, replace(code, used_at=at)), code.account_id, ProofWay.CODE, command.by, at)
    return Deed(life, reason=life.identity.level)


def confirmed_by_ledger(held: Life) -> Life:
    """The ledger's word adds to a proof, whose way and taker stay on record. Alone it is none: who saw a receipt knows as much."""
    known = held.identity
    if known.level not in {IdentityLevel.CHANNEL_KNOWN, IdentityLevel.CONTACT_VERIFIED}:
        return held
    if not any(_bears_out(one, known.account_id) for one in held.lookups):
        return held
    return replace(held, identity=replace(known, level=IdentityLevel.LEDGER_CONFIRMED))


def account_of(held: Life) -> str | None:
    """The one that is proved, or else the only one that the ledger ever named. Never one out of a message."""
    named = {one.account_id for lookup in held.lookups for one in lookup.transactions}
    return held.identity.account_id or (next(iter(named)) if len(named) == 1 else None)


def _send_a_code(held: Life, command: VerifyCustomer, at: datetime) -> Deed:
    account, codes = account_of(held), held.identity.codes
    if account is None:
        raise Refused("account-unknown")
    if sum(one.issued_at > at - A_DAY for one in codes) >= MOST_CODES_A_DAY:
        raise Refused("too-many-codes")
    code = Code(f"{held.complaint_id}/{len(codes) + 1}-{at:%Y%m%dT%H%M%S}", account, command.by, at)
    issued = VerificationCodeIssued(
        complaint_id=held.complaint_id,
        number=held.number,
        code_id=code.code_id,
        account_id=account,
        email=_registered_email(held, account),
        expires_at=code.expires_at,
        issued_at=at,
    )
    return Deed(replace(held, identity=replace(held.identity, codes=(*codes, code))), [issued], reason=command.how)


def _seen(held: Life, command: VerifyCustomer, at: datetime) -> Deed:
    account = account_of(held)
    if account is None:
        raise Refused("account-unknown")
    if held.identity.level.rank >= IdentityLevel.CONTACT_VERIFIED.rank:
        raise Refused("proved-already")
    return Deed(_proved(held, account, f"seen: {command.reason}", command.by, at), reason=command.reason)


def _by_the_ledger(held: Life) -> Deed:
    if held.identity.level is IdentityLevel.LEDGER_CONFIRMED:
        raise Refused("proved-already")
    life = confirmed_by_ledger(held)
    if life is held:
        raise Refused("ledger-bears-nothing-out")
    return Deed(life, reason=life.identity.level)


def _proved(held: Life, account: str, how: str, by: str, at: datetime) -> Life:
    """Holds the contact, or was seen. More may be known already, and stays."""
    if held.identity.level.rank >= IdentityLevel.CONTACT_VERIFIED.rank:
        return held
    known = replace(held.identity, level=IdentityLevel.CONTACT_VERIFIED, account_id=account, how=how, by=by, at=at)
    return confirmed_by_ledger(replace(held, identity=known))


def _bears_out(lookup: Inquiry, account: str | None) -> bool:
    """One transaction, on that account; of what the customer says beside, something is confirmed and nothing contradicted."""
    if account is None or [one.account_id for one in lookup.transactions] != [account]:
        return False
    beside = [one.confirmed for one in lookup.findings if one.kind is not FactKind.ACCOUNT_ID]
    return bool(beside) and all(one.confirmed for one in lookup.findings)


def _registered_email(held: Life, account: str) -> str | None:
    """As the ledger said last."""
    known = [one.registered_email for lookup in held.lookups for one in lookup.transactions if one.account_id == account]
    return next((one for one in reversed(known) if one), None)


def _with(held: Life, code: Code) -> Life:
    return replace(held, identity=replace(held.identity, codes=(*held.identity.codes[:-1], code)))
