"""Reads the services' read-only views over HTTP. No command looks into a service's database."""

from collections.abc import Mapping
from typing import Any

import httpx2

from deploy.cli import place
from deploy.cli.errors import BadInputError
from deploy.management import NobodyAnswersError
from deploy.problem import SetupError
from shared.settings import HouseSettings, views_token

ANSWER_WITHIN_S = 10.0
Document = dict[str, Any]  # what a view shows, in its own shape


class Views:
    def __init__(self, settings: HouseSettings, urls: Mapping[str, str], within_s: float = ANSWER_WITHIN_S) -> None:
        self._urls = urls
        token = views_token(settings.secret_key.get_secret_value())
        self._client = httpx2.Client(timeout=within_s, trust_env=False, headers={"authorization": f"Bearer {token}"})

    def one(self, service: str, path: str, **query: str) -> Document | None:
        found: Document | None = self._read(service, path, query)
        return found

    def many(self, service: str, path: str, **query: str) -> list[Document]:
        found: list[Document] | None = self._read(service, path, query)
        return found or []

    def ready(self, service: str) -> Document:
        """Readiness is an answer even where it is a no."""
        try:
            found: Document = self._get(service, "health/ready", {}).json()
        except (NobodyAnswersError, ValueError):
            return {"ready": False, "reason": "does not answer"}
        return found

    def _read(self, service: str, path: str, query: Mapping[str, str]) -> Any:  # noqa: ANN401 - anything JSON
        answer = self._get(service, path, query)
        match answer.status_code:
            case httpx2.codes.OK:
                return answer.json()
            case httpx2.codes.NOT_FOUND:
                return None
            case httpx2.codes.BAD_REQUEST:
                raise BadInputError(_reason(answer))
            case httpx2.codes.UNAUTHORIZED:
                raise SetupError(f"{service} runs with another secret.", cure="set REDRESS_SECRET_KEY to the secret of that deployment.")
            case _:
                raise SetupError(f"{service} answers {answer.status_code}: {_reason(answer)}.", cure="see `redress status`.")

    def _get(self, service: str, path: str, query: Mapping[str, str]) -> httpx2.Response:
        if service not in self._urls:
            raise NobodyAnswersError(f"{service} does not run here.", cure=place.UP)
        try:
            return self._client.get(f"{self._urls[service].rstrip('/')}/{path}", params=dict(query))
        except httpx2.TransportError:
            raise NobodyAnswersError(f"{service} does not answer.", cure=place.UP) from None


def here(within_s: float = ANSWER_WITHIN_S) -> Views:
    """`within_s`: how long one answer may take."""
    return Views(place.settings(), place.urls(), within_s)


def _reason(answer: httpx2.Response) -> str:
    try:
        return str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        return "no reason given"
