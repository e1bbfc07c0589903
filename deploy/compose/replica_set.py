"""Makes the member at HOST:PORT a replica set of one and waits until it takes writes: a one-shot of docker-compose.yml.

MongoDB confirms by majority only in a replica set, and a fresh container is none.
"""

import sys
import time

from deploy import mongo_node

PRIMARY_WITHIN_S = 60.0


def make(member: str) -> bool:
    """Whether it takes writes in the end. As often as you like."""
    direct = f"mongodb://{member}/?directConnection=true"
    deadline = time.monotonic() + PRIMARY_WITHIN_S
    while not mongo_node.listens(direct) and time.monotonic() < deadline:
        time.sleep(0.2)
    mongo_node.initiate(direct, member)
    while not (primary := mongo_node.is_primary(direct)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return primary


if __name__ == "__main__":
    if not make(sys.argv[1]):
        sys.exit(f"{sys.argv[1]} did not become primary within {PRIMARY_WITHIN_S:g} s")
