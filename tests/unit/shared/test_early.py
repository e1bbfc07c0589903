"""Messages before their time: kept sealed, taken up as they came."""

import bson
import pytest
from cryptography.exceptions import InvalidTag

from shared.early import kept, taken_up
from shared.sealing import Sealer
from shared.storage import CODEC, encode
from shared.task import Task
from tests.unit.shared.deliveries import a_cause, a_delivery

SEALER = Sealer(b"w" * 32)
WORDS = "现在怎么样了".encode()


def a_task(**changes: object) -> Task:
    return Task(a_cause("chat.webchat/m1"), a_delivery("m1", WORDS, headers={"traceparent": "00-1"}, **changes))


def test_what_was_kept_is_taken_up_as_it_came_by_the_message_that_carries_it():
    task = a_task()
    entry = kept(task, SEALER)
    assert entry is not None

    taken = taken_up(bson.decode(encode(entry), CODEC), SEALER, a_cause("m0", replica="r9"))

    assert taken.delivery == task.delivery
    assert (taken.cause.id, taken.cause.replica, taken.carrier) == ("chat.webchat/m1", "r9", "m0")


def test_the_customers_words_lie_sealed():
    entry = kept(a_task(), SEALER)
    assert entry is not None

    assert WORDS not in encode(entry)
    with pytest.raises(InvalidTag):
        taken_up({**entry, "id": "another"}, SEALER, a_cause())


def test_time_is_never_kept_and_neither_is_what_was_taken_up_before():
    carried = a_task()
    carried.carrier = "m0"

    assert kept(Task(a_cause()), SEALER) is None
    assert kept(carried, SEALER) is None
