"""Builders give whole messages whose parts agree with each other."""

import pytest

from services.intake.channels import parse
from services.intake.numbers import read_number
from shared.contracts.vocabulary import Channel
from tests.builders import (
    TEXT,
    a_complaint_id,
    a_complaint_registered,
    a_complaint_routed,
    a_deadline_missed,
    an_email,
    an_inbound,
    an_inbound_email,
)


def test_the_number_belongs_to_the_complaint_and_reads_well() -> None:
    other = a_complaint_id("another")

    assert a_complaint_registered().number == a_complaint_routed().number
    assert a_complaint_registered(complaint_id=other).number == a_deadline_missed(complaint_id=other).number
    assert a_complaint_registered(complaint_id=other).number != a_complaint_registered().number
    assert read_number(a_complaint_registered().number) == a_complaint_registered().number


def test_a_change_replaces_the_default() -> None:
    assert a_complaint_registered(language="en").language == "en"
    assert a_complaint_registered(channel=Channel.APP, adapter="app-uk").reply_to.adapter == "app-uk"


@pytest.mark.parametrize("channel", Channel)
def test_what_the_customer_says_is_read_by_the_channel(channel: Channel) -> None:
    message = an_inbound(channel)

    assert message.channel is channel
    assert parse(message).text.strip() == TEXT


def test_a_mail_takes_its_source_id_from_the_message_id_or_its_bytes() -> None:
    assert an_inbound_email(raw=an_email(message_id="<m2@example.com>")).source_id == "<m2@example.com>"
    assert an_inbound_email(raw="Subject: hello\n\nmy refund").source_id.startswith("sha256:")
    assert an_inbound_email(source_id="<given@example.com>").source_id == "<given@example.com>"
