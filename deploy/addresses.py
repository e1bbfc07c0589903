"""Where the backing services of one checkout are reached."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Addresses:
    amqp_url: str = field(repr=False)
    management_url: str = field(repr=False)
    mongo_url: str = field(repr=False)
