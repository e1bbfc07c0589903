"""Which refusals of the database pass: then nobody is blamed, no attempt is used up, and the consumer pauses."""

import pytest
from pymongo.errors import OperationFailure

from shared.errors import DatabaseAway
from shared.storage import _known_failures

OUT_OF_DISK_SPACE, NOT_PRIMARY, SHUTTING_DOWN, BAD_VALUE = 14_031, 10_107, 91, 2


@pytest.mark.parametrize("code", [OUT_OF_DISK_SPACE, NOT_PRIMARY, SHUTTING_DOWN])
def test_a_server_that_cannot_write_now_is_a_database_that_is_away(code: int):
    with pytest.raises(DatabaseAway), _known_failures():
        raise OperationFailure("no", code)


def test_a_refusal_that_does_not_pass_stays_what_it_is():
    with pytest.raises(OperationFailure) as raised, _known_failures():
        raise OperationFailure("no", BAD_VALUE)

    assert raised.value.code == BAD_VALUE
