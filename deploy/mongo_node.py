"""A MongoDB server of our own: a replica set of one member on the loopback."""

from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import ConnectionFailure, OperationFailure

from deploy import packages, programs
from deploy.waiting import until

NAME = "mongod"
REPLICA_SET = "rs0"
NOT_YET_INITIALISED = 94


def start(root: Path, port: int) -> str:
    data = programs.place(root) / "mongo"
    data.mkdir(exist_ok=True)
    command = (
        str(packages.mongod()), "--dbpath", str(data), "--port", str(port), "--bind_ip", "127.0.0.1", "--nounixsocket",
        "--replSet", REPLICA_SET, "--oplogSize", "512", "--wiredTigerCacheSizeGB", "0.5",
        "--networkMessageCompressors", "disabled",  # CVE-2025-14847
        "--setParameter", "diagnosticDataCollectionEnabled=false",
    )  # fmt: skip
    programs.spawn(root, programs.Program(NAME, command, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}))
    url = url_of(port)
    direct = f"mongodb://127.0.0.1:{port}/?directConnection=true"
    until(lambda: listens(direct), "MongoDB", root=root, program=NAME, within_s=30)
    initiate(direct, f"127.0.0.1:{port}")
    until(lambda: is_primary(url), "MongoDB's replica set", root=root, program=NAME, within_s=30)
    return url


def url_of(port: int) -> str:
    return f"mongodb://127.0.0.1:{port}/?replicaSet={REPLICA_SET}"


def listens(url: str) -> bool:
    try:
        with _client(url) as client:
            return bool(client.admin.command("ping"))
    except ConnectionFailure:
        return False


def is_primary(url: str) -> bool:
    """Whether the database takes writes."""
    try:
        with _client(url) as client:
            return bool(client.admin.command("hello").get("isWritablePrimary"))
    except (ConnectionFailure, OperationFailure):
        return False


def initiate(url: str, member: str) -> None:
    """Make the one member primary. Its address changes where data of an earlier run is served on another port."""
    members = [{"_id": 0, "host": member}]
    with _client(url) as client:
        try:
            config = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as error:
            if error.code != NOT_YET_INITIALISED:
                raise
            client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
            return
        if config["members"][0]["host"] != member:
            client.admin.command("replSetReconfig", {**config, "version": config["version"] + 1, "members": members}, force=True)


def _client(url: str) -> MongoClient[dict[str, object]]:
    return MongoClient(url, serverSelectionTimeoutMS=1_000, connectTimeoutMS=1_000)
