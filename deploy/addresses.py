"""Where the backing services of one checkout are reached."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Addresses:
    amqp_url: str
    management_url: str
    mongo_url: str
