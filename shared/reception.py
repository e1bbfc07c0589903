"""Who takes up what comes into each of a service's queues, and how many messages at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.broker import Source
from shared.consumer import Consumer, Handle
from shared.control import Control
from shared.dead import DeadLetters
from shared.envelope import Delivery
from shared.group_commit import GroupCommit
from shared.house import House, Service
from shared.ladder import Ladder
from shared.origin import origin_of
from shared.reconcile import Memory
from shared.switch import Switch
from shared.task import Task
from shared.telemetry import Metrics
from shared.topology import control_queue, dead_queue
from shared.work import Work


def queues_of(service: Service) -> list[str]:
    name = service.inbox.service
    own = [one.queue for one in service.inbox.subscriptions]
    return [*dict.fromkeys(own), *(one.queue for one in service.senders), control_queue(name), dead_queue(name)]


def letters_at_once(service: Service) -> dict[str, int]:
    """By queue. No more are at hand than a stop can wait for: each takes as long as the mail server takes."""
    return {one.queue: one.at_once for one in service.senders}


@dataclass
class Reception:
    """The queues of the inbox share one batch; letters, operators' commands and what was given up go their own ways."""

    service: Service
    house: House
    work: Work
    metrics: Metrics
    user: str
    """As whom the queues are read."""

    def __post_init__(self) -> None:
        settings, name = self.house.settings, self.service.inbox.service
        self.together = GroupCommit(self.work.handle, settings.batch_size)
        self._senders = {one.queue: one.handle(self.house) for one in self.service.senders}
        origin = origin_of(self.work.replica, self.service.inbox, self._senders)
        self.dead = DeadLetters(name, self.house.database, self.house.sealer, self.house.publish, origin)

    def consumers(self) -> dict[str, Consumer]:
        inbound = self.service.inbox.inbound
        sizes = letters_at_once(self.service)
        return {
            queue: self._consumer(Source(queue, self.user, queue in inbound), handle, sizes.get(queue, self.house.settings.batch_size))
            for queue, handle in self._handles(inbound).items()
        }

    def _handles(self, inbound: frozenset[str]) -> Mapping[str, Handle]:
        name = self.service.inbox.service
        control = Control(self.dead, self.house.clock, Memory(self.work), inbound)
        shared = dict.fromkeys(queues_of(self.service), self._bring)
        return shared | self._senders | {control_queue(name): control.obey, dead_queue(name): control.file_given_up}

    async def _bring(self, deliveries: Sequence[Delivery]) -> list[Task]:
        """Each queue fetches its own large bodies first: a store that is away holds up those who wait for it, and not the batch of all."""
        return await self.together.handle(await self.work.whole(deliveries))

    def _consumer(self, source: Source, handle: Handle, at_once: int) -> Consumer:
        settings, clock, publish = self.house.settings, self.house.clock, self.house.publish
        switch = Switch(source.queue, self.metrics, settings.bound, settings.probes)
        return Consumer(source, handle, publish, self.dead, self._ladder(source.queue), clock, self.metrics, at_once, switch)

    def _ladder(self, queue: str) -> Ladder:
        """What was given up once is no longer tried: where it cannot be filed as what it is, it is parked as it stands."""
        return Ladder(() if queue == dead_queue(self.service.inbox.service) else self.house.settings.retry_delays_ms)
