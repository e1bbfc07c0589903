"""AsyncAPI 3 documents: what each service and each adapter hears and says, read from the inboxes themselves."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deploy.house import HEARD_BY_WALLET, SAID_BY_WALLET, SERVICES, TEAM_MAIL, inbox_of
from deploy.message_schemas import Document, description_of, messages, routing_key_of
from shared import envelope
from shared.contracts import CONTROL, INBOUND, OUTBOUND, WALLET, Message, OutboundNotice, TeamNotice
from shared.contracts.vocabulary import Channel
from shared.settings import WALLETS
from shared.topology import WALLET_REQUESTS, control_queue, outbound_queue

ADAPTERS = "adapters"
"""The document for third parties; the wallet's own systems have one too, and every other one is named after its service."""

BINDING_VERSION = "0.3.0"

_TEXT = {"type": "string"}
HEADERS: Document = {
    "type": "object",
    "description": "Headers of messages between services. Adapters send none of them but the last, and that only for a large body.",
    "properties": {
        envelope.AGGREGATE: _TEXT | {"description": "id of the aggregate that the message tells of"},
        envelope.SEQUENCE: {"type": "integer", "minimum": 0, "description": "the aggregate's version that caused the message"},
        envelope.TRACEPARENT: _TEXT | {"description": "W3C trace context"},
        envelope.ATTEMPT: {"type": "integer", "minimum": 0, "description": "how often the message was tried before; retries only"},
        envelope.FIRST_FAILED: _TEXT | {"description": "RFC 3339; retries only"},
        envelope.FIRST_ERROR: _TEXT | {"description": "slug and place of the first failure; retries only"},
        envelope.LAST_ERROR: _TEXT | {"description": "slug of the last failure; retries only"},
        envelope.SENDER: _TEXT | {"description": "the RabbitMQ user that published first; retries and replays only"},
        envelope.ROUTING_KEY: _TEXT | {"description": "the routing key it came with first; retries and replays only"},
        envelope.BUNDLED: {"type": "integer", "minimum": 2, "description": "how many events the body holds; bundles only"},
        envelope.BODY: _TEXT | {"description": "where a body over 256 kB lies, with its size and hash; from adapters only"},
    },
}

PROPERTIES = {
    "message_id": "unique for the sender: the source's own id, the notice's id, or derived from the cause; a repeated one is dropped",
    "type": "the message's key, such as `complaint.registered.v1`",
    "app_id": "the service or adapter that sends",
    "user_id": "the RabbitMQ user that sends; the broker refuses another's",
    "correlation_id": "the complaint's id, where there is one",
    "content_type": "application/json; application/x-ndjson for a bundle of events, between services only",
    "delivery_mode": "2, persistent",
}
"""The AMQP properties of every message; AsyncAPI has no place for most of them."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A queue, where it is bound, and what comes out of it. `{channel}` and `{adapter}` stand for an adapter's own."""

    queue: str
    exchange: str
    bindings: Sequence[str]
    contracts: Sequence[type[Message]]


def documents() -> dict[str, Document]:
    """By file name without ending."""
    of_services = {service: _document(service, heard_by(service), said_by(service)) for service in SERVICES}
    others = {
        ADAPTERS: _document(ADAPTERS, [adapter_queue("{channel}")], said_by_adapters()),
        WALLETS: _document(WALLETS, [wallet_queue()], SAID_BY_WALLET),
    }
    return of_services | others


def heard_by(service: str) -> list[Heard]:
    """Its inbox, its control queue and, for notification, the queues of its own mail sender."""
    inbox = [
        Heard(queue, some[0].exchange, [one.binding for one in some], [one.contract for one in some])
        for queue, some in inbox_of(service).by_queue().items()
    ]
    commands = tuple(f"{one.key}.{service}" for one in CONTROL)
    own = [Heard(TEAM_MAIL.queue, TEAM_MAIL.exchange, (TEAM_MAIL.key,), (TeamNotice,)), adapter_queue(Channel.EMAIL)]
    return [*inbox, *(own if service == "notification" else ()), Heard(control_queue(service), CONTROL[0].exchange, commands, CONTROL)]


def said_by(service: str) -> Sequence[type[Message]]:
    return inbox_of(service).emits


def said_by_adapters() -> Sequence[type[Message]]:
    return [one for one in messages() if one.exchange == INBOUND]


def adapter_queue(channel: str) -> Heard:
    return Heard(outbound_queue(channel, "{adapter}"), OUTBOUND, (f"{channel}.{{adapter}}",), (OutboundNotice,))


def wallet_queue() -> Heard:
    return Heard(WALLET_REQUESTS, WALLET, [one.key for one in HEARD_BY_WALLET], HEARD_BY_WALLET)


def _document(name: str, heard: Sequence[Heard], said: Sequence[type[Message]]) -> Document:
    known = {contract.__name__: contract for contract in [*said, *(one for queue in heard for one in queue.contracts)]}
    title = f"Redress: {name.replace('_', '-')}"
    return {
        "asyncapi": "3.0.0",
        "info": {"title": title, "version": "1.0.0", "description": _about(name), "license": {"name": "Apache-2.0"}},
        "defaultContentType": "application/json",
        "channels": {_id(one.queue): _queue(one) for one in heard} | {contract.__name__: _route(contract) for contract in said},
        "operations": dict([*(_receive(one) for one in heard), *(_send(contract) for contract in said)]),
        "components": {"schemas": {"headers": HEADERS}, "messages": {name: _message(known[name]) for name in sorted(known)}},
        "x-amqp-properties": PROPERTIES,
    }


def _about(name: str) -> str:
    if name == ADAPTERS:
        return "What a channel adapter publishes and consumes. Its RabbitMQ user has its own name and may use nothing else."
    if name == WALLETS:
        return "What the wallet's own systems are asked and answer. Their RabbitMQ user may use nothing else."
    return f"What the service {name.replace('_', '-')} consumes and publishes."


def _queue(heard: Heard) -> Document:
    queue = {"name": heard.queue, "durable": True, "exclusive": False, "autoDelete": False}
    return {
        "address": heard.queue,
        "messages": _references(heard.contracts),
        **_parameters(heard.queue),
        "bindings": {"amqp": {"is": "queue", "queue": queue, "bindingVersion": BINDING_VERSION}},
        "x-queue-type": "quorum",
        "x-redress-exchange": heard.exchange,
        "x-redress-bindings": list(heard.bindings),
    }


def _route(contract: type[Message]) -> Document:
    exchange = {"name": contract.exchange, "type": "topic", "durable": True, "autoDelete": False}
    address = routing_key_of(contract)
    return {
        "address": address,
        "messages": _references([contract]),
        **_parameters(address),
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, "bindingVersion": BINDING_VERSION}},
    }


def _parameters(address: str) -> Document:
    known: Document = {
        "channel": {"enum": [one.value for one in Channel], "description": "the adapter's channel"},
        "adapter": {"description": "the adapter's name, as it stands in deploy/adapters.toml"},
    }
    named = re.findall(r"{(\w+)}", address)
    return {"parameters": {name: known[name] for name in named}} if named else {}


def _receive(heard: Heard) -> tuple[str, Document]:
    return f"receive-{_id(heard.queue)}", _operation("receive", _id(heard.queue), heard.contracts, {"ack": True})


def _send(contract: type[Message]) -> tuple[str, Document]:
    return f"send-{contract.__name__}", _operation("send", contract.__name__, [contract], {"deliveryMode": 2, "mandatory": True})


def _operation(action: str, channel: str, contracts: Iterable[type[Message]], binding: Document) -> Document:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{one.__name__}"} for one in contracts],
        "bindings": {"amqp": binding | {"bindingVersion": BINDING_VERSION}},
    }


def _id(name: str) -> str:
    """Names within the document: generators make identifiers of them."""
    return re.sub(r"[^\w-]+", "-", name).strip("-")


def _references(contracts: Iterable[type[Message]]) -> Document:
    return {one.__name__: {"$ref": f"#/components/messages/{one.__name__}"} for one in contracts}


def _message(contract: type[Message]) -> Document:
    return {
        "name": contract.key,
        "title": contract.__name__,
        "summary": description_of(contract),
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/headers"},
        "payload": {"schemaFormat": "application/schema+json;version=draft-2020-12", "schema": {"$ref": f"../{contract.key}.json"}},
        "bindings": {"amqp": {"messageType": contract.key, "bindingVersion": BINDING_VERSION}},
    }
