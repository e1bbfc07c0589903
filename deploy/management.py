"""RabbitMQ's management API, as far as the topology needs it."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import httpx2

from deploy.problem import SetupError
from deploy.trust import refused_certificate, trust
from shared.contracts.vocabulary import HOUSE
from shared.settings import OPERATOR, HouseSettings, house_password, house_user

MANAGEMENT_PORT = 15_672
MANAGEMENT_TLS_PORT = 15_671
ANSWER_WITHIN_S = 30.0
MADE_MEANWHILE = "user_already_exists"
"""What RabbitMQ answers where somebody else makes the same user at this moment; asked again, it changes that one."""

Json = dict[str, Any]  # what RabbitMQ says, in its own shape


class NobodyAnswersError(SetupError):
    """A broker, database or service that cannot be reached."""


@dataclass(frozen=True)
class Management:
    """One virtual host, seen through the API."""

    url: str = field(repr=False)
    vhost: str
    client: httpx2.Client = field(default_factory=lambda: _client(HouseSettings()), repr=False)

    def get(self, *path: str) -> list[Json]:
        found: list[Json] = self._asked("GET", path).json()
        return found

    def put(self, body: Json, *path: str) -> None:
        """As often as you like, and from several places at once."""
        self._asked("PUT", path, body)

    def post(self, body: Json, *path: str) -> None:
        self._asked("POST", path, body)

    def delete(self, *path: str) -> None:
        self._asked("DELETE", path)

    def _asked(self, method: str, path: tuple[str, ...], body: Json | None = None) -> httpx2.Response:
        address = "/".join(quote(step, safe="?=&") if number == 0 else quote(step, safe="") for number, step in enumerate(path))
        try:
            answer = self.client.request(method, f"{self.url}/api/{address}", json=body)
            if method == "PUT" and MADE_MEANWHILE in answer.text:
                answer = self.client.request(method, f"{self.url}/api/{address}", json=body)
        except httpx2.TransportError as error:
            away = NobodyAnswersError("RabbitMQ's management API does not answer.", cure="start everything with `redress up`.")
            raise refused_certificate("RabbitMQ's management API", error) or away from None
        if answer.is_error:
            raise _refused(method, "/".join(path), answer, urlsplit(self.url).username or "")
        return answer


def management_of(settings: HouseSettings) -> Management:
    """As the administrator."""
    return Management(_address(settings), _vhost(settings), _client(settings))


def seen_by_operator(settings: HouseSettings) -> Management:
    """With what the operator's own user may see: how full the queues are."""
    url, user = urlsplit(_address(settings)), house_user(OPERATOR)
    place = url.netloc.rpartition("@")[2]
    netloc = f"{user}:{house_password(settings.secret_key.get_secret_value(), user)}@{place}"
    return Management(url._replace(netloc=netloc).geturl(), _vhost(settings), _client(settings))


def management_beside(amqp_url: str) -> str:
    """Where the API is unless somebody says otherwise."""
    amqp = urlsplit(amqp_url)
    scheme, port = ("https", MANAGEMENT_TLS_PORT) if amqp.scheme == "amqps" else ("http", MANAGEMENT_PORT)
    return f"{scheme}://{amqp.username or 'guest'}:{amqp.password or 'guest'}@{amqp.hostname}:{port}"


def _address(settings: HouseSettings) -> str:
    url = settings.management_url.get_secret_value() if settings.management_url else ""
    return (url or management_beside(settings.amqp_url.get_secret_value())).rstrip("/")


def _vhost(settings: HouseSettings) -> str:
    return unquote(urlsplit(settings.amqp_url.get_secret_value()).path.removeprefix("/")) or "/"


def _client(settings: HouseSettings) -> httpx2.Client:
    return httpx2.Client(timeout=ANSWER_WITHIN_S, trust_env=False, verify=trust(settings.tls_ca_file))


def _refused(method: str, path: str, answer: httpx2.Response, user: str) -> SetupError:
    if user.startswith(HOUSE) and answer.status_code == httpx2.codes.UNAUTHORIZED:
        return SetupError(f"RabbitMQ does not let {user!r} do that, or not with our password.", cure="run `redress topology apply`.")
    if answer.status_code in (httpx2.codes.UNAUTHORIZED, httpx2.codes.FORBIDDEN):
        cure = "REDRESS_MANAGEMENT_URL needs a user with the tag `administrator`."
        return SetupError("RabbitMQ does not let us administer it.", cure=cure)
    cure = "run `redress topology diff` and remove what differs."
    return SetupError(f"RabbitMQ refuses {method} {path} with {answer.status_code}: {answer.text[:300]}", cure=cure)
