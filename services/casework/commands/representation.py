"""Who acts for the customer: recorded with the authority that was seen, and ended with a reason."""

from dataclasses import replace
from datetime import datetime

from services.casework.commands.deed import Deed, Refused
from services.casework.life import Life
from services.casework.policies.rulebook import Rulebook
from services.casework.records.persons import Representative
from shared.contracts import AuthoriseRepresentative, RevokeRepresentative

MOST_REPRESENTATIVES = 20


def authorise(held: Life, command: AuthoriseRepresentative, _: Rulebook, at: datetime) -> Deed:
    if command.until is not None and command.until <= at:
        raise Refused("due-in-the-past")
    if len(held.representatives) >= MOST_REPRESENTATIVES:
        raise Refused("too-many-representatives")
    number = len(held.representatives) + 1
    added = Representative(number, command.name, command.relation, command.authority, command.by, at, command.until)
    return Deed(replace(held, representatives=(*held.representatives, added)), reason=f"{number}: {command.relation}")


def revoke(held: Life, command: RevokeRepresentative, _: Rulebook, at: datetime) -> Deed:
    found = next((one for one in held.representatives if one.number == command.representative), None)
    if found is None or found.revoked_at is not None:
        raise Refused("no-such-representative")
    revoked = replace(found, revoked_by=command.by, revoked_at=at, why_revoked=command.reason)
    others = tuple(revoked if one.number == revoked.number else one for one in held.representatives)
    return Deed(replace(held, representatives=others), reason=f"{revoked.number}: {command.reason}")
