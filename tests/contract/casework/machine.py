"""A complaint's life on the real write path, in whatever order its messages come, however often, and with a broker that is away."""

import asyncio
from collections import Counter
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from services.simulators.wallet import Fault
from shared.contracts import (
    CaseworkCommand,
    ExecuteRemedy,
)
from shared.contracts.vocabulary import MessageKind, Team
from tests.builders import (
    a_complaint_escalated,
    a_complaint_registered,
    a_complaint_routed,
    a_follow_up_received,
)
from tests.builders.commands import OWED
from tests.contract.casework.sensible import Wish
from tests.contract.casework.whims import FAULTS, TO_THE_END, WISHES, commands
from tests.contract.casework.world import World, contradictions, must_be_none
from tests.under_test import ServiceUnderTest

ROUNDS = 3
PATIENCE = timedelta(minutes=6)
"""As long as the wallet is ever waited for before it is asked again."""


class Casework(World, RuleBasedStateMachine):
    def __init__(self, runner: asyncio.Runner, service: ServiceUnderTest) -> None:
        RuleBasedStateMachine.__init__(self)
        World.__init__(self, runner, service)

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
        must_be_none(self.with_the_wallet())
        state = self.run(self.service.state(self.complaint_id))
        done = Counter(one["remedy_id"] for one in state["remedies"] if one["state"] == "done" and one["attempt"])
        paid = Counter(one.request.remedy_id for one in self.wallet.payments.done.values() if one.state == "executed")
        must_be_none((done - paid) + (paid - done))
        must_be_none(contradictions(self.service))
        self.clocks_are_as_the_complaint_stands(state)
