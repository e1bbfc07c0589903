"""A RabbitMQ server of our own: one node with its own name, ports, cookie and epmd, on the loopback only."""

import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import httpx2

from deploy import packages, ports, programs
from deploy.certificate import Certificate
from deploy.problem import SetupError
from deploy.trust import trust
from deploy.waiting import until
from shared.settings import HouseSettings

NAME = "rabbitmq"
EPMD = "epmd"
USER = "redress"
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ports:
    amqp: int
    management: int
    prometheus: int
    distribution: int
    epmd: int


IN_CLEAR = """\
listeners.tcp.1 = 127.0.0.1:{ports.amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = {ports.management}
"""
BY_TLS = """\
listeners.tcp = none
listeners.ssl.1 = 127.0.0.1:{ports.amqp}
ssl_options.cacertfile = {certificate.authority}
ssl_options.certfile = {certificate.chain}
ssl_options.keyfile = {certificate.key}
ssl_options.verify = verify_none
ssl_options.fail_if_no_peer_cert = false
management.ssl.ip = 127.0.0.1
management.ssl.port = {ports.management}
management.ssl.cacertfile = {certificate.authority}
management.ssl.certfile = {certificate.chain}
management.ssl.keyfile = {certificate.key}
"""
CONFIGURATION = """\
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = {ports.prometheus}
default_user = {user}
default_pass = {password}
log.console = true
log.console.level = warning
log.file = false
vm_memory_high_watermark.absolute = 1GiB
raft.wal_max_size_bytes = 67108864
collect_statistics_interval = 1000
max_message_size = 12582912
"""


def start(root: Path, numbers: Ports, certificate: Certificate | None = None) -> tuple[str, str]:
    """Returns the AMQP address and the management address. With a certificate it speaks TLS only."""
    server = packages.rabbitmq_server()
    home = programs.place(root) / "rabbitmq"
    home.mkdir(exist_ok=True)
    password = kept_word(home / "password")
    _configure(home, numbers, password, certificate)
    env = _environment(root, home, numbers)
    programs.spawn(root, programs.Program(EPMD, (_epmd(), "-port", str(numbers.epmd), "-address", LOOPBACK), env=env))
    programs.spawn(root, programs.Program(NAME, (str(server),), env=env, cwd=home))
    host, s, authority = (certificate.host, "s", certificate.authority) if certificate else (LOOPBACK, "", None)
    amqp_url = f"amqp{s}://{USER}:{password}@{host}:{numbers.amqp}/"
    management_url = f"http{s}://{USER}:{password}@{host}:{numbers.management}"
    until(
        lambda: ports.answers(LOOPBACK, numbers.amqp) and manages(management_url, authority),
        "RabbitMQ",
        root=root,
        program=NAME,
        within_s=60,
    )
    return amqp_url, management_url


def manages(management_url: str, authority: Path | None = None) -> bool:
    """Whether the management API answers to these credentials. Over https: with a certificate of this authority, or of the house's."""
    believed = trust(authority or HouseSettings().tls_ca_file)
    try:
        return httpx2.get(f"{management_url}/api/overview", timeout=5, verify=believed).status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False


def kept_word(path: Path) -> str:
    """A random word, made once, for our eyes only."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(20), encoding="utf-8")
        path.chmod(0o400)
    return path.read_text(encoding="utf-8")


def _configure(home: Path, numbers: Ports, password: str, certificate: Certificate | None) -> None:
    configuration = home / "rabbitmq.conf"
    configuration.touch(mode=0o600)
    text = (BY_TLS if certificate else IN_CLEAR) + CONFIGURATION
    configuration.write_text(text.format(ports=numbers, user=USER, password=password, certificate=certificate), encoding="utf-8")
    (home / "enabled_plugins").write_text("[rabbitmq_management,rabbitmq_prometheus].\n", encoding="utf-8")
    kept_word(home / ".erlang.cookie")


def _environment(root: Path, home: Path, numbers: Ports) -> Mapping[str, str]:
    return {
        "HOME": str(home),
        "PATH": "/usr/local/sbin:/usr/local/bin:/opt/homebrew/sbin:/opt/homebrew/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
        "ERL_EPMD_PORT": str(numbers.epmd),
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "RABBITMQ_NODENAME": f"redress-{sha256(str(programs.place(root)).encode()).hexdigest()[:8]}@localhost",
        "RABBITMQ_DIST_PORT": str(numbers.distribution),
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        # The start script then becomes the server, instead of staying between us and it: a signal reaches the right process.
        "RUNNING_UNDER_SYSTEMD": "true",
    }


def _epmd() -> str:
    found = shutil.which("epmd") or next((str(path) for path in Path("/usr/lib/erlang").glob("erts-*/bin/epmd")), None)
    if found is None:
        raise SetupError("Erlang's epmd is missing beside RabbitMQ.", cure=f"put epmd on PATH, {packages.INSTEAD}.")
    return found
