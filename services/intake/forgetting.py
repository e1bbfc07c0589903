"""What intake keeps beside a complaint and takes away when its customer is erased: originals, threads, the number's owner. ADR-0025."""

from dataclasses import dataclass

from services.intake.identity import NUMBER, number_name
from services.intake.opening import OPENINGS
from services.intake.originals import Originals
from shared.blanking import ERASED
from shared.claims import ANSWER, NOBODY
from shared.house import House
from shared.storage import Collection, Document, UpdateOne

GONE = ("body", "body_key", "parts", "parts_count", "promised", "awaits_body", "kept_until")


@dataclass(frozen=True)
class Forgetting:
    ledger: Collection
    originals: Originals
    claims: Collection
    openings: Collection

    @classmethod
    def of(cls, house: House) -> "Forgetting":
        of = house.database.collection
        return cls(of("arrivals"), Originals(of("arrival_parts"), house.sealer), of("claims"), of(OPENINGS))

    async def beside(self, complaint: Document) -> None:
        """Whatever comes again of these messages is known at the door, and known to be of this complaint."""
        state = complaint["state"]
        ids = [complaint["_id"], *(one["inbound_id"] for one in state["follow_ups"])]
        theirs = {"$or": [{"_id": {"$in": ids}}, {"beside": {"$in": ids}}]}
        for arrival in await self.ledger.find(theirs, only={"parts": 1, "parts_count": 1}):
            await self.originals.drop(arrival)
            known = {"$set": {"erased": True, "of": complaint["_id"]}, "$unset": dict.fromkeys(GONE, "")}
            await self.ledger.write([UpdateOne({"_id": arrival["_id"]}, known)])
        await self.openings.update_all({"complaint_id": complaint["_id"]}, {"$set": {"reason": ERASED}})
        await self._names(complaint["_id"], state["number"])

    async def _names(self, key: str, number: str) -> None:
        """A conversation that goes on is a new complaint; the number is nobody's, and never given again. Answers that were given stay,
        or a message that comes again would be led elsewhere.
        """
        theirs = [one["_id"] async for one in self.claims.search({"owner": key}, only={"_id": 1})]
        names = [one for one in theirs if not one.startswith((ANSWER, NUMBER))]
        await self.claims.delete_all({"_id": {"$in": names}, "owner": key})
        nobodys = {"$set": {"owner": NOBODY, "of": key}}
        await self.claims.write([UpdateOne({"_id": number_name(number), "owner": key}, nobodys)])
