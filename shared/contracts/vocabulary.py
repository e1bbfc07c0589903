"""The closed sets and the ids that all messages share. The terms are defined in docs/glossary.md."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, NewType, TypeVar

from pydantic import StringConstraints

ComplaintId = NewType("ComplaintId", str)
ComplaintNumber = NewType("ComplaintNumber", str)
AdapterName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Team = NewType("Team", str)

AgentId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._@-]{0,63}$")]
"""Somebody of the company, as its directory names them."""

RootCause = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,2}$", max_length=80)]
"""`channel.business.cause`, coded like JR/T 0169; the house's list says which there are."""

HOUSE = "redress-"
"""The broker's users that are services or operators have names that begin so; no adapter's does."""

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
"""BCP 47; the product writes `zh-Hans`, `zh-Hant`, `en`, and `und` where it cannot tell."""

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166 alpha-2."""

Regime = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""Which rules of the outside world hold for a complaint, beside the house's own: a name of the policies' files (`house`, `uk_emoney`)."""

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217."""


@dataclass(frozen=True, slots=True)
class PersonalMark:
    """The mark that logs, masking, erasing and export look for. See `Personal`."""


T = TypeVar("T")
Personal = Annotated[T, PersonalMark()]
"""A field that tells who somebody is or what they said: `email: Personal[str]`."""


class Channel(StrEnum):
    PHONE = "phone"
    CHAT = "chat"
    EMAIL = "email"
    SOCIAL = "social"
    APP = "app"
    REVIEW = "review"
    REFERRAL = "referral"


class Category(StrEnum):
    ACCOUNT_SECURITY = "account_security"
    FAILED_TRANSACTION = "failed_transaction"
    DISPUTE = "dispute"
    REFUND = "refund"
    SERVICE_QUALITY = "service_quality"
    FEES = "fees"
    LOGIN = "login"
    TECHNICAL = "technical"
    CROSS_BORDER = "cross_border"
    ENQUIRY = "enquiry"
    SUGGESTION = "suggestion"
    OTHER = "other"


class Priority(StrEnum):
    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Status(StrEnum):
    REGISTERED = "registered"
    ROUTED = "routed"
    IN_PROGRESS = "in_progress"
    WAITING_FOR_CUSTOMER = "waiting_for_customer"
    WAITING_FOR_THIRD_PARTY = "waiting_for_third_party"
    RESOLVED = "resolved"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"


class MessageKind(StrEnum):
    """What an inbound message is for."""

    COMPLAINT = "complaint"
    ENQUIRY = "enquiry"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    FOLLOW_UP = "follow_up"
    CHASER = "chaser"
    PROGRESS = "progress"
    MATERIAL = "material"
    APPEAL = "appeal"
    WITHDRAWAL = "withdrawal"
    SURVEY_ANSWER = "survey_answer"
    THANKS = "thanks"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    FEEDBACK_REPORT = "feedback_report"
    NEWSLETTER = "newsletter"
    REFUSED = "refused"


class FactKind(StrEnum):
    TRANSACTION_ID = "transaction_id"
    TRANSACTION_TIME = "transaction_time"
    AMOUNT = "amount"
    COUNTERPARTY = "counterparty"
    ACCOUNT_PHONE = "account_phone"
    ACCOUNT_EMAIL = "account_email"
    ACCOUNT_ID = "account_id"
    ERROR_TEXT = "error_text"
    ERROR_CODE = "error_code"
    DEVICE_MODEL = "device_model"
    APP_VERSION = "app_version"
    DESIRED_OUTCOME = "desired_outcome"
    WAITED_DAYS = "waited_days"
    EARLIER_CONTACT = "earlier_contact"
    THREAT = "threat"
    VULNERABILITY = "vulnerability"


class FactSource(StrEnum):
    """How a fact was found."""

    PATTERN = "pattern"
    DICTIONARY = "dictionary"
    MODEL = "model"
    LEDGER = "ledger"
    ADAPTER = "adapter"


class Material(StrEnum):
    """What a complaint may still lack; the names of the seeds' 材料."""

    TRANSACTION_ID = "transaction_id"
    TRANSACTION_TIME = "transaction_time"
    AMOUNT = "amount"
    COUNTERPARTY = "counterparty"
    ACCOUNT = "account"
    ERROR_TEXT = "error_text"
    DEVICE = "device"
    APP_VERSION = "app_version"
    SCREENSHOT = "screenshot"
    DESCRIPTION = "description"


class Outcome(StrEnum):
    """The CFPB's terms for how a complaint was closed."""

    MONETARY_RELIEF = "closed_with_monetary_relief"
    NON_MONETARY_RELIEF = "closed_with_non_monetary_relief"
    EXPLANATION = "closed_with_explanation"
    CLOSED = "closed"


class RemedyKind(StrEnum):
    """What is done for the customer."""

    REFUND = "refund"
    REPEAT_TRANSACTION = "repeat_transaction"
    COMPENSATION = "compensation"
    SERVICE_ADJUSTMENT = "service_adjustment"
    FEE_REVERSAL = "fee_reversal"
    GOODWILL = "goodwill"
    ACCOUNT_CORRECTION = "account_correction"
    APOLOGY = "apology"
    EXPLANATION = "explanation"


class RemedyStep(StrEnum):
    """How far a remedy is that the wallet executes. One that came back, or was set aside, is over."""

    APPROVED = "approved"
    DONE = "done"
    FAILED = "failed"
    REJECTED = "rejected"


class IdentityLevel(StrEnum):
    """How sure the house is of who complains, of an account's owner. Each is worth more than the one before."""

    NONE = "none"
    CHANNEL_KNOWN = "channel_known"
    """The channel logs its senders in, and names the account."""
    CONTACT_VERIFIED = "contact_verified"
    """They hold the contact that the account's owner registered, or a senior agent saw their documents."""
    LEDGER_CONFIRMED = "ledger_confirmed"
    """Beside one of these, the ledger has the transaction on that account and bears out what they say of it."""

    @property
    def rank(self) -> int:
        return list(IdentityLevel).index(self)


class ProofWay(StrEnum):
    """How a customer shows who they are."""

    CODE = "code"
    LEDGER = "ledger"
    SEEN = "seen"


class AccountAction(StrEnum):
    """What the wallet core does with an account."""

    FREEZE = "freeze"
    UNBLOCK = "unblock"
    RESET = "reset"


class Relation(StrEnum):
    """By what somebody acts for a customer."""

    ATTORNEY = "attorney"
    LAWYER = "lawyer"
    GUARDIAN = "guardian"
    FAMILY = "family"
    HEIR = "heir"
    OTHER = "other"


class Verdict(StrEnum):
    """What was decided on the merits; regulators count it apart from the outcome."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    REJECTED = "rejected"


class ClockKind(StrEnum):
    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"
    UPDATE = "update"
    MATERIAL_WAIT = "material_wait"
    HOLDING_REPLY = "holding_reply"
    FINAL_RESPONSE = "final_response"
    APPEAL_REVIEW = "appeal_review"
    REMEDY_PAID = "remedy_paid"
    REFERRAL_ANSWER = "referral_answer"


class AppealDecision(StrEnum):
    """Of the first decision: it stands, it is changed in part, or it falls."""

    UPHOLD = "uphold"
    CHANGE = "change"
    OVERTURN = "overturn"


class BodyKind(StrEnum):
    """An outside body that has to do with complaints."""

    REGULATOR = "regulator"
    OMBUDSMAN = "ombudsman"
    CONSUMER_BODY = "consumer_body"
    COURT = "court"
    MEDIA = "media"


class ReferralWay(StrEnum):
    TO_BODY = "to_body"
    FROM_BODY = "from_body"


class LinkKind(StrEnum):
    LINKED = "linked"
    UNLINKED = "unlinked"
    MERGED = "merged"
    REPEAT = "repeat"
    """The same customer complained again within thirty days."""


class NoticeKind(StrEnum):
    RECEIPT = "receipt"
    MATERIAL_REQUEST = "material_request"
    PROGRESS = "progress"
    ANSWER = "answer"
    HOLDING_REPLY = "holding_reply"
    EXTENSION = "extension"
    OUTCOME = "outcome"
    APPEAL_RECEIPT = "appeal_receipt"
    APPEAL_OUTCOME = "appeal_outcome"
    SURVEY = "survey"
    REMINDER = "reminder"


class DeliveryState(StrEnum):
    DELIVERED = "delivered"
    FAILED = "failed"
    BOUNCED = "bounced"
