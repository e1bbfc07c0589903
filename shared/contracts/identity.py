"""Who somebody is, who may act for them and who may not, and what is done with their account: asked of casework, and the code it sends."""

from typing import ClassVar, Self

from pydantic import AwareDatetime, Field, model_validator

from shared.contracts.base import Event
from shared.contracts.commands import LONGEST_REASON, CaseworkCommand
from shared.contracts.vocabulary import AccountAction, AgentId, ComplaintId, ComplaintNumber, Personal, ProofWay, Relation


class RecuseAgent(CaseworkCommand):
    """Keep an agent away from a complaint that is about them, or touches them. It goes back to the team at once."""

    key: ClassVar[str] = "complaint.recuse.v1"

    agent: AgentId
    reason: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON)


class VerifyCustomer(CaseworkCommand):
    """Make sure who complains: by a code to the contact that the account's owner registered, by the ledger, or by what was seen."""

    key: ClassVar[str] = "complaint.verify.v1"

    how: ProofWay
    reason: Personal[str | None] = Field(
        default=None, min_length=3, max_length=LONGEST_REASON, description="owed for `seen`: what was seen"
    )

    @model_validator(mode="after")
    def _what_was_seen_is_said(self) -> Self:
        if self.how is ProofWay.SEEN and self.reason is None:
            raise ValueError("a reason is needed: what was seen")
        return self


class ConfirmCode(CaseworkCommand):
    """The customer told an agent this code. A wrong one counts as a try."""

    key: ClassVar[str] = "complaint.confirm-code.v1"

    code: Personal[str] = Field(pattern=r"^[0-9]{6}$")


class AuthoriseRepresentative(CaseworkCommand):
    """Somebody acts for the customer from now on, by an authority that was seen."""

    key: ClassVar[str] = "complaint.authorise.v1"

    name: Personal[str] = Field(min_length=1, max_length=200)
    relation: Relation
    authority: Personal[str] = Field(
        min_length=3, max_length=LONGEST_REASON, description="what shows it: a power of attorney, a certificate"
    )
    until: AwareDatetime | None = None


class RevokeRepresentative(CaseworkCommand):
    """They act for the customer no more."""

    key: ClassVar[str] = "complaint.revoke.v1"

    representative: int = Field(ge=1, description="which of the complaint's representatives")
    reason: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON)


class RequestAccountAction(CaseworkCommand):
    """Have the wallet core freeze the customer's account, lift a block, or reset what opens it."""

    key: ClassVar[str] = "complaint.account-action.v1"

    action: AccountAction
    reason: Personal[str] = Field(min_length=3, max_length=LONGEST_REASON)


class VerificationCodeIssued(Event):
    """The customer is to be sent a code. It does not stand here: who sends it derives it from `code_id`."""

    key: ClassVar[str] = "complaint.code-issued.v1"

    complaint_id: ComplaintId
    number: ComplaintNumber
    code_id: str
    account_id: Personal[str] = Field(description="whose owner gets it; never an address out of a message")
    email: Personal[str | None] = Field(default=None, description="as registered with the account; otherwise in the app")
    expires_at: AwareDatetime
    issued_at: AwareDatetime
