"""Exchanges, policies, queues, bindings, users and rights of the broker, as items: what shall be, what is, how to make it so."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from deploy.items import Item
from deploy.management import Management
from deploy.rights import HASHING, NOTHING, User, hashed, is_hash_of, password_of
from shared.settings import WALLETS
from shared.topology import Topology

ORDER = ("exchange", "policy", "queue", "binding", "user", "topic permission", "permission")
"""A queue finds its policy when it is declared; a binding finds both its ends; nobody is let in before his limits are known."""

AT_ONCE = 8
ARROW = " → "


def desired(topology: Topology, users: Sequence[User]) -> list[Item]:
    return [
        *(Item("exchange", one.name, {"type": one.kind, "arguments": _alternate(one.alternate)}) for one in topology.exchanges),
        *(Item("policy", one.name, _policy(one.name, dict(one.policy))) for one in topology.queues if one.policy),
        *(Item("queue", one.name, {"arguments": {"x-queue-type": "quorum"}}) for one in topology.queues),
        *(Item("binding", ARROW.join((one.exchange, one.key, one.queue))) for one in topology.bindings),
        *(Item("user", one.name, {"password": "ours", "tags": one.tags}) for one in users),
        *(Item("permission", one.name, one.permissions) for one in users),
        *(Item("topic permission", f"{one.name}{ARROW}{name}", _keys(keys)) for one in users for name, keys in one.writes.items()),
    ]


def found(broker: Management, users: Sequence[User], services: Sequence[str], secret: str) -> list[Item]:
    """Only what bears one of our names: a virtual host may hold other things that are none of our business."""
    names = {one.name for one in users}
    exchanges = [one for one in broker.get("exchanges", broker.vhost) if _is_ours(one["name"], services)]
    queues = [one for one in broker.get("queues?disable_stats=true") if one["vhost"] == broker.vhost and _is_ours(one["name"], services)]
    bindings = [one for one in broker.get("bindings", broker.vhost) if one["source"] and _is_ours(one["destination"], services)]
    policies = [one for one in broker.get("policies", broker.vhost) if _is_ours(one["name"], services)]
    granted = [one for one in broker.get("permissions") if one["vhost"] == broker.vhost and one["user"] in names]
    topics = [one for one in broker.get("topic-permissions") if one["vhost"] == broker.vhost and one["user"] in names]
    return [
        *(Item("exchange", one["name"], {"type": one["type"], "arguments": one["arguments"]}) for one in exchanges),
        *(Item("policy", one["name"], {name: one[name] for name in ("pattern", "definition", "apply-to")}) for one in policies),
        *(Item("queue", one["name"], {"arguments": one["arguments"]}) for one in queues),
        *(Item("binding", ARROW.join((one["source"], one["routing_key"], one["destination"]))) for one in bindings),
        *(Item("user", one["name"], _user(one, secret)) for one in broker.get("users") if one["name"] in names),
        *(Item("permission", one["user"], {name: one[name] for name in ("configure", "write", "read")}) for one in granted),
        *(Item("topic permission", f"{one['user']}{ARROW}{one['exchange']}", _keys(one["write"], one["read"])) for one in topics),
    ]


def make(broker: Management, items: Sequence[Item], secret: str) -> None:
    """Kind after kind, things of one kind side by side."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for kind in ORDER:
            list(pool.map(lambda item: _make(broker, item, secret), [one for one in items if one.kind == kind]))


def _make(broker: Management, item: Item, secret: str) -> None:
    vhost, name, body = broker.vhost, item.name, dict(item.body)
    match item.kind:
        case "binding":
            exchange, key, queue = name.split(ARROW)
            broker.post({"routing_key": key, "arguments": {}}, "bindings", vhost, "e", exchange, "q", queue)
        case "user":
            login = {"password_hash": hashed(password_of(secret, name)), "hashing_algorithm": HASHING}
            broker.put(login | {"tags": body["tags"]}, "users", name)
        case "permission":
            broker.put(body, "permissions", vhost, name)
        case "topic permission":
            user, exchange = name.split(ARROW)
            broker.put(body | {"exchange": exchange}, "topic-permissions", vhost, user)
        case "policy":
            broker.put(body | {"priority": 0}, "policies", vhost, name)
        case _:
            broker.put(body | {"durable": True, "auto_delete": False}, f"{item.kind}s", vhost, name)


def _alternate(exchange: str | None) -> dict[str, str]:
    return {"alternate-exchange": exchange} if exchange else {}


def _policy(queue: str, definition: dict[str, Any]) -> dict[str, Any]:
    return {"pattern": f"^{queue.replace('.', '[.]')}$", "definition": definition, "apply-to": "queues"}


def _keys(write: str, read: str = NOTHING) -> dict[str, str]:
    return {"write": write, "read": read}


def _user(told: dict[str, Any], secret: str) -> dict[str, str]:
    same = told.get("hashing_algorithm") == HASHING and is_hash_of(told["password_hash"], password_of(secret, told["name"]))
    tags = told["tags"]
    return {"password": "ours" if same else "another", "tags": tags if isinstance(tags, str) else ",".join(tags)}


def _is_ours(name: str, services: Sequence[str]) -> bool:
    return name.split(".", maxsplit=1)[0] in {"redress", "outbound", WALLETS, *(one.replace("_", "-") for one in services)}
