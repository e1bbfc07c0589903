"""A complaint's life on the real write path, in whatever order its messages come, however often, and with a broker that is away."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from services.casework.store import LIVES
from services.simulators.wallet import REQUESTED, Fault, Request, SimulatorSettings, WalletSimulator
from shared.audit import fault_of
from shared.contracts import (
    AppealComplaint,
    ApproveRemedy,
    ApproveResolution,
    CaseworkCommand,
    CloseComplaint,
    DecideAppeal,
    ExecuteRemedy,
    LookUpTransaction,
    Message,
    ProposeRemedy,
    RejectRemedy,
    ReopenComplaint,
    ResolveComplaint,
    TakeAppeal,
    TakeComplaint,
)
from shared.contracts.vocabulary import AgentId, AppealDecision, Material, MessageKind, Outcome, RemedyKind, Team, Verdict
from shared.errors import BrokerAway
from shared.storage import Document
from shared.task import End
from tests.builders import (
    a_command,
    a_complaint_escalated,
    a_complaint_id,
    a_complaint_registered,
    a_complaint_routed,
    a_follow_up_received,
)
from tests.builders.commands import OWED
from tests.contract.casework.promises import broken
from tests.contract.casework.sensible import Wish, next_step
from tests.under_test import ServiceUnderTest, another_replica

LEDGER = SimulatorSettings().ledger()
PEOPLE = ("refunds-1", "refunds-2", "refunds-senior", "supervisor-1", "supervisor-2", "compliance-1", "reviewer-1", "reviewer-2", "fees-1")
TO_THE_END = (
    TakeComplaint,
    LookUpTransaction,
    ProposeRemedy,
    ApproveRemedy,
    RejectRemedy,
    ResolveComplaint,
    ApproveResolution,
    CloseComplaint,
    ReopenComplaint,
    AppealComplaint,
    TakeAppeal,
    DecideAppeal,
)
"""The commands that lead to money, a decision and its review: they are given more often than chance would give them."""

CHANGES: Mapping[str, st.SearchStrategy[Any]] = {
    "materials": st.lists(st.sampled_from(Material), min_size=1, max_size=3).map(tuple),
    "assignee": st.sampled_from(PEOPLE),
    "remedy": st.integers(1, 3),
    "decision": st.sampled_from(Verdict),
    "outcome": st.sampled_from([Outcome.EXPLANATION, Outcome.MONETARY_RELIEF]),
    "ruling": st.just(AppealDecision.UPHOLD),
}
# The most telling first: that is what Hypothesis tries before anything else, and mostly.
WISHES = st.builds(
    Wish,
    verdict=st.sampled_from(Verdict),
    worker=st.sampled_from(["supervisor-1", "compliance-1"]).map(AgentId),
    second=st.sampled_from(["supervisor-2", "compliance-1"]).map(AgentId),
    reviewer=st.sampled_from(["compliance-1", "reviewer-1"]).map(AgentId),
    amount=st.sampled_from([12_800, 4_000]),
    refunds=st.sampled_from([1, 2, 3, 0]),
)
FAULTS = st.sampled_from([None, None, None, *Fault])
ROUNDS = 3
PATIENCE = timedelta(minutes=6)
"""As long as the wallet is ever waited for before it is asked again."""


@st.composite
def commands(draw: st.DrawFn, kinds: Sequence[type[CaseworkCommand]]) -> CaseworkCommand:
    kind = draw(st.sampled_from(kinds))
    changes = {name: draw(values) for name, values in CHANGES.items() if name in kind.model_fields and kind is not DecideAppeal}
    if kind is ProposeRemedy:
        changes |= draw(proposals())
    return a_command(kind, by=draw(st.sampled_from(PEOPLE)), **changes)


@st.composite
def proposals(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from([RemedyKind.REFUND, RemedyKind.REFUND, RemedyKind.COMPENSATION, RemedyKind.APOLOGY]))
    money = {"amount": draw(st.sampled_from([100, 5_000, 12_800])), "currency": "CNY"}
    return {"kind": kind, **({} if kind is RemedyKind.APOLOGY else money)}


class Casework(RuleBasedStateMachine):
    """`letters` is all that was ever said to casework about one complaint; each is delivered at least once before the end."""

    def __init__(self, runner: asyncio.Runner, service: ServiceUnderTest) -> None:
        super().__init__()
        self.runner = runner
        self.service = service
        self.replicas = (service, another_replica(service))
        self.complaint_id = a_complaint_id(uuid4().hex)
        self.wallet = WalletSimulator(LEDGER)
        self.letters: list[Message] = []
        self.unheard: list[Message] = []
        service.outbox.published.clear()
        service.outbox.away_for = 0

    @initialize(known=st.sampled_from([True, True, True, False]), steps=st.sampled_from([16, 8, 12, 4, 0]), wish=WISHES, fault=FAULTS)
    def begins(self, known: bool, steps: int, wish: Wish, fault: Fault | None) -> None:  # noqa: FBT001 - drawn
        """Somewhere on a sensible way, or nothing is known of it yet and everything else may come first."""
        for one in (a_complaint_registered(complaint_id=self.complaint_id), a_complaint_routed(complaint_id=self.complaint_id)):
            self.says(one, heard=known)
        if known:
            self.it_goes_on(steps, wish, fault)

    @rule(steps=st.sampled_from([8, 2, 4]), wish=WISHES, fault=FAULTS)
    def sensible_people_go_on(self, steps: int, wish: Wish, fault: Fault | None) -> None:
        self.it_goes_on(steps, wish, fault)

    @rule(command=commands(TO_THE_END))
    def somebody_leads_it_on(self, command: CaseworkCommand) -> None:
        self.says(command.model_copy(update={"complaint_id": self.complaint_id}))

    @rule(command=commands(list(OWED)))
    def somebody_does_anything(self, command: CaseworkCommand) -> None:
        self.says(command.model_copy(update={"complaint_id": self.complaint_id}))

    @rule(kind=st.sampled_from(MessageKind), known=st.booleans())
    def the_customer_writes(self, kind: MessageKind, known: bool) -> None:  # noqa: FBT001 - drawn
        self.says(a_follow_up_received(complaint_id=self.complaint_id, kind=kind, owner_known=known))

    @rule(level=st.integers(1, 2), team=st.sampled_from(["supervisors", "compliance"]))
    def it_is_handed_up(self, level: int, team: str) -> None:
        self.says(a_complaint_escalated(complaint_id=self.complaint_id, level=level, team=Team(team)))

    @precondition(lambda self: self.requests())
    @rule(data=st.data(), fault=FAULTS)
    def the_wallet_answers(self, data: st.DataObject, fault: Fault | None) -> None:
        """Any request that it ever had: a broker may deliver one again."""
        request = data.draw(st.sampled_from(self.requests()))
        self.wallet.faults.extend([fault] if fault else [])
        self.answers(request)

    @precondition(lambda self: self.letters)
    @rule(data=st.data(), replica=st.integers(0, 1))
    def something_comes_again(self, data: st.DataObject, replica: int) -> None:
        self.hears(data.draw(st.sampled_from(self.letters)), replica)

    @rule()
    def the_broker_goes_away(self) -> None:
        """What is written next is not told: as if the process had died in between."""
        self.service.outbox.away_for = 1

    @rule(time=st.sampled_from([timedelta(seconds=31), timedelta(days=1)]))
    def time_passes(self, time: timedelta) -> None:
        self.service.passes(time)
        self.sweeps()

    def every_promise_holds(self) -> None:
        document = self.run(self.service.stored(self.complaint_id))
        if document is None or "state" not in document:
            return
        archived = self.run(self.service.house.database.collection(LIVES.archive).find({"of": self.complaint_id}))
        assert fault_of(LIVES, document, archived) is None
        assert broken(document["state"], self.executions(), LEDGER) == []

    def teardown(self) -> None:
        """Everything arrives in the end, and the wallet comes to its senses."""
        self.service.outbox.away_for = 0
        for one in [*self.letters]:
            self.hears(one, 0)
        self.wallet.faults.clear()
        self.service.passes(timedelta(seconds=10))
        self.sweeps()
        for _ in range(ROUNDS):
            open_ = self.with_the_wallet()
            self.service.passes(PATIENCE)
            self.sweeps()
            for request in [one for one in self.requests() if isinstance(one, ExecuteRemedy) and one.remedy_id in open_]:
                self.answers(request)
        assert self.with_the_wallet() == set()
        state = self.run(self.service.state(self.complaint_id))
        done = Counter(one["remedy_id"] for one in state["remedies"] if one["state"] == "done" and one["attempt"])
        paid = Counter(one.request.remedy_id for one in self.wallet.payments.done.values() if one.state == "executed")
        assert done == paid
        assert contradictions(self.service) == []

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
        assert [task.what for task in tasks if task.end in (End.RETRY, End.DEAD)] == []
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


def contradictions(service: ServiceUnderTest) -> list[str]:
    """Ids under which two different things were said."""
    bodies = {(one.message_id, one.body) for one in service.outbox.published}
    return [id_ for id_, count in Counter(id_ for id_, _ in bodies).items() if count > 1]
