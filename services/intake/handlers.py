"""What intake does on each inbound message. Read me first. All channels go the same way; each has a queue of its own."""

from services.intake import repeats, rules
from services.intake.identity import Keys, number_name
from services.intake.reader import Reader
from services.intake.reading import Understood
from services.intake.threads import thread_of
from shared.adapters import Adapters
from shared.contracts import INBOUND_BY_CHANNEL, ComplaintRegistered, CustomerErased, FollowUpReceived, Inbound, InboundRefused
from shared.decision import Claim, Create, Lookup, Reaction, Transition
from shared.envelope import Envelope
from shared.erasing import erase
from shared.inbox import Inbox

inbox = Inbox("intake", emits=(ComplaintRegistered, FollowUpReceived, InboundRefused))


def on_inbound(message: Inbound, adapters: Adapters, keys: Keys, reader: Reader, envelope: Envelope) -> Reaction:
    adapter = rules.vouched(message, envelope, adapters)
    understood = Understood(message, adapter, *reader(message, adapter), envelope.at)
    if (no := rules.declined(understood)) is not None:
        return Create(understood.inbound_id, no)
    if numbers := understood.understanding.numbers:
        return Lookup(number_name(numbers[0]), lambda owner: _linked(owner, understood, keys) if owner else _new(understood, keys))
    return _new(understood, keys)


for _channel, _contract in INBOUND_BY_CHANNEL.items():
    inbox.on(_contract, queue=f"intake.{_channel}", binding=f"{_channel}.*")(on_inbound)


@inbox.on(CustomerErased)
def on_customer_erased(event: CustomerErased) -> Reaction:
    return Transition(event.complaint_id, erase)


def _new(understood: Understood, keys: Keys, salt: int = 0) -> Reaction:
    """A new complaint, unless its thread has one already. A number that is in use is made again with the next salt.

    Only then its customer is asked for: what turns out to be a follow-up must not stand for a complaint.
    """
    decision = rules.register(understood, keys, salt)
    thread = Claim(thread_of(understood.message, understood.parsed, keys), lambda owner: _linked(owner, understood, keys))
    number = Claim(number_name(decision.state.number), lambda _: _new(understood, keys, salt + 1))
    granted = (lambda: repeats.registering(decision)) if repeats.counts(decision.state) else None
    return Create(understood.inbound_id, decision, claims=(thread, number), granted=granted)


def _linked(owner: str, understood: Understood, keys: Keys) -> Reaction:
    return Transition(owner, lambda held: rules.link(held, understood, keys))
