"""What is on record of each letter: `sending`, then `taken` by the mail server, then `sent`, reported too. `waiting` after a failed try."""

from datetime import datetime, timedelta

from shared.errors import TransientError
from shared.storage import Collection, UpdateOne, insert


class LetterUnderWay(TransientError):
    """Another worker is sending this letter, or died while it did. Operator: nothing; it is looked at again once its time is up."""

    slug = "letter-under-way"


class Letters:
    """A letter is sent by one worker at a time. A claim older than the lease is of a worker that died, and is taken over."""

    def __init__(self, held: Collection, lease: timedelta) -> None:
        self._held = held
        self._lease = lease

    async def claim(self, notice_id: str, at: datetime) -> datetime | None:
        """None: it is ours to send now. Otherwise when the mail server took it: it must not go out again."""
        first = {"_id": notice_id, "schema": 1, "state": "sending", "claimed_at": at, "attempts": 1}
        if not (await self._held.write([insert(first)])).failed:
            return None
        free = [{"state": "waiting"}, {"state": "sending", "claimed_at": {"$lte": at - self._lease}}]
        ours = {"$set": {"state": "sending", "claimed_at": at}, "$inc": {"attempts": 1}}
        if (await self._held.write([UpdateOne({"_id": notice_id, "$or": free}, ours)])).matched:
            return None
        known = await self._held.one({"_id": notice_id})
        if known is None or "taken_at" not in known:
            raise LetterUnderWay("another worker has claimed this letter")
        taken_at: datetime = known["taken_at"]
        return taken_at

    async def release(self, notice_id: str, claimed_at: datetime) -> None:
        """The server did not take it: the next try need not wait for the lease. A claim of somebody else stays."""
        ours = {"_id": notice_id, "state": "sending", "claimed_at": claimed_at}
        await self._held.write([UpdateOne(ours, {"$set": {"state": "waiting"}})])

    async def taken(self, notice_id: str, at: datetime) -> None:
        await self._held.write([UpdateOne({"_id": notice_id}, {"$set": {"state": "taken", "taken_at": at}})])

    async def reported(self, notice_id: str, at: datetime) -> None:
        await self._held.write([UpdateOne({"_id": notice_id, "state": "taken"}, {"$set": {"state": "sent", "sent_at": at}})])
