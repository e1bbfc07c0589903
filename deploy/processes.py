"""The services as processes of this machine: started beside each other, ready before we go on, ended in order."""

import json
import os
import secrets
import ssl
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from deploy import programs
from deploy.backing import Backing, environment
from deploy.house import SERVICES
from deploy.ports import free_ports
from deploy.problem import SetupError
from deploy.topology import apply
from shared.settings import HouseSettings

CODE = Path(__file__).resolve().parents[1]
ADMINISTRATORS = frozenset({"REDRESS_MANAGEMENT_URL", "REDRESS_MONGO_ADMIN_URL"})
TOLD = (
    "amqp_url", "management_url", "mongo_url", "mongo_own_users", "mongo_admin_url", "tls_ca_file", "secret_key", "database_prefix",
    "test_clock", "adapters_file", "inbound_max_messages", "inbound_max_bytes",
)  # fmt: skip
"""Settings that the topology step must know as the services do."""
LEAN = {"MALLOC_ARENA_MAX": "1"}
"""The driver's threads share one heap of the C library: 131 MiB of intake were 122, at the same speed."""

READY_WITHIN_S = 30.0
END_WITHIN_S = 12.0
# Health is asked for without TLS, and to read all certificates of the system takes longer than the answer.
WITHOUT_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(frozen=True, slots=True)
class ServiceProcess:
    service: str
    replica: int
    pid: int
    port: int

    @property
    def name(self) -> str:
        return f"{self.service}-{self.replica}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class Running:
    processes: tuple[ServiceProcess, ...]

    def of(self, service: str) -> ServiceProcess:
        """The first replica, to ask its views."""
        return next(process for process in self.processes if process.service == service)


def start_services(root: Path, backing: Backing, *, replicas: Mapping[str, int], extra_env: Mapping[str, str]) -> Running:
    """Services that `replicas` does not name run once. Queues exist before any service starts."""
    stop_services(root)
    ours = {
        "REDRESS_SECRET_KEY": secret(root),
        "REDRESS_ADAPTERS_FILE": str(CODE / "deploy" / "adapters.toml"),
        "REDRESS_BODIES_URL": (programs.place(root) / "bodies").resolve().as_uri(),
        **LEAN,
    }
    env = {**ours, **os.environ, **environment(backing), **extra_env}
    apply(_settings(env))
    wanted = [(service, replica) for service in SERVICES for replica in range(1, replicas.get(service, 1) + 1)]
    ports = free_ports(len(wanted))
    told = told_to_services(env)
    processes = tuple(_start(root, told, service, replica, port) for (service, replica), port in zip(wanted, ports, strict=True))
    running = Running(processes)
    _record(root, running)
    try:
        _wait_until_ready(root, running)
    except BaseException:
        stop_services(root)
        raise
    return running


def stop_services(root: Path) -> list[str]:
    """Returns the names of those that had to be killed."""
    killed = programs.end(root, [process.name for process in recorded(root).processes], patience_s=END_WITHIN_S)
    for name in killed:
        print(f"{name} did not end within {END_WITHIN_S:g} s and was killed; see {programs.log_of(root, name)}", file=sys.stderr)
    for service in SERVICES:
        programs.sweep(root, f"{service}-*")
    _file(root).unlink(missing_ok=True)
    return killed


def recorded(root: Path) -> Running:
    """What the last start recorded; whether it still lives is another question."""
    try:
        told = json.loads(_file(root).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Running(())
    return Running(tuple(ServiceProcess(**process) for process in told["processes"]))


def secret(root: Path) -> str:
    """The deployment's secret: given, or made once and kept where its owner alone may read."""
    given = HouseSettings().secret_key.get_secret_value()
    path = programs.place(root) / "secret.key"
    if not given and not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="utf-8")
    return given or path.read_text(encoding="utf-8").strip()


def told_to_services(env: Mapping[str, str]) -> dict[str, str]:
    """Without what only the administrator needs: a service logs in as itself."""
    address = urlsplit(env["REDRESS_AMQP_URL"])
    bare = address._replace(netloc=address.netloc.rpartition("@")[2]).geturl()
    kept = {name: value for name, value in env.items() if name.removesuffix("_FILE") not in ADMINISTRATORS}
    return kept | {"REDRESS_AMQP_URL": bare}


def _settings(env: Mapping[str, str]) -> HouseSettings:
    """As the services will read them: what is given here goes before this process's own environment."""
    told = {name: env[key] for name in TOLD if (key := f"REDRESS_{name.upper()}") in env}
    ladder = env.get("REDRESS_RETRY_DELAYS_MS")
    return HouseSettings.model_validate(told | ({"retry_delays_ms": json.loads(ladder)} if ladder else {}))


def _start(root: Path, env: Mapping[str, str], service: str, replica: int, port: int) -> ServiceProcess:
    where = ("--host", "127.0.0.1", "--port", str(port), "--access-log", "false")
    command = (sys.executable, "-m", "faststream", "run", f"services.{service}.app:build", "--factory", *where)
    pid = programs.spawn(root, programs.Program(f"{service}-{replica}", command, env=env, cwd=CODE))
    return ServiceProcess(service, replica, pid, port)


def _wait_until_ready(root: Path, running: Running) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    waiting = list(running.processes)
    while waiting:
        for process in waiting:
            if programs.running(root, process.name) is None:
                raise _not_ready(root, process, "ended while starting")
            if time.monotonic() > deadline:
                raise _not_ready(root, process, f"was not ready within {READY_WITHIN_S:g} s")
        waiting = [process for process in waiting if not is_ready(process)]
        time.sleep(0.05)


def is_ready(process: ServiceProcess) -> bool:
    try:
        return httpx2.get(f"{process.url}/health/ready", timeout=2, verify=WITHOUT_CERTIFICATES).status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False


def _not_ready(root: Path, process: ServiceProcess, found: str) -> SetupError:
    said = programs.last_lines(root, process.name)
    return SetupError(f"{process.name} {found}. Its last words:\n{said}\n", cure=f"read {programs.log_of(root, process.name)}.")


def _record(root: Path, running: Running) -> None:
    told = {"processes": [asdict(process) for process in running.processes]}
    _file(root).write_text(json.dumps(told, indent=1), encoding="utf-8")


def _file(root: Path) -> Path:
    return programs.place(root) / "run.json"
