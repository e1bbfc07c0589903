"""When most messages of a queue fail, and how long to wait before the next probe. Values and rules alone; time is passed in."""

from dataclasses import dataclass

LEAST_OF_A_WAIT = 0.8


@dataclass(frozen=True, slots=True)
class Bound:
    """Passed when, of the newest messages, at least so many and more than this share failed for a reason that may pass."""

    messages: int = 200
    window_s: float = 60.0
    least: int = 20
    share: float = 0.5


@dataclass(frozen=True, slots=True)
class Batch:
    at_s: float
    """Monotonic."""
    messages: int
    failed: int


@dataclass(frozen=True, slots=True)
class Recent:
    """How the newest messages of one queue ended, batch by batch, oldest first."""

    batches: tuple[Batch, ...] = ()

    def and_then(self, batch: Batch, bound: Bound) -> "Recent":
        """Forgets what is older than the window, and whole batches that the newest messages do not need."""
        kept, messages = [batch], batch.messages
        for one in reversed(self.batches):
            if messages >= bound.messages or batch.at_s - one.at_s > bound.window_s:
                break
            kept.append(one)
            messages += one.messages
        return Recent(tuple(reversed(kept)))

    def passes(self, bound: Bound) -> bool:
        """Never at a batch that went well, though it may push older good ones out of what is looked at."""
        if not self.batches or not self.batches[-1].failed:
            return False
        messages, failed = sum(one.messages for one in self.batches), sum(one.failed for one in self.batches)
        return failed >= bound.least and failed > bound.share * messages


@dataclass(frozen=True, slots=True)
class Probes:
    """Waits that double up to the longest."""

    first_s: float
    longest_s: float

    def wait_s(self, number: int, chance: float) -> float:
        """`number` counts from 0; `chance`, from 0 to 1, spreads replicas that paused together."""
        full = min(self.first_s * 2.0 ** min(number, 32), self.longest_s)
        return full * (LEAST_OF_A_WAIT + (1 - LEAST_OF_A_WAIT) * chance)
