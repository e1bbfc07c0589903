"""What understanding a complaint costs by itself: parse and understand, in this process, nothing around it."""

import time
from collections.abc import Sequence
from statistics import median

from services.intake.channels import parse
from services.intake.understanding import understand
from shared.contracts import Inbound
from tests.load import complaints

ROUNDS = 5
COUNT = 140
ZONE = "Asia/Shanghai"


def understanding_ms() -> float:
    """Mean over the channels, median of rounds; the first round only warms up."""
    messages = [complaints.inbound(position, "understanding") for position in range(COUNT)]
    return median([_round(messages) for _ in range(ROUNDS + 1)][1:])


def _round(messages: Sequence[Inbound]) -> float:
    started = time.process_time()
    for one in messages:
        understand(
            parse(one),
            channel=one.channel,
            language_hint=one.language or "zh-Hans",
            country=one.country or "CN",
            zone=ZONE,
            received_at=one.received_at,
        )
    return 1_000 * (time.process_time() - started) / len(messages)
