"""How a complaint's life begins: what came with it, whom it repeats, and which outside body sent it."""

from services.casework.commands import referring
from services.casework.commands.identity import known_by_channel
from services.casework.life import SYSTEM, Happening, Life, happened
from services.casework.policies.rulebook import Rulebook
from shared.contracts import ComplaintRegistered, ComplaintsLinked, MaskedFact
from shared.contracts.vocabulary import Channel, FactKind, LinkKind, Status
from shared.decision import Decision

SHOWN = 4
"""Characters of an account."""


def begin(event: ComplaintRegistered, rulebook: Rulebook) -> Decision[Life]:
    """The account under which the customer wrote is something that the customer says, unless the channel logged them in: the ledger may
    contradict it.
    """
    life = Life(
        event.complaint_id,
        event.number,
        event.category,
        event.received_at,
        channel=event.channel,
        regime=event.regime,
        repeat_of=event.repeat_of,
        facts=(*event.facts, *_account_of(event)),
        identity=known_by_channel(event, rulebook.identity),
        linked=(event.repeat_of,) if event.repeat_of else (),
    )
    life = happened(life, Happening(event.registered_at, SYSTEM, "registered", Status.REGISTERED))
    repeats = [_repeats(life, event)] if event.repeat_of else []
    if event.channel is not Channel.REFERRAL:
        return Decision(life, emit=repeats, what="registered")
    referred = referring.hear(life, event, rulebook.regimes)
    return Decision(referred.life, emit=[*repeats, *referred.emit], what="registered")


def _account_of(event: ComplaintRegistered) -> tuple[MaskedFact, ...]:
    """The end of it; of a short one nothing."""
    account = event.reply_to.account_id
    if not account:
        return ()
    shown = account[-SHOWN:] if len(account) > 2 * SHOWN else ""
    return (MaskedFact(kind=FactKind.ACCOUNT_ID, value=f"…{shown}"),)


def _repeats(life: Life, event: ComplaintRegistered) -> ComplaintsLinked:
    assert event.repeat_of is not None
    return ComplaintsLinked(
        complaint_id=life.complaint_id, other=event.repeat_of, how=LinkKind.REPEAT, by=SYSTEM, linked_at=event.registered_at
    )
