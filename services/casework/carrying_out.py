"""Which function carries out which command. `steps.py` says where it may be given."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.casework import ending, handling, investigation, remedies
from services.casework.deed import Deed
from services.casework.life import Life
from services.casework.rulebook import Rulebook
from shared.contracts import (
    AddNote,
    ApproveRemedy,
    AssignComplaint,
    CaseworkCommand,
    CloseComplaint,
    EscalateComplaint,
    ExtendDeadline,
    LinkComplaints,
    LookUpTransaction,
    MergeDuplicate,
    ProposeRemedy,
    RejectRemedy,
    ReopenComplaint,
    ReplyToCustomer,
    RequestHigherLevel,
    RequestMaterial,
    ResolveComplaint,
    TakeComplaint,
    UnlinkComplaints,
    WaiveMaterial,
    WithdrawComplaint,
)

CARRIED_OUT_BY: Mapping[type[CaseworkCommand], Callable[[Life, Any, Rulebook, datetime], Deed]] = {
    TakeComplaint: handling.take,
    AssignComplaint: handling.assign,
    ReplyToCustomer: handling.reply,
    AddNote: handling.add_note,
    RequestMaterial: handling.request_material,
    WaiveMaterial: handling.waive_material,
    EscalateComplaint: handling.escalate,
    RequestHigherLevel: handling.request_higher_level,
    LookUpTransaction: investigation.look_up,
    ProposeRemedy: remedies.propose,
    ApproveRemedy: remedies.approve,
    RejectRemedy: remedies.reject,
    ExtendDeadline: handling.extend_deadline,
    ResolveComplaint: ending.resolve,
    CloseComplaint: ending.close,
    ReopenComplaint: ending.reopen,
    WithdrawComplaint: ending.withdraw,
    LinkComplaints: ending.link,
    UnlinkComplaints: ending.unlink,
    MergeDuplicate: ending.merge,
}
