"""What goes wrong, as data. hands.py says how it is done."""
# ruff: noqa: E501  (a table)

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from deploy.house import SERVICES
from tests.chaos import hands, wrong_clock
from tests.chaos.hands import broker_line, database_lines
from tests.chaos.proxy import Proxy
from tests.chaos.scene import Scene

Hand = Callable[[Scene], Awaitable[None]]
DROP, RESET, STALL, HEAL = Proxy.drop, Proxy.reset, Proxy.stall, Proxy.heal
BROKER, DATABASE = partial(broker_line, HEAL), partial(database_lines, HEAL)


@dataclass(frozen=True)
class Fault:
    name: str
    what: str
    strike: Hand
    heal: Hand
    lasts_s: float
    """In the long form; a shorter form takes a share of it."""


CATALOGUE: Sequence[Fault] = (
    *(Fault(f"{one} killed", f"SIGKILL of all replicas of {one}", partial(hands.kill, one), hands.nothing, 2) for one in SERVICES),
    Fault("wallet killed", "SIGKILL of the wallet", hands.wallet_dies, hands.nothing, 2),
    Fault("payers killed", f"SIGKILL of casework and the wallet in turn, {hands.KILLS} times each", hands.kill_who_pays, hands.nothing, 1),
    Fault("broker killed", "SIGKILL of the broker's node", hands.broker_dies, hands.broker_starts, 2),
    Fault("primary killed", "SIGKILL of MongoDB's primary", hands.primary_dies, hands.members_start, 5),
    Fault("broker line reset", "every connection to the broker is reset, new ones too", partial(broker_line, RESET), BROKER, 5),
    Fault("replicas stopped", "SIGTERM of one replica of each service at once", hands.stop_replicas, hands.nothing, 2),
    Fault("rolling restart", "SIGTERM of every replica, one after the other", hands.roll, hands.nothing, 0),
    Fault("disk full", "the database answers every write with OutOfDiskSpace", hands.disks_fill, hands.disks_are_cleaned, 10),
    Fault("memory alarm", "the broker blocks all publishers", hands.memory_runs_out, hands.memory_is_back, 10),
    Fault("queue deleted", f"{hands.DELETED} is deleted under its consumers", hands.queue_is_deleted, hands.topology_is_applied, 4),
    Fault("database line stalled", "a black hole before every member of the database", partial(database_lines, STALL), DATABASE, 12),
    Fault("replicas paused", "SIGSTOP of one replica of each service", hands.pause_replicas, hands.wake_replicas, 20),
    Fault("clock an hour off", "one replica of each service starts with a clock an hour ahead", wrong_clock.set_a_clock_wrong, wrong_clock.set_it_right, 8),
    Fault("killed at random", f"SIGKILL of {hands.KILLS} replicas, any of them, one after the other", hands.kill_at_random, hands.nothing, 1),
    Fault("queue purged", f"{hands.PURGED} is purged while routing is away", hands.routing_is_held, hands.its_queue_is_purged, 6),
    Fault("broker restarted", "the broker's node is stopped in order", hands.broker_stops, hands.broker_starts, 3),
    Fault("primary steps down", "the members elect another one", hands.primary_steps_down, hands.nothing, 3),
    Fault("wallet paused", "SIGSTOP of the wallet", hands.wallet_hangs, hands.wallet_wakes, 20),
    Fault("primary paused", "SIGSTOP of MongoDB's primary", hands.primary_pauses, hands.database_resumes, 15),
    Fault("database paused", "SIGSTOP of all members", hands.database_pauses, hands.database_resumes, 10),
    Fault("broker line dropped", "every connection to the broker ends, new ones too", partial(broker_line, DROP), BROKER, 5),
    Fault("broker line stalled", "a black hole before the broker", partial(broker_line, STALL), BROKER, 15),
    Fault("broker line slow", f"{1_000 * hands.SLOW_S:g} ms more in each direction", hands.slow_broker_line, BROKER, 10),
    Fault("database line reset", "every connection to the database is reset, new ones too", partial(database_lines, RESET), DATABASE, 5),
    Fault("database line dropped", "every connection to the database ends, new ones too", partial(database_lines, DROP), DATABASE, 5),
    Fault("database line slow", f"{250 * hands.SLOW_S:g} ms more in each direction", hands.slow_database_lines, DATABASE, 10),
    Fault("service paused", "SIGSTOP of all replicas of one service", hands.pause_service, hands.wake_replicas, 20),
    Fault("third replicas", "one more replica of each service joins and leaves", hands.add_replicas, hands.remove_replicas, 8),
)  # fmt: skip
"""The most telling ones first: a run with fewer faults takes them from the front."""


def named(*names: str) -> list[Fault]:
    found = {one.name: one for one in CATALOGUE}
    return [found[name] for name in names]
