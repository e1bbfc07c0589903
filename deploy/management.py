"""RabbitMQ's management API, as far as the topology needs it."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import httpx2

from deploy.problem import SetupError
from shared.settings import HouseSettings

MANAGEMENT_PORT = 15_672
ANSWER_WITHIN_S = 30.0
Json = dict[str, Any]  # what RabbitMQ says, in its own shape


class NobodyAnswersError(SetupError):
    """A broker, database or service that cannot be reached."""


@dataclass(frozen=True)
class Management:
    """One virtual host, seen through the API."""

    url: str = field(repr=False)
    vhost: str
    client: httpx2.Client = field(default_factory=lambda: httpx2.Client(timeout=ANSWER_WITHIN_S, trust_env=False))

    def get(self, *path: str) -> list[Json]:
        found: list[Json] = self._asked("GET", path).json()
        return found

    def put(self, body: Json, *path: str) -> None:
        self._asked("PUT", path, body)

    def post(self, body: Json, *path: str) -> None:
        self._asked("POST", path, body)

    def delete(self, *path: str) -> None:
        self._asked("DELETE", path)

    def _asked(self, method: str, path: tuple[str, ...], body: Json | None = None) -> httpx2.Response:
        address = "/".join(quote(step, safe="?=&") if number == 0 else quote(step, safe="") for number, step in enumerate(path))
        try:
            answer = self.client.request(method, f"{self.url}/api/{address}", json=body)
        except httpx2.TransportError:
            raise NobodyAnswersError("RabbitMQ's management API does not answer.", cure="start everything with `redress up`.") from None
        if answer.is_error:
            raise _refused(method, "/".join(path), answer)
        return answer


def management_of(settings: HouseSettings) -> Management:
    amqp = urlsplit(settings.amqp_url.get_secret_value())
    url = settings.management_url.get_secret_value() if settings.management_url else ""
    beside = f"http://{amqp.username or 'guest'}:{amqp.password or 'guest'}@{amqp.hostname}:{MANAGEMENT_PORT}"
    return Management((url or beside).rstrip("/"), unquote(amqp.path.removeprefix("/")) or "/")


def _refused(method: str, path: str, answer: httpx2.Response) -> SetupError:
    if answer.status_code in (httpx2.codes.UNAUTHORIZED, httpx2.codes.FORBIDDEN):
        cure = "REDRESS_MANAGEMENT_URL needs a user with the tag `administrator`."
        return SetupError("RabbitMQ does not let us administer it.", cure=cure)
    cure = "run `redress topology diff` and remove what differs."
    return SetupError(f"RabbitMQ refuses {method} {path} with {answer.status_code}: {answer.text[:300]}", cure=cure)
