"""A MongoDB server of our own: a replica set of one member on the loopback."""

from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import ConnectionFailure, OperationFailure

from deploy import packages, programs
from deploy.certificate import Certificate
from deploy.waiting import until
from shared.settings import HouseSettings
from shared.storage import tls_options

NAME = "mongod"
REPLICA_SET = "rs0"
NOT_YET_INITIALISED = 94
UNAUTHORIZED = 13


def start(root: Path, port: int, certificate: Certificate | None = None, key_file: Path | None = None) -> str:
    """With a certificate it speaks TLS only; with a key file it asks who is there, and the first user is made from this machine."""
    data = programs.place(root) / "mongo"
    data.mkdir(exist_ok=True)
    command = (
        str(packages.mongod()), "--dbpath", str(data), "--port", str(port), "--bind_ip", "127.0.0.1", "--nounixsocket",
        "--replSet", REPLICA_SET, "--oplogSize", "512", "--wiredTigerCacheSizeGB", "0.5",
        "--networkMessageCompressors", "disabled",  # CVE-2025-14847
        "--setParameter", "diagnosticDataCollectionEnabled=false",
        *(_tls(certificate) if certificate else ()), *(("--keyFile", str(key_file)) if key_file else ()),
    )  # fmt: skip
    programs.spawn(root, programs.Program(NAME, command, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}))
    member = f"{certificate.host if certificate else '127.0.0.1'}:{port}"
    wish = f"&tls=true&tlsCAFile={certificate.authority}" if certificate else ""
    url = f"mongodb://{member}/?replicaSet={REPLICA_SET}{wish}"
    direct = f"mongodb://{member}/?directConnection=true{wish}"
    until(lambda: listens(direct), "MongoDB", root=root, program=NAME, within_s=30)
    initiate(direct, member)
    until(lambda: is_primary(url), "MongoDB's replica set", root=root, program=NAME, within_s=30)
    return url


def _tls(certificate: Certificate) -> tuple[str, ...]:
    files = ("--tlsCertificateKeyFile", str(certificate.chain_and_key), "--tlsCAFile", str(certificate.authority))
    return ("--tlsMode", "requireTLS", *files, "--tlsAllowConnectionsWithoutCertificates")


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
            if error.code not in (NOT_YET_INITIALISED, UNAUTHORIZED):  # who has no users yet is initiated by whoever is on this machine
                raise
            client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
            return
        if config["members"][0]["host"] != member:
            client.admin.command("replSetReconfig", {**config, "version": config["version"] + 1, "members": members}, force=True)


def _client(url: str) -> MongoClient[dict[str, object]]:
    return MongoClient(url, serverSelectionTimeoutMS=1_000, connectTimeoutMS=1_000, **tls_options(url, HouseSettings().tls_ca_file))
