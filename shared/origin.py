"""Which code filed a dead letter: replica, version, and the function behind each queue."""

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from shared.dead import Origin
from shared.inbox import Inbox


def origin_of(replica: str, inbox: Inbox, senders: Mapping[str, Any]) -> Origin:
    """`senders`: queue → what handles its messages outside the inbox."""
    handlers = {queue: place_of(one) for queue, one in senders.items()}
    return Origin(replica, _version(), handlers | {one.queue: place_of(one.handler) for one in inbox.subscriptions})


def place_of(function: Any) -> str:  # noqa: ANN401 - any callable
    return f"{function.__module__}:{function.__qualname__}"


def _version() -> str:
    try:
        return version("redress")
    except PackageNotFoundError:
        return "not installed"
