"""What each hop writes, for all styles the same."""

import time
from collections.abc import Callable
from typing import Any

from pymongo import InsertOne, UpdateOne

Document = dict[str, Any]
Write = InsertOne[Document] | UpdateOne
CLOCK_S = 1_800


def collection_of(hop: str) -> str:
    return "deliveries" if hop == "record-delivery" else "complaints"


def store(complaint: Document) -> Write:
    return InsertOne({**complaint, "_id": complaint["source_id"], "status": "new"})


def route(complaint: Document) -> Write:
    routed = {"status": "routed", "team": "payments", "routed_at": time.time()}
    return UpdateOne({"_id": complaint["source_id"], "status": "new"}, {"$set": routed})


def start_clock(complaint: Document) -> Write:
    return UpdateOne({"_id": complaint["source_id"]}, {"$set": {"next_due": time.time() + CLOCK_S, "clock": "open"}})


def record_delivery(complaint: Document) -> Write:
    return InsertOne({"_id": complaint["source_id"], "to": complaint["sender"], "at": time.time(), "state": "sent"})


WRITES: dict[str, Callable[[Document], Write]] = {
    "store": store,
    "route": route,
    "start-clock": start_clock,
    "record-delivery": record_delivery,
}
