"""What the benchmark of commands tells, and what it asks of casework."""

from services.casework.steps import COMMANDS
from tests.builders import a_complaint_id
from tests.load.commands import HEARD, MIX, PER_S, Waited, prepared, told
from tests.load.lineup import EQUAL_WORK, PRODUCT

FIRST, SECOND = a_complaint_id("bench-1"), a_complaint_id("bench-2")


def test_the_latency_of_the_product_is_told_beside_that_of_equal_work():
    ours = [Waited([10.0, 20.0, 30.0], {"casework": 1.0, "broker": 0.5}), Waited([20.0, 20.0, 50.0], {"casework": 2.0, "broker": 0.5})]
    theirs = [Waited([40.0, 60.0], {"bare-casework": 3.0}), Waited([40.0, 100.0], {"bare-casework": 3.0})]

    found = told({EQUAL_WORK: theirs, PRODUCT: ours})

    assert found.figures["commands_p50_ms"] == 20.0
    assert found.figures["commands_p99_ms"] == 40.0
    assert found.figures["commands_p99_ratio_to_equal_work"] == 0.5
    assert found.figures["cpu_ms_per_command"] == {"casework": 1.5, "broker": 0.5}
    assert found.tables[0][1:] == [[EQUAL_WORK, "40", "80", "3.00", "3.00"], [PRODUCT, "20", "40", "1.50", "2.00"]]


def test_each_command_of_a_run_is_its_own_and_a_complaint_gets_them_one_after_the_other():
    messages = prepared([FIRST, SECOND], "run")

    assert len({one.message.message_id for one in messages}) == len(messages) == 2 * len(MIX)
    assert [one.message.type for one in messages if one.message.correlation_id == FIRST] == [one.key for one in MIX]
    assert [one.message.correlation_id for one in messages[:2]] == [FIRST, SECOND]


def test_what_is_waited_for_is_the_event_and_only_commands_that_casework_knows_are_given():
    waited_for = {one.id.split()[1] for one in prepared([FIRST], "run")}

    assert waited_for & HEARD == {event.key for event in MIX.values() if event}
    assert MIX.keys() <= COMMANDS.keys()
    assert PER_S == 200.0
