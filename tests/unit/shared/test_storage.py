"""Which refusals of the database pass: then nobody is blamed, no attempt is used up, and the consumer pauses."""

import pytest
from pymongo.errors import BulkWriteError, OperationFailure

from shared.errors import DatabaseAway
from shared.storage import Collection, UpdateOne, Written, _known_failures

OUT_OF_DISK_SPACE, NOT_PRIMARY, SHUTTING_DOWN, BAD_VALUE, DUPLICATE = 14_031, 10_107, 91, 2, 11_000


class Refusing:
    """Answers as a server does whose disk fills up in the middle of a bulk: no fail point of a real one says it write by write."""

    def __init__(self, *codes: int) -> None:
        self.codes = codes

    async def bulk_write(self, _: object, *, ordered: bool) -> None:
        assert not ordered
        errors = [{"index": index, "code": code} for index, code in enumerate(self.codes)]
        raise BulkWriteError({"writeErrors": errors, "nMatched": 1, "nUpserted": 0})


@pytest.mark.parametrize("code", [OUT_OF_DISK_SPACE, NOT_PRIMARY, SHUTTING_DOWN])
def test_a_server_that_cannot_write_now_is_a_database_that_is_away(code: int):
    with pytest.raises(DatabaseAway), _known_failures():
        raise OperationFailure("no", code)


def test_a_refusal_that_does_not_pass_stays_what_it_is():
    with pytest.raises(OperationFailure) as raised, _known_failures():
        raise OperationFailure("no", BAD_VALUE)

    assert raised.value.code == BAD_VALUE


async def test_writes_that_a_full_disk_refuses_are_nobodys_lost_race():
    with pytest.raises(DatabaseAway):
        await Collection(Refusing(DUPLICATE, OUT_OF_DISK_SPACE)).write([UpdateOne({}, {})])


async def test_writes_that_others_made_first_are_named():
    done = await Collection(Refusing(DUPLICATE, DUPLICATE)).write([UpdateOne({}, {})])

    assert done == Written({0: DUPLICATE, 1: DUPLICATE}, 1, 0)
