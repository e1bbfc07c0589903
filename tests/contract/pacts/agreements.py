"""Who relies on whom for what: the consumer's needs, and a message as the provider really says it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from services.casework.learning.incidents import TOLD_AT_ONCE, incident_id_of
from services.simulators.wallet import SimulatorSettings, WalletSimulator
from shared.contracts import (
    AccountActionReported,
    AppealComplaint,
    AppealDecided,
    AppealOpened,
    ComplaintEscalated,
    ComplaintMoved,
    ComplaintRegistered,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintsLinked,
    ConfirmIncident,
    CustomerAnswered,
    CustomerErased,
    DeadlineApproaching,
    DeadlineExtended,
    DeadlineMissed,
    DecideAppeal,
    DeliveryReported,
    DismissIncident,
    EraseCustomer,
    EscalateComplaint,
    EscalationRequested,
    ExecuteAccountAction,
    ExecuteRemedy,
    ExtendDeadline,
    FollowUpReceived,
    InboundRefused,
    IncidentPartlyTold,
    IncidentProposed,
    IncidentTold,
    LedgerAnswered,
    LetterReported,
    LinkComplaints,
    LookUpLedger,
    LookUpTransaction,
    MaskedFact,
    MaterialRequested,
    Message,
    OutboundNotice,
    PriorityRaised,
    ProposeRemedy,
    RecordReferralAnswer,
    RecordSurvey,
    ReferComplaint,
    ReferralAnswered,
    ReferralOpened,
    RemedyMoved,
    RemedyReported,
    ReplyToCustomer,
    RequestAccountAction,
    RequestMaterial,
    ResolveComplaint,
    SimilarComplaint,
    SurveyAnswered,
    TakeAppeal,
    TakeComplaint,
    VerificationCodeIssued,
    VerifyCustomer,
    WithdrawComplaint,
)
from shared.contracts.inbound import INBOUND_BY_CHANNEL
from shared.contracts.vocabulary import FactKind, RemedyKind
from shared.settings import WALLETS
from tests import builders
from tests.contract.pacts import command_needs, needs
from tests.contract.pacts.rehearsal import AT, Rehearsal, first

ADAPTER = "adapter"
DESK = "desk"
"""Who is no service here: third parties, and every program through which people give commands. Builders speak for them."""


@dataclass(frozen=True)
class Agreement:
    consumer: str
    provider: str
    contract: type[Message]
    needs: needs.Needs
    says: Callable[[], Message]


def said_by(service: str, contract: type[Message], *heard: Message, passing: timedelta | None = None) -> Callable[[], Message]:
    """The first message of this kind that the service says when it hears the others and the time passes."""

    def says() -> Message:
        rehearsal = Rehearsal(service).hears(*heard)
        return first((rehearsal.reaches(AT + passing) if passing else rehearsal).said, contract)

    return says


def answered_by_wallet(request: Message) -> Message:
    """As the simulator answers, which stands for the wallet's own systems."""
    assert isinstance(request, LookUpLedger | ExecuteRemedy | ExecuteAccountAction)
    return WalletSimulator(SimulatorSettings().ledger()).answers(request, AT)[0]


REGISTERED = said_by("intake", ComplaintRegistered, builders.an_inbound_chat())
FOLLOWED_UP = said_by(
    "intake",
    FollowUpReceived,
    builders.an_inbound_chat(thread_id="conversation-1"),
    builders.an_inbound_chat("还没有到账吗?", source_id="chat-0002", thread_id="conversation-1"),
)
REFUSED = said_by("intake", InboundRefused, builders.an_inbound_chat(" "))
ROUTED = said_by("routing", ComplaintRouted, builders.a_complaint_registered())
ESCALATED = said_by("routing", ComplaintEscalated, builders.a_complaint_registered(), builders.a_deadline_missed())
PRIORITY_RAISED = said_by("routing", PriorityRaised, builders.a_complaint_registered(), builders.a_follow_up_received())
CLOCKS_STARTED = (builders.a_complaint_registered(), builders.a_complaint_routed())
APPROACHING = said_by("sla_watchdog", DeadlineApproaching, *CLOCKS_STARTED, passing=timedelta(hours=23))
MISSED = said_by("sla_watchdog", DeadlineMissed, *CLOCKS_STARTED, passing=timedelta(hours=25))
AT_WORK = (builders.a_complaint_registered(), builders.a_complaint_routed(), builders.a_command(TakeComplaint))
MOVED = said_by("casework", ComplaintMoved, *AT_WORK)
ANSWERED = said_by("casework", CustomerAnswered, *AT_WORK, builders.a_command(ReplyToCustomer))
RESOLVED = said_by("casework", ComplaintResolved, *AT_WORK, builders.a_command(ResolveComplaint))
MATERIAL_REQUESTED = said_by("casework", MaterialRequested, *AT_WORK, builders.a_command(RequestMaterial))
ESCALATION_REQUESTED = said_by("casework", EscalationRequested, *AT_WORK, builders.a_command(EscalateComplaint))
EXTENDED = said_by("casework", DeadlineExtended, *AT_WORK, builders.a_command(ExtendDeadline, by="supervisor-1"))
LINKED = said_by("casework", ComplaintsLinked, *AT_WORK, builders.a_command(LinkComplaints))
LONG_AGO = builders.a_complaint_registered(regime="uk_emoney", received_at=builders.RECEIVED_AT - timedelta(days=5 * 366))
ERASED = said_by(
    "casework",
    CustomerErased,
    LONG_AGO,
    builders.a_command(WithdrawComplaint, by="supervisor-1"),
    builders.a_command(EraseCustomer, by="compliance-1"),
)
DECIDED = (*AT_WORK, builders.a_command(ResolveComplaint))
APPEALED = (*DECIDED, builders.a_command(AppealComplaint))
REVIEWED = (*APPEALED, builders.a_command(TakeAppeal, by="reviewer-1"), builders.a_command(DecideAppeal, by="reviewer-1"))
APPEAL_OPENED = said_by("casework", AppealOpened, *APPEALED)
APPEAL_DECIDED = said_by("casework", AppealDecided, *REVIEWED)
REFERRED = (*AT_WORK, builders.a_command(ReferComplaint, by="compliance-1", answer_due_at=AT + timedelta(days=9)))
REFERRAL_OPENED = said_by("casework", ReferralOpened, *REFERRED)
REFERRAL_ANSWERED = said_by("casework", ReferralAnswered, *REFERRED, builders.a_command(RecordReferralAnswer, by="compliance-1"))
SURVEY_ANSWERED = said_by("casework", SurveyAnswered, *DECIDED, builders.a_command(RecordSurvey))
LEDGER_ASKED = said_by("casework", LookUpLedger, *AT_WORK, builders.a_command(LookUpTransaction))
REMEDY_ORDERED = said_by(
    "casework",
    ExecuteRemedy,
    *AT_WORK,
    builders.a_command(LookUpTransaction),
    builders.a_ledger_answered(),
    builders.a_command(ProposeRemedy, kind=RemedyKind.REFUND, amount=12_800, currency="CNY"),
)
REMEDY_MOVED = said_by(
    "casework",
    RemedyMoved,
    *AT_WORK,
    builders.a_command(LookUpTransaction),
    builders.a_ledger_answered(),
    builders.a_command(ProposeRemedy, kind=RemedyKind.REFUND, amount=12_800, currency="CNY"),
)
WITH_AN_ACCOUNT = (*AT_WORK, builders.a_command(LookUpTransaction), builders.a_ledger_answered())
CODE_ISSUED = said_by("casework", VerificationCodeIssued, *WITH_AN_ACCOUNT, builders.a_command(VerifyCustomer))
ACCOUNT_ORDERED = said_by("casework", ExecuteAccountAction, *WITH_AN_ACCOUNT, builders.a_command(RequestAccountAction, by="supervisor-1"))
SIMILAR = said_by(
    "casework", SimilarComplaint, builders.a_complaint_registered(facts=(MaskedFact(kind=FactKind.ERROR_CODE, value="E1001"),))
)
MANY = [builders.a_similar_complaint(complaint_id=builders.a_complaint_id(f"chat-{one}")) for one in range(TOLD_AT_ONCE + 1)]
INCIDENT_PROPOSED = said_by("casework", IncidentProposed, *MANY)
CONFIRMED = (*MANY, builders.a_confirmation(incident_id=incident_id_of(MANY[0])))
INCIDENT_TOLD = said_by("casework", IncidentTold, *CONFIRMED)
INCIDENT_PARTLY_TOLD = said_by("casework", IncidentPartlyTold, *CONFIRMED)
LETTER_REPORTED = said_by(
    "notification",
    LetterReported,
    builders.a_complaint_registered(regime="uk_emoney"),
    builders.a_complaint_resolved(regime="uk_emoney"),
    builders.a_delivery_reported(notice_id=f"{builders.a_complaint_id()}:outcome:2"),
)
TOLD = said_by("notification", OutboundNotice, builders.a_complaint_registered())

BETWEEN_SERVICES = [
    Agreement("routing", "intake", ComplaintRegistered, needs.REGISTERED_WITH_FACTS, REGISTERED),
    Agreement("routing", "intake", FollowUpReceived, needs.FOLLOWED_UP, FOLLOWED_UP),
    Agreement("routing", "sla_watchdog", DeadlineMissed, needs.MISSED, MISSED),
    Agreement("routing", "casework", EscalationRequested, needs.ESCALATION_REQUESTED, ESCALATION_REQUESTED),
    Agreement("casework", "intake", ComplaintRegistered, needs.REGISTERED, REGISTERED),
    Agreement("casework", "intake", FollowUpReceived, needs.FOLLOWED_UP, FOLLOWED_UP),
    Agreement("casework", "routing", ComplaintRouted, needs.ROUTED, ROUTED),
    Agreement("casework", "routing", ComplaintEscalated, needs.ESCALATED, ESCALATED),
    Agreement("casework", "sla_watchdog", DeadlineMissed, needs.MISSED, MISSED),
    Agreement("casework", "routing", PriorityRaised, needs.PRIORITY_RAISED, PRIORITY_RAISED),
    *(Agreement(one, "casework", CustomerErased, needs.ERASED, ERASED) for one in ("intake", "routing", "sla_watchdog", "notification")),
    Agreement("casework", "casework", ComplaintsLinked, needs.LINKED, LINKED),
    Agreement("casework", "casework", SimilarComplaint, needs.SIMILAR, SIMILAR),
    Agreement("casework", "casework", IncidentTold, needs.INCIDENT_TOLD, INCIDENT_TOLD),
    Agreement("casework", "casework", IncidentPartlyTold, needs.INCIDENT_PARTLY_TOLD, INCIDENT_PARTLY_TOLD),
    Agreement("sla_watchdog", "intake", ComplaintRegistered, needs.REGISTERED, REGISTERED),
    Agreement("sla_watchdog", "routing", ComplaintRouted, needs.ROUTED, ROUTED),
    Agreement("sla_watchdog", "casework", CustomerAnswered, needs.ANSWERED, ANSWERED),
    Agreement("sla_watchdog", "casework", ComplaintResolved, needs.RESOLVED, RESOLVED),
    Agreement("sla_watchdog", "casework", ComplaintMoved, needs.MOVED, MOVED),
    Agreement("sla_watchdog", "casework", DeadlineExtended, needs.EXTENDED, EXTENDED),
    Agreement("sla_watchdog", "notification", LetterReported, needs.LETTER_REPORTED, LETTER_REPORTED),
    Agreement("sla_watchdog", "casework", MaterialRequested, needs.MATERIAL_REQUESTED, MATERIAL_REQUESTED),
    Agreement("sla_watchdog", "casework", AppealOpened, needs.APPEAL_TOLD, APPEAL_OPENED),
    Agreement("sla_watchdog", "casework", AppealDecided, needs.RULING_TOLD, APPEAL_DECIDED),
    Agreement("sla_watchdog", "casework", ReferralOpened, needs.REFERRAL_OPENED, REFERRAL_OPENED),
    Agreement("sla_watchdog", "casework", ReferralAnswered, needs.REFERRAL_ANSWERED, REFERRAL_ANSWERED),
    Agreement("sla_watchdog", "casework", RemedyMoved, needs.REMEDY_MOVED, REMEDY_MOVED),
    Agreement("notification", "intake", ComplaintRegistered, needs.REGISTERED_TO_BE_ANSWERED, REGISTERED),
    Agreement("notification", "intake", FollowUpReceived, needs.FOLLOWED_UP, FOLLOWED_UP),
    Agreement("notification", "intake", InboundRefused, needs.REFUSED, REFUSED),
    Agreement("notification", "routing", ComplaintEscalated, needs.ESCALATED, ESCALATED),
    Agreement("notification", "routing", PriorityRaised, needs.PRIORITY_RAISED, PRIORITY_RAISED),
    Agreement("notification", "sla_watchdog", DeadlineApproaching, needs.APPROACHING, APPROACHING),
    Agreement("notification", "casework", VerificationCodeIssued, needs.CODE_ISSUED, CODE_ISSUED),
    Agreement("notification", "casework", CustomerAnswered, needs.ANSWERED_WITH_TEXT, ANSWERED),
    Agreement("notification", "casework", ComplaintResolved, needs.RESOLVED_WITH_TEXT, RESOLVED),
    Agreement("notification", "casework", MaterialRequested, needs.MATERIAL_REQUESTED, MATERIAL_REQUESTED),
    Agreement("notification", "casework", DeadlineExtended, needs.EXTENDED, EXTENDED),
    Agreement("notification", "casework", ComplaintMoved, needs.MOVED, MOVED),
    Agreement("notification", "casework", AppealOpened, needs.APPEAL_TOLD, APPEAL_OPENED),
    Agreement("notification", "casework", AppealDecided, needs.RULING_TOLD, APPEAL_DECIDED),
    Agreement("notification", "casework", SurveyAnswered, needs.SURVEY_ANSWERED, SURVEY_ANSWERED),
    Agreement("notification", "casework", IncidentProposed, needs.INCIDENT_PROPOSED, INCIDENT_PROPOSED),
    Agreement("notification", "casework", IncidentTold, needs.INCIDENT_TOLD, INCIDENT_TOLD),
]

WITH_THE_WALLET = [
    Agreement(WALLETS, "casework", LookUpLedger, needs.LEDGER_ASKED, LEDGER_ASKED),
    Agreement(WALLETS, "casework", ExecuteRemedy, needs.REMEDY_ORDERED, REMEDY_ORDERED),
    Agreement("casework", WALLETS, LedgerAnswered, needs.LEDGER_ANSWERED, lambda: answered_by_wallet(LEDGER_ASKED())),
    Agreement("casework", WALLETS, RemedyReported, needs.REMEDY_REPORTED, lambda: answered_by_wallet(REMEDY_ORDERED())),
    Agreement(WALLETS, "casework", ExecuteAccountAction, needs.ACCOUNT_ORDERED, ACCOUNT_ORDERED),
    Agreement("casework", WALLETS, AccountActionReported, needs.ACCOUNT_REPORTED, lambda: answered_by_wallet(ACCOUNT_ORDERED())),
]

WITH_THE_DESK = [
    Agreement("casework", DESK, ConfirmIncident, command_needs.CONFIRMED, builders.a_confirmation),
    Agreement("casework", DESK, DismissIncident, command_needs.DISMISSED, builders.a_dismissal),
    *(
        Agreement("casework", DESK, contract, command_needs.OF[contract], partial(builders.a_command, contract))
        for contract in command_needs.OF
    ),
]

WITH_ADAPTERS = [
    *(
        Agreement("intake", ADAPTER, INBOUND_BY_CHANNEL[channel], needs.INBOUND[channel], builders.BUILDERS[channel])
        for channel in INBOUND_BY_CHANNEL
    ),
    Agreement("notification", ADAPTER, DeliveryReported, needs.REPORTED, builders.a_delivery_reported),
    Agreement(ADAPTER, "notification", OutboundNotice, needs.NOTICE, TOLD),
]

AGREEMENTS = [*BETWEEN_SERVICES, *WITH_THE_WALLET, *WITH_THE_DESK, *WITH_ADAPTERS]
