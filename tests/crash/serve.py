"""A service as it always starts, except that it is killed at one place: `python -m tests.crash.serve SERVICE PLACE --port …`."""

import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from faststream._internal.cli.main import cli

import shared.consumer
from services.intake.arrivals import Arrivals
from services.notification.senders import post
from services.notification.senders.letters import Letters
from shared.broker import Publisher
from shared.claims import Claims
from shared.contracts import EVENTS, OUTBOUND
from shared.dead import DeadLetters
from shared.envelope import Outgoing
from shared.sweep import Sweeper

Way = Callable[..., Awaitable[Any]]
OF = os.environ.get("REDRESS_DIES_AT", "")
"""A complaint: only at what is done for it does the process die. Without one, at the first thing that comes to the place."""


def die() -> None:
    """Nothing is flushed, closed or said: as if the machine had lost its power."""
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str) -> None:
    way: Way = getattr(owner, name)  # a place that is gone must be told, not passed by

    async def dead(*given: Any, **named: Any) -> Any:
        if OF in repr(given):
            die()
        return await way(*given, **named)

    setattr(owner, name, dead)


def after(owner: Any, name: str) -> None:
    way: Way = getattr(owner, name)

    async def done_and_dead(*given: Any, **named: Any) -> Any:
        done = await way(*given, **named)
        # `given` ends with what was to be done; nothing done is nowhere to die
        if given[-1] and OF in repr(given):
            die()
        return done

    setattr(owner, name, done_and_dead)


def publishing(confirmed: Callable[[Sequence[Outgoing]], Sequence[Outgoing]]) -> None:
    """Dies at the first events: of these, the broker still confirms what `confirmed` names."""
    publish = Publisher.publish

    async def publish_and_die(self: Publisher, messages: Sequence[Outgoing]) -> None:
        if not any(one.exchange in (EVENTS, OUTBOUND) for one in messages):
            await publish(self, messages)
            return
        await publish(self, confirmed(messages))
        die()

    Publisher.publish = publish_and_die  # type: ignore[method-assign]


def filed() -> None:
    file = DeadLetters.file

    async def file_and_die(self: DeadLetters, failures: Any, at: Any) -> None:
        await file(self, failures, at)
        if failures:
            die()

    DeadLetters.file = file_and_die  # type: ignore[method-assign]


PLACES: dict[str, Callable[[], None]] = {
    "kept, not written": lambda: after(Arrivals, "keep"),
    "claimed, not written": lambda: after(Claims, "_claim"),
    "written, not published": lambda: publishing(lambda _: ()),
    "half of it published": lambda: publishing(lambda all_: all_[: len(all_) // 2]),
    "published, not acknowledged": lambda: before(shared.consumer, "acknowledge"),
    "parked, not acknowledged": filed,
    "published, not marked so": lambda: before(Sweeper, "_confirmed"),
    "letter claimed, not sent": lambda: before(post, "send"),
    "letter taken by the server, not on record": lambda: after(post, "send"),
    "letter on record, not reported": lambda: after(Letters, "taken"),
}


def main() -> None:
    service, place, *rest = sys.argv[1:]
    PLACES[place]()
    sys.argv = ["faststream", "run", f"services.{service}.app:build", "--factory", *rest]
    cli(prog_name="faststream")


if __name__ == "__main__":
    main()
