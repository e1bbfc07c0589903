"""A certificate authority of the tests, and servers of our own that speak TLS only."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme
from pymongo import MongoClient

from deploy import local, mongo_node, programs, rabbitmq_node
from deploy.certificate import Certificate
from deploy.ports import free_ports

HOST = "localhost"
ADMINISTRATOR = "administrator"
ADMINISTRATORS_PASSWORD = "only-the-topology-step-knows-this"


@dataclass(frozen=True, slots=True)
class TlsBacking:
    amqp_url: str
    management_url: str
    mongo_url: str
    mongo_admin_url: str
    ca_file: Path
    stranger: Path
    """An authority that signed nothing here."""


def certificate_for(host: str, folder: Path) -> Certificate:
    folder.mkdir(exist_ok=True)
    authority, found = trustme.CA(), Certificate(host, *(folder / name for name in ("ca.pem", "chain.pem", "key.pem", "both.pem")))
    issued = authority.issue_cert(host)
    authority.cert_pem.write_to_path(found.authority)
    issued.private_key_pem.write_to_path(found.key)
    issued.private_key_and_cert_chain_pem.write_to_path(found.chain_and_key)
    for number, blob in enumerate(issued.cert_chain_pems):
        blob.write_to_path(found.chain, append=number > 0)
    return found


@contextmanager
def tls_backing(root: Path) -> Iterator[TlsBacking]:
    """RabbitMQ and a MongoDB that asks who is there; the name in their certificate is `localhost`, so `127.0.0.1` is a wrong one."""
    certificate, stranger = certificate_for(HOST, root / "known"), certificate_for(HOST, root / "unknown")
    key_file = root / "members.key"
    key_file.touch(mode=0o600)
    key_file.write_text("membersonly" * 4, encoding="utf-8")
    ports = free_ports(6)
    try:
        mongo_url = mongo_node.start(root, ports[0], certificate, key_file)
        _make_administrator(mongo_url)
        amqp_url, management_url = rabbitmq_node.start(root, rabbitmq_node.Ports(*ports[1:]), certificate)
        bare = mongo_url.partition("&tlsCAFile=")[0]
        admin = bare.replace("mongodb://", f"mongodb://{ADMINISTRATOR}:{ADMINISTRATORS_PASSWORD}@")
        yield TlsBacking(amqp_url, management_url, bare, admin, certificate.authority, stranger.authority)
    finally:
        for name in (name for names in local.ORDER for name in names):
            programs.sweep(root, name)


def _make_administrator(mongo_url: str) -> None:
    """The first user of a server may be made from its own machine."""
    with MongoClient[dict[str, object]](mongo_url) as client:
        client.admin.command("createUser", ADMINISTRATOR, pwd=ADMINISTRATORS_PASSWORD, roles=["root"])
