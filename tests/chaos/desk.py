"""What people ask of casework during a run, as the program at their desks gives it: take the complaint, answer it, resolve it."""

from collections.abc import Mapping

import aio_pika

from shared.contracts import CaseworkCommand, ReplyToCustomer, ResolveComplaint, TakeComplaint
from shared.contracts.vocabulary import ComplaintId
from shared.settings import OPERATOR, house_user
from tests.builders import a_command
from tests.chaos.timetable import Kind
from tests.load.publishing import Prepared

DESK = house_user(OPERATOR)
SUPERVISOR = "supervisor-1"
"""May work on every team's complaints: a command is refused only for where the complaint stands."""

CONTRACTS: Mapping[Kind, type[CaseworkCommand]] = {
    Kind.TAKE: TakeComplaint,
    Kind.REPLY: ReplyToCustomer,
    Kind.RESOLVE: ResolveComplaint,
}


def at_the_desk(kind: Kind, complaint_id: ComplaintId, command_id: str) -> Prepared:
    return commanded(a_command(CONTRACTS[kind], complaint_id=complaint_id, by=SUPERVISOR), command_id)


def commanded(command: CaseworkCommand, command_id: str) -> Prepared:
    properties = aio_pika.Message(
        command.encoded(),
        message_id=command_id,
        type=command.key,
        app_id="redress",
        user_id=DESK,
        correlation_id=command.complaint_id,
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )
    return Prepared(command_id, DESK, command.exchange, command.routing_key, properties)
