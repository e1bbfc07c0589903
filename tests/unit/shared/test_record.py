"""The record of a change: a link of a chain, and the events exactly as they went out."""

from dataclasses import replace

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts import ReplayDeadLetter
from shared.envelope import AGGREGATE, SEQUENCE, TRACEPARENT
from shared.ids import event_id
from shared.record import FIRST, Cause, Change, outgoing, record, republished
from shared.storage import CODEC, Document, encode
from tests.builders import a_complaint_escalated, a_complaint_id, a_complaint_routed, an_outbound_notice
from tests.unit.shared.deliveries import a_cause, an_envelope

UNHURRIED = settings(deadline=None)
"""The machine may be busy with other things."""

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0bc902b7-01"


def stored(link: Document) -> Document:
    """As the database gives it back."""
    return bson.decode(encode(link), CODEC)


def a_change(name: str = "m1", state: Document | None = None) -> Change:
    events = outgoing("routing", "c1", 1, a_cause(name), [a_complaint_routed()])
    return Change(a_cause(name), 1, "routed", {"team": "refunds"} if state is None else state, events)


def test_events_follow_from_their_cause_and_place():
    events = outgoing("routing", "c1", 7, a_cause(traceparent=TRACE), [a_complaint_routed(), a_complaint_escalated()])

    assert [one.message_id for one in events] == [
        event_id("routing", "c1", "m1", "complaint.routed.v1", 0),
        event_id("routing", "c1", "m1", "complaint.escalated.v1", 1),
    ]
    assert all(one.headers == {AGGREGATE: "c1", SEQUENCE: 7, TRACEPARENT: TRACE} for one in events)
    assert all(one.correlation_id == a_complaint_id() for one in events)
    assert (events[0].exchange, events[0].routing_key, events[0].type) == (
        "redress.events",
        "complaint.routed.v1",
        "complaint.routed.v1",
    )


def test_two_events_of_one_kind_have_ids_of_their_own():
    one, other = outgoing("routing", "c1", 1, a_cause(), [a_complaint_routed(), a_complaint_routed()])

    assert one.message_id != other.message_id


def test_an_id_that_the_contract_prescribes_is_kept():
    notice = an_outbound_notice()

    (event,) = outgoing("notification", "c1", 1, a_cause(), [notice])

    assert (event.message_id, event.routing_key) == (notice.notice_id, "chat.webchat")


def test_a_message_about_no_complaint_is_tied_to_its_own_subject():
    (event,) = outgoing("ops", "c1", 1, a_cause(), [ReplayDeadLetter(service="routing", dead_id="d1", by="ops-1")])

    assert (event.correlation_id, event.routing_key) == ("d1", "dead.replay.v1.routing")


def test_a_cause_without_a_trace_starts_none():
    assert all(TRACEPARENT not in one.headers for one in outgoing("routing", "c1", 1, a_cause(), [a_complaint_routed()]))


def test_what_comes_back_from_the_database_goes_out_byte_for_byte():
    change = a_change()

    link, _ = record(change, FIRST)

    assert republished(stored(link)) == list(change.events)


def test_each_link_holds_the_hash_of_the_one_before():
    first, head = record(a_change("m1"), FIRST)
    second, _ = record(a_change("m2"), head)

    assert (first["before"], second["before"], len(head)) == (FIRST, head, 32)


@pytest.mark.parametrize(
    "other",
    [
        replace(a_change(), what="escalated"),
        replace(a_change(), sequence=2),
        replace(a_change(), carrier="m0"),
        replace(a_change(), cause=a_cause("m2")),
        replace(a_change(), cause=a_cause(who="somebody-else")),
        replace(a_change(), events=()),
        a_change(state={"team": "fees"}),
    ],
)
def test_any_change_behind_our_back_shows_in_the_hash(other: Change):
    assert record(other, FIRST)[1] != record(a_change(), FIRST)[1]


@UNHURRIED
@given(st.lists(st.dictionaries(st.text("ab"), st.integers(-9, 9)), max_size=6))
def test_a_chain_read_back_is_the_chain_that_was_written(states: list[dict[str, int]]):
    head, links = FIRST, []
    for number, state in enumerate(states):
        link, head = record(replace(a_change(f"m{number}", state), sequence=number + 1), head)
        links.append(stored(link))

    before = FIRST
    for link, state in zip(links, states, strict=True):
        assert link["before"] == before
        _, before = record(Change(a_cause(link["id"]), link["sequence"], link["what"], state, republished(link)), link["before"])
    assert before == head


def test_only_what_was_carried_names_its_carrier():
    assert "carrier" not in record(a_change(), FIRST)[0]
    assert record(replace(a_change(), carrier="m0"), FIRST)[0]["carrier"] == "m0"


def test_a_cause_is_what_the_envelope_says_with_the_id_that_tells_it_from_every_other():
    cause = Cause.of(an_envelope(headers={TRACEPARENT: TRACE}), "r7")

    assert (cause.id, cause.type, cause.who, cause.traceparent, cause.replica) == (
        "chat.webchat/m1",
        "inbound.chat.v1",
        "webchat",
        TRACE,
        "r7",
    )
    assert Cause.of(an_envelope(cause_id="")).id == "m1"
