"""Bodies that travel by reference, put back into their messages: out of the store, or of our own ledger once it has them. ADR-0016."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError

from services.intake.originals import Originals
from shared.adapters import Adapters
from shared.bodies import Bodies, BodyMismatch, BodyMissing, BodyStoreAway, BodyTooLarge
from shared.contracts.inbound import BodyReference
from shared.envelope import BODY, Delivery, Envelope
from shared.errors import DatabaseAway, RedressError
from shared.storage import Collection, Document


@dataclass(frozen=True, slots=True)
class Fetching:
    bodies: Bodies
    ledger: Collection
    originals: Originals
    adapters: Adapters
    limit_bytes: int

    async def whole(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """What cannot be had is that message's own end. Raises `DatabaseAway`."""
        return [await self._whole(one) for one in deliveries]

    async def _whole(self, delivery: Delivery) -> Delivery:
        try:
            if is_by_reference(delivery.envelope):
                return replace(delivery, fetched=await self._fetched(reference_in(delivery.envelope), delivery.envelope))
            self._refuse_too_large(delivery.envelope, len(delivery.body))
        except DatabaseAway:
            raise
        except RedressError as error:
            return replace(delivery, fetched=error)
        return delivery

    async def _fetched(self, reference: BodyReference, envelope: Envelope) -> bytes:
        self._refuse_too_large(envelope, reference.size)
        try:
            return await self.bodies.get(reference)
        except (BodyMissing, BodyStoreAway):
            held = await self.ledger.one({"body_ref": reference.ref, "body_key": {"$exists": True}})
            if held is None:
                raise
            return await self.originals.opened(held)

    def _refuse_too_large(self, envelope: Envelope, size: int) -> None:
        entry = self.adapters.by_name.get(adapter_of(envelope))
        most = min(self.limit_bytes, (entry and entry.max_message_bytes) or self.limit_bytes)
        if size > most:
            raise BodyTooLarge(f"the body has {size:,} bytes; at most {most:,} are read")


def is_by_reference(envelope: Envelope) -> bool:
    return BODY in envelope.headers


def header_of(arrival: Document) -> dict[str, str]:
    """As it came with the message that the ledger's entry is of."""
    reference = arrival.get("promised") or {"ref": arrival["body_ref"], "size": arrival["bytes"], "sha256": arrival["sha256"].hex()}
    return {BODY: BodyReference.model_validate(reference).model_dump_json()}


def reference_in(envelope: Envelope) -> BodyReference:
    """Raises `BodyMismatch` where it cannot be read, or names what is not this adapter's own."""
    header = envelope.headers[BODY]
    try:
        reference = BodyReference.model_validate_json(header) if isinstance(header, (str, bytes)) else BodyReference.model_validate(header)
    except ValidationError:
        raise BodyMismatch(f"header {BODY} is no reference to a body") from None
    if reference.ref != f"{adapter_of(envelope)}/{reference.sha256}":
        raise BodyMismatch("the reference is not made of this adapter's name and the SHA-256 of the bytes")
    return reference


def adapter_of(envelope: Envelope) -> str:
    return envelope.routing_key.partition(".")[2]
