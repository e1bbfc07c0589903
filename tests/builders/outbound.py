"""What notification publishes, with defaults."""

from typing import Any

from shared.contracts import OutboundNotice, TeamNotice
from shared.contracts.vocabulary import Channel, NoticeKind
from tests.builders.moments import a_complaint_id, number_of


def an_outbound_notice(**changes: Any) -> OutboundNotice:
    defaults = {
        "notice_id": f"{a_complaint_id()}:receipt:1",
        "number": number_of(a_complaint_id()),
        "kind": NoticeKind.RECEIPT,
        "channel": Channel.CHAT,
        "adapter": "webchat",
        "to": {"handle": "@lilei"},
        "thread_id": "chat-0001",
        "language": "zh-Hans",
        "text": "我们收到了您的投诉。",
    }
    return OutboundNotice(**defaults | changes)


def a_team_notice(**changes: Any) -> TeamNotice:
    defaults = {
        "notice_id": f"{a_complaint_id()}:team:1",
        "to": "supervisors@okpay.example",
        "subject": "First response missed",
        "text": "A complaint was escalated to you.",
    }
    return TeamNotice(**defaults | changes)
