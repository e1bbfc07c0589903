"""The same four hops with nothing in them: store, route, start a clock, record the delivery. No rule, no seal, no record, no claim.

Every hop is at least once: a majority-written document, a confirmed publish, then the acknowledgement.
"""

from itertools import pairwise

HOPS = ("store", "route", "start-clock", "record-delivery")
NEXT = dict(pairwise(HOPS))


def queue_of(style: str, hop: str) -> str:
    return f"{style}.{hop}"
