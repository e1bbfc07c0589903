"""One complaint on the real write path: who says what to casework, what reaches the wallet, and what must hold after each message."""

import asyncio
import random
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.casework.store import LIVES
from services.simulators.wallet import REQUESTED, Fault, Request, SimulatorSettings, WalletSimulator
from shared.audit import fault_of
from shared.contracts import (
    ComplaintRegistered,
    ComplaintRouted,
    ExecuteRemedy,
    Message,
)
from shared.errors import BrokerAway
from shared.storage import Document
from shared.task import End
from tests.builders import (
    a_complaint_id,
)
from tests.contract.casework.clocks import HEARS, wrong
from tests.contract.casework.promises import broken
from tests.contract.casework.sensible import Wish, next_step
from tests.under_test import ServiceUnderTest, another_replica

LEDGER = SimulatorSettings().ledger()
BY_KEY = {one.key: one for one in HEARS}


class World:
    """`letters` is all that was ever said to casework about one complaint; each is delivered at least once before the end."""

    def __init__(self, runner: asyncio.Runner, service: ServiceUnderTest) -> None:
        self.runner = runner
        self.service = service
        self.replicas = (service, another_replica(service))
        self.complaint_id = a_complaint_id(uuid4().hex)
        self.wallet = WalletSimulator(LEDGER)
        self.letters: list[Message] = []
        self.unheard: list[Message] = []
        service.outbox.published.clear()
        service.outbox.away_for = 0
        service.house.clock.test_offset = timedelta()

    def it_goes_on(self, steps: int, wish: Wish, fault: Fault | None) -> None:
        """The fault meets the wallet's next answer."""
        self.wallet.faults.extend([fault] if fault else [])
        for _ in range(steps):
            state = self.known()
            if state is None:
                return
            if (step := next_step(state, wish)) is not None:
                self.says(step)
            elif requests := self.requests():
                self.answers(requests[-1])

    def says(self, message: Message, *, heard: bool = True) -> None:
        self.letters.append(message)
        if heard:
            self.hears(message, 0)

    def hears(self, message: Message, replica: int) -> None:
        """Where the broker is away, the message stays with it, and comes again before the end at the latest."""
        try:
            tasks = self.run(self.replicas[replica].receives(message))
        except BrokerAway:
            return
        must_be_none([task.what for task in tasks if task.end in (End.RETRY, End.DEAD)])
        self.every_promise_holds()

    def answers(self, request: Request) -> None:
        for answer in self.wallet.answers(request, self.service.house.clock.now()):
            self.says(answer)

    def known(self) -> Document | None:
        document = self.run(self.service.stored(self.complaint_id))
        return document.get("state") if document else None

    def sweeps(self) -> None:
        sweeper = self.service.sweeper()
        try:
            self.run(sweeper.sweep())
            self.run(sweeper.republish())
        except BrokerAway:
            return
        self.every_promise_holds()

    def requests(self) -> list[Request]:
        """What of this complaint reached the wallet, once each."""
        ours = (one for one in self.service.outbox.published if one.type in REQUESTED and one.correlation_id == self.complaint_id)
        found = {one.message_id: one for one in ours}
        return [REQUESTED[one.type].model_validate_json(one.body) for one in found.values()]

    def executions(self) -> list[ExecuteRemedy]:
        return [one for one in self.requests() if isinstance(one, ExecuteRemedy)]

    def with_the_wallet(self) -> set[str]:
        state = self.run(self.service.state(self.complaint_id))
        return {one["remedy_id"] for one in state["remedies"] if one["state"] in ("approved", "pending")}

    def run(self, doing: Any) -> Any:
        return self.runner.run(doing)

    def every_promise_holds(self) -> None:
        document = self.run(self.service.stored(self.complaint_id))
        if document is None or "state" not in document:
            return
        archived = self.run(self.service.house.database.collection(LIVES.archive).find({"of": self.complaint_id}))
        must_be_none(fault_of(LIVES, document, archived))
        must_be_none(broken(document["state"], self.executions(), LEDGER))

    def clocks_are_as_the_complaint_stands(self, state: Document) -> None:
        begun = [one for one in self.letters if isinstance(one, ComplaintRegistered | ComplaintRouted)]
        emitted = {one.message_id: one for one in self.service.outbox.published if one.correlation_id == self.complaint_id}
        said = [BY_KEY[one.type].model_validate_json(one.body) for one in emitted.values() if one.type in BY_KEY]
        for seed in range(3):
            shuffled = random.Random(seed).sample([*begun, *said], len(begun) + len(said))
            must_be_none(wrong(state, shuffled, self.service.house.clock.now()))


def contradictions(service: ServiceUnderTest) -> list[str]:
    """Ids under which two different things were said."""
    bodies = {(one.message_id, one.body) for one in service.outbox.published}
    return [id_ for id_, count in Counter(id_ for id_, _ in bodies).items() if count > 1]


def must_be_none(found: object) -> None:
    """Says what there is."""
    assert not found, found
