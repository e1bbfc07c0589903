"""Which id a command gets, so that a repeat is the same command and is carried out once."""

from collections.abc import Callable
from uuid import uuid5

from pydantic_core import to_json

from deploy.cli.views import Document
from shared.contracts import (
    AssignComplaint,
    CloseComplaint,
    Command,
    ConfirmCode,
    LinkComplaints,
    LookUpTransaction,
    MergeDuplicate,
    ReopenComplaint,
    RequestAccountAction,
    RequestMaterial,
    TakeComplaint,
    UnlinkComplaints,
    VerifyCustomer,
    WaiveMaterial,
    WithdrawComplaint,
)
from shared.ids import NAMESPACE

UNTIL_SOMETHING_CHANGES = (
    TakeComplaint, AssignComplaint, RequestMaterial, WaiveMaterial, LookUpTransaction, CloseComplaint,
    ReopenComplaint, WithdrawComplaint, LinkComplaints, UnlinkComplaints, MergeDuplicate, VerifyCustomer, ConfirmCode,
    RequestAccountAction,
)  # fmt: skip
"""A repeat of these does no harm: casework refuses it, for it is so already, or asks the ledger once more."""

Answers = Callable[[str], Document | None]
"""Command id → how it ended, None where casework knows of none."""


def identified(asked: Command, revision: int, answer_to: Answers) -> tuple[str, Document | None]:
    """The command's id, and what casework did under it where this is a repeat.

    Words, decisions and money are the same whenever they are given: only so can nobody tell a customer twice, or pay twice, by
    asking again after a lost answer, whatever happened meanwhile. What does no harm is the same at the revision that was seen,
    and at the one that it left itself; after any other change it is new, so that a `take` is not taken for the one before a
    colleague had the complaint.
    A refusal changed nothing and may have lost its ground, so the next try after it is a new one.
    """
    seen = [str(one) for one in (revision - 1, revision) if one >= 0] if isinstance(asked, UNTIL_SOMETHING_CHANGES) else [""]
    for one in seen:
        command_id = str(uuid5(NAMESPACE, f"{_said(asked)}\0{one}"))
        while (before := answer_to(command_id)) is not None and before["refused"]:
            command_id = str(uuid5(NAMESPACE, command_id))
        if before is not None:
            break
    return command_id, before


def _said(asked: Command) -> str:
    """`expects` is a condition, no part of what is asked."""
    return f"{asked.key}\0{to_json(asked.model_dump(mode='json', exclude={'expects'}, exclude_none=True)).decode()}"
