"""complaint: what people do with one complaint. Each is a command to casework, which decides."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from deploy.cli import agent, output
from deploy.cli.asking import Manner, ask
from deploy.cli.complaint_words import WORDS, Word
from shared.contracts import (
    AddNote,
    AppealComplaint,
    ApproveRemedy,
    ApproveResolution,
    AssignComplaint,
    AuthoriseRepresentative,
    CaseworkCommand,
    CloseComplaint,
    ConfirmCode,
    DecideAppeal,
    EraseCustomer,
    EscalateComplaint,
    ExtendDeadline,
    LiftLegalHold,
    LinkComplaints,
    LookUpTransaction,
    MergeDuplicate,
    ProposeRemedy,
    RecordReferralAnswer,
    RecordSurvey,
    RecuseAgent,
    ReferComplaint,
    RejectRemedy,
    RejectResolution,
    ReopenComplaint,
    ReplyToCustomer,
    RequestAccountAction,
    RequestHigherLevel,
    RequestMaterial,
    ResolveComplaint,
    RevokeRepresentative,
    SetLegalHold,
    TakeAppeal,
    TakeComplaint,
    UnlinkComplaints,
    UnmaskComplaint,
    VerifyCustomer,
    WaiveMaterial,
    WithdrawComplaint,
)

app = typer.Typer(help="Work on one complaint: take it, answer, ask, resolve, close. Casework decides.", no_args_is_help=True)
WAIT_S = 10.0
EXAMPLE = "RD-7K3MQ-2XV9H-5"


@dataclass(frozen=True, slots=True)
class Subcommand:
    contract: type[CaseworkCommand]
    example: str = ""


SUBCOMMANDS: Mapping[str, Subcommand] = {
    "take": Subcommand(TakeComplaint),
    "assign": Subcommand(AssignComplaint, "--to refunds-2 --by refunds-senior"),
    "reply": Subcommand(ReplyToCustomer, '--text "We found your transfer."'),
    "note": Subcommand(AddNote, '--text "The bank was called."'),
    "request-material": Subcommand(RequestMaterial, "--material screenshot --material transaction_id"),
    "waive-material": Subcommand(WaiveMaterial, '--material screenshot --reason "the ledger shows it"'),
    "escalate": Subcommand(EscalateComplaint, '--reason "the bank does not answer"'),
    "higher-level": Subcommand(RequestHigherLevel),
    "look-up": Subcommand(LookUpTransaction, "--transaction 2026112000887766"),
    "propose-remedy": Subcommand(ProposeRemedy, '--kind refund --amount 12800 --currency CNY --reason "charged twice"'),
    "approve-remedy": Subcommand(ApproveRemedy, "--remedy 1 --by refunds-senior"),
    "reject-remedy": Subcommand(RejectRemedy, '--remedy 1 --reason "the merchant has refunded it" --by refunds-senior'),
    "extend": Subcommand(ExtendDeadline, '--clock resolution --until 2026-12-24T18:00+08:00 --reason "the bank needs a week"'),
    "resolve": Subcommand(
        ResolveComplaint, '--decision upheld --outcome closed_with_explanation --reason "the bank was late" --text "It arrived on Monday."'
    ),
    "close": Subcommand(CloseComplaint, "--root-cause app.refund.delayed --agreed"),
    "reopen": Subcommand(ReopenComplaint, '--reason "the refund did not arrive" --by refunds-senior'),
    "withdraw": Subcommand(WithdrawComplaint, '--reason "said so on the phone"'),
    "link": Subcommand(LinkComplaints, "--other RD-15V8B-2A7DS-7"),
    "unlink": Subcommand(UnlinkComplaints, "--other RD-15V8B-2A7DS-7"),
    "merge": Subcommand(MergeDuplicate, "--into RD-15V8B-2A7DS-7 --by refunds-senior"),
    "approve-resolution": Subcommand(ApproveResolution, "--by refunds-senior"),
    "reject-resolution": Subcommand(RejectResolution, '--reason "the ledger says otherwise" --by refunds-senior'),
    "appeal": Subcommand(AppealComplaint, '--reason "says that the merchant has lied"'),
    "take-appeal": Subcommand(TakeAppeal, "--by reviewer-1"),
    "decide-appeal": Subcommand(
        DecideAppeal,
        "--ruling overturn --decision upheld --outcome closed_with_monetary_relief"
        ' --reason "the ledger shows the debit" --text "You were right." --by reviewer-1',
    ),
    "refer": Subcommand(
        ReferComplaint, '--body "Financial Ombudsman Service" --body-kind ombudsman --sent "our final response" --by refunds-senior'
    ),
    "referral-answer": Subcommand(RecordReferralAnswer, '--referral 1 --answer "they agree with us" --by refunds-senior'),
    "hold": Subcommand(SetLegalHold, '--reason "the court asks for the file" --by compliance-1'),
    "lift-hold": Subcommand(LiftLegalHold, '--reason "the case is over" --by compliance-1'),
    "unmask": Subcommand(UnmaskComplaint, '--reason "to call the customer back"'),
    "erase": Subcommand(EraseCustomer, '--reason "the customer asks for it" --by compliance-1'),
    "survey": Subcommand(RecordSurvey, "--solved --attitude 5"),
    "recuse": Subcommand(RecuseAgent, '--agent refunds-2 --reason "the complaint is about him" --by refunds-senior'),
    "verify": Subcommand(VerifyCustomer, "--how code"),
    "confirm-code": Subcommand(ConfirmCode, "--code 123456"),
    "authorise": Subcommand(
        AuthoriseRepresentative, '--name "Han Meimei" --relation attorney --authority "a power of attorney, on paper" --by refunds-senior'
    ),
    "revoke": Subcommand(RevokeRepresentative, '--representative 1 --reason "the customer said so" --by refunds-senior'),
    "account-action": Subcommand(RequestAccountAction, '--action freeze --reason "somebody else is logged in" --by security-1'),
}

Which = Annotated[str, typer.Argument(metavar="NUMBER", help="The complaint's number, or its source id.")]
Expects = Annotated[
    int | None,
    typer.Option(min=1, metavar="REVISION", help="Refuse where the complaint is not at this revision, which `redress show` tells."),
]
Again = Annotated[bool, typer.Option("--again", help="Do once more what was done before. Otherwise a repeat is dropped.")]
Wait = Annotated[float, typer.Option(min=0, metavar="SECONDS", help="For casework's answer; 0: not at all.")]
COMMON: Mapping[str, tuple[Any, Any]] = {
    "by": (agent.By, None),
    "expects": (Expects, None),
    "again": (Again, False),
    "wait": (Wait, WAIT_S),
    "as_json": (output.Json, False),
}
"""What every subcommand takes: its type and its default."""


def _own(contract: type[CaseworkCommand]) -> list[inspect.Parameter]:
    fields = {name: field for name, field in contract.model_fields.items() if name not in CaseworkCommand.model_fields}
    return [_option(WORDS[name], name, ... if one.is_required() else one.default) for name, one in fields.items()]


def _option(word: Word, name: str, default: Any) -> inspect.Parameter:  # noqa: ANN401 - of any field
    given = typer.Option(default, word.flag, help=word.help, metavar=word.metavar, parser=word.reads)
    return _parameter(name, word.of | None if default is None else word.of, given)


def _parameter(name: str, of: Any, given: Any) -> inspect.Parameter:  # noqa: ANN401 - typer's own
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=given, annotation=of)


def _run_of(name: str, contract: type[CaseworkCommand]) -> Callable[..., None]:
    def run(**given: Any) -> None:  # noqa: ANN401 - the options of `run.__signature__`
        which, *common = [given.pop(one) for one in ("which", *COMMON)]
        by, expects, again, wait, as_json = common
        ask(name, contract, which, given, Manner(agent.named(by), expects, again, wait, as_json))

    common = [_parameter(one, of, default) for one, (of, default) in COMMON.items()]
    run.__signature__ = inspect.Signature([_parameter("which", Which, inspect.Parameter.empty), *_own(contract), *common])  # type: ignore[attr-defined] # typer reads it
    return run


for _name, _one in SUBCOMMANDS.items():
    _example = f"Example: redress complaint {_name} {EXAMPLE} {_one.example}".rstrip()
    app.command(_name, help=inspect.getdoc(_one.contract), epilog=_example)(_run_of(_name, _one.contract))
