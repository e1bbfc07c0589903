"""Free ports on the loopback."""

import random
import socket
from collections.abc import Sequence
from contextlib import ExitStack

# Below the range from which Linux and macOS take ports for outgoing connections, so that nobody takes ours between choice and use.
CHOICE = range(20_000, 32_000)
TRIES = 20


def free_ports(count: int) -> tuple[int, ...]:
    for _ in range(TRIES):
        numbers = tuple(random.sample(CHOICE, k=count))
        if are_free(numbers):
            return numbers
    raise OSError(f"no {count} free ports were found between {CHOICE.start} and {CHOICE.stop} in {TRIES} tries")


def are_free(numbers: Sequence[int]) -> bool:
    """All of them, at once."""
    with ExitStack() as held:
        for number in numbers:
            listener = held.enter_context(socket.socket())
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # the servers do so too: a port just left counts as free
            try:
                listener.bind(("127.0.0.1", number))
            except OSError:
                return False
    return True


def answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False
