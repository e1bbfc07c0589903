"""The AsyncAPI documents keep the rules of AsyncAPI 3.0 and agree with the inboxes and the topology."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.contracts import published
from deploy.house import SERVICES, inbox_of
from shared import envelope
from shared.topology import control_queue

FILES = published()
DOCUMENTS = {Path(name).stem: json.loads(content) for name, content in FILES.items() if name.startswith("asyncapi/")}
EACH = pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
FIELDS = {
    "document": {"asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components"},
    "channel": {"address", "messages", "title", "summary", "description", "servers", "parameters", "tags", "externalDocs", "bindings"},
    "operation": {"action", "channel", "title", "summary", "description", "security", "tags", "bindings", "traits", "messages", "reply"},
    "message": {
        "headers",
        "payload",
        "correlationId",
        "contentType",
        "name",
        "title",
        "summary",
        "description",
        "tags",
        "bindings",
        "traits",
    },
    "parameter": {"enum", "default", "description", "examples", "location"},
}
"""The fixed fields of AsyncAPI 3.0; anything else must begin with `x-`."""


def strange(kind: str, value: dict[str, Any]) -> set[str]:
    return {name for name in value if name not in FIELDS[kind] and not name.startswith("x-")}


def references(place: Any) -> Iterator[str]:
    if isinstance(place, dict):
        if "$ref" in place:
            yield place["$ref"]
        for one in place.values():
            yield from references(one)
    if isinstance(place, list):
        for one in place:
            yield from references(one)


def resolved(document: dict[str, Any], reference: str) -> Any:
    if not reference.startswith("#/"):
        return json.loads(FILES[reference.removeprefix("../")])
    place: Any = document
    for step in reference.removeprefix("#/").split("/"):
        place = place[step]
    return place


def test_there_is_one_for_every_service_one_for_adapters_and_one_for_the_wallet() -> None:
    assert set(DOCUMENTS) == {*SERVICES, "adapters", "wallet"}


@EACH
def test_its_parts_have_the_fields_that_the_specification_knows(document: dict[str, Any]) -> None:
    channels, operations = document["channels"].values(), document["operations"].values()
    found = [
        strange("document", document),
        *(strange("channel", one) for one in channels),
        *(strange("operation", one) for one in operations),
    ]
    found += [strange("message", one) for one in document["components"]["messages"].values()]
    found += [strange("parameter", one) for channel in channels for one in channel.get("parameters", {}).values()]

    assert set().union(*found) == set()
    assert document["asyncapi"] == "3.0.0"
    assert document["info"]["title"]
    assert document["info"]["version"]
    assert {one["action"] for one in operations} <= {"send", "receive"}


@EACH
def test_its_names_can_become_identifiers(document: dict[str, Any]) -> None:
    components = document["components"]
    names = [*document["channels"], *document["operations"], *components["messages"], *components["schemas"]]

    assert [name for name in names if not re.fullmatch(r"[A-Za-z0-9_-]+", name)] == []


@EACH
def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = [resolved(document, one) for one in references(document)]

    assert len(found) > len(document["operations"])
    assert all(found)


@EACH
def test_an_operation_uses_messages_of_its_channel(document: dict[str, Any]) -> None:
    for operation in document["operations"].values():
        channel = operation["channel"]["$ref"]
        assert channel.startswith("#/channels/")
        assert {one["$ref"].rpartition("/messages/")[0] for one in operation["messages"]} == {channel}


@EACH
def test_the_parameters_of_an_address_are_described(document: dict[str, Any]) -> None:
    for channel in document["channels"].values():
        assert set(re.findall(r"{(\w+)}", channel["address"])) == set(channel.get("parameters", {}))


@EACH
def test_a_payload_is_the_schema_of_the_message(document: dict[str, Any]) -> None:
    for name, message in document["components"]["messages"].items():
        payload = resolved(document, message["payload"]["schema"]["$ref"])
        assert payload["title"] == name
        assert message["bindings"]["amqp"]["messageType"] == message["name"] == payload["x-redress-type"]


@EACH
def test_it_names_the_headers_of_the_envelope(document: dict[str, Any]) -> None:
    ours = {value for name, value in vars(envelope).items() if name.isupper()}

    assert ours <= set(document["components"]["schemas"]["headers"]["properties"])


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_receives_what_its_inbox_says(service: str) -> None:
    described = {
        channel["bindings"]["amqp"]["queue"]["name"]: (
            channel["x-redress-exchange"],
            channel["x-redress-bindings"],
            channel["x-queue-type"],
        )
        for channel in DOCUMENTS[service]["channels"].values()
        if channel["bindings"]["amqp"]["is"] == "queue"
    }

    for queue, some in inbox_of(service).by_queue().items():
        assert described[queue] == (some[0].exchange, [one.binding for one in some], "quorum")
    assert control_queue(service) in described


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_sends_what_its_inbox_promises(service: str) -> None:
    sent = {name.removeprefix("send-") for name, one in DOCUMENTS[service]["operations"].items() if one["action"] == "send"}

    assert sent == {one.__name__ for one in inbox_of(service).emits}


def test_every_event_that_a_service_sends_is_heard_by_another() -> None:
    heard = {one.contract for service in SERVICES for one in inbox_of(service).subscriptions}

    assert [
        one.key for service in SERVICES for one in inbox_of(service).emits if one.exchange == "redress.events" and one not in heard
    ] == []
