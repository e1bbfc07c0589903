"""Message pacts: a consumer understands what it asks for, and the provider sends what was asked for."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pact import Pact, Verifier
from pact.error import PactVerificationError

from deploy.house import SERVICES, inbox_of
from shared.contracts import EVENTS, DeadlineMissed, DeliveryReported
from shared.contracts.vocabulary import DeliveryState
from shared.decision import Create, Lookup, Transition
from shared.settings import WALLETS
from tests.builders import RECEIVED_AT, a_deadline_missed
from tests.contract.pacts.agreements import ADAPTER, AGREEMENTS, DESK, Agreement, answered_by_wallet
from tests.contract.pacts.rehearsal import Rehearsal, as_sent

PACTS = Path(__file__).parents[3] / ".redress" / "pacts"
PAIRS = list(dict.fromkeys((one.consumer, one.provider) for one in AGREEMENTS))
EACH_PAIR = pytest.mark.parametrize(("consumer", "provider"), PAIRS, ids=[f"{consumer} hears {provider}" for consumer, provider in PAIRS])


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_SECRET_KEY", "the secret of the pact tests, long enough")
    monkeypatch.setenv("PACT_DO_NOT_TRACK", "true")


@EACH_PAIR
def test_the_consumer_understands_what_it_asks_for(consumer: str, provider: str) -> None:
    found = agreements(consumer, provider)
    understood: list[str] = []

    def receive(body: str | bytes | None, metadata: dict[str, object]) -> None:
        agreement = next(one for one in found if one.contract.key == metadata["type"])
        understand(agreement, str(body).encode())
        understood.append(agreement.contract.key)

    pact_of(consumer, provider, found).verify(receive, "Async")

    assert sorted(understood) == sorted(one.contract.key for one in found)


@EACH_PAIR
def test_the_provider_says_what_the_consumer_asks_for(consumer: str, provider: str) -> None:
    found = agreements(consumer, provider)
    pact_of(consumer, provider, found).write_file(PACTS, overwrite=True)

    verify(consumer, provider, found)

    written = json.loads((PACTS / f"{consumer}-{provider}.json").read_text(encoding="utf-8"))
    assert len(written["interactions"]) == len(found)


def test_a_provider_that_says_something_else_is_caught(tmp_path: Path) -> None:
    asked = [one for one in agreements("routing", "sla_watchdog") if one.contract is DeadlineMissed]
    pact_of("routing", "sla_watchdog", asked).write_file(tmp_path)
    without_policy = a_deadline_missed().model_copy(update={"policy": None})
    broken = [Agreement(one.consumer, one.provider, one.contract, one.needs, lambda: without_policy) for one in asked]

    with pytest.raises(PactVerificationError):
        pact_of("routing", "sla_watchdog", asked).verify(lambda body, _: understand(asked[0], str(body).encode()[:-20]), "Async")
    with pytest.raises(RuntimeError):
        verify("routing", "sla_watchdog", broken, tmp_path)


def test_there_is_a_pact_for_every_event_that_one_says_and_another_hears() -> None:
    said = {contract: service for service in SERVICES for contract in inbox_of(service).emits if contract.exchange == EVENTS}
    heard = [(service, said.get(one.contract), one.contract) for service in SERVICES for one in inbox_of(service).subscriptions]
    agreed = {(one.consumer, one.provider, one.contract) for one in AGREEMENTS}

    missing = [(consumer, contract.key) for consumer, provider, contract in heard if not _agreed(consumer, provider, contract, agreed)]

    assert missing == []


def agreements(consumer: str, provider: str) -> list[Agreement]:
    return [one for one in AGREEMENTS if (one.consumer, one.provider) == (consumer, provider)]


def pact_of(consumer: str, provider: str, found: Sequence[Agreement]) -> Pact:
    pact = Pact(consumer, provider).with_specification("V4")
    for one in found:
        asked = pact.upon_receiving(one.contract.key, "Async").with_body(one.needs, "application/json")
        asked.with_metadata({"type": one.contract.key})
    return pact


def understand(agreement: Agreement, body: bytes) -> None:
    """By the consumer's own subscription and handler; an adapter has only the JSON."""
    if agreement.consumer == ADAPTER:
        deliver(json.loads(body))
        return
    if agreement.consumer == WALLETS:
        answered_by_wallet(agreement.contract.model_validate_json(body))
        return
    adapter = json.loads(body).get("adapter", "") if agreement.provider == ADAPTER else ""
    reaction = Rehearsal(agreement.consumer).understand(agreement.contract, body, adapter)
    assert isinstance(reaction, Create | Transition | Lookup), f"{agreement.consumer} does nothing on {agreement.contract.key}"


def deliver(notice: dict[str, Any]) -> DeliveryReported:
    """What an adapter does with a notice: find whom to tell and what, and report."""
    assert notice["to"]["handle"]
    assert notice["text"]
    return DeliveryReported(notice_id=notice["notice_id"], state=DeliveryState.DELIVERED, at=RECEIVED_AT)


def verify(consumer: str, provider: str, found: Sequence[Agreement], directory: Path = PACTS) -> None:
    def produced(agreement: Agreement) -> Any:
        body, kind = as_sent(provider, agreement.says())
        return {"contents": body, "content_type": "application/json", "metadata": {"type": kind}}

    verifier = Verifier(provider).add_source(directory / f"{consumer}-{provider}.json")
    verifier.message_handler({one.contract.key: produced(one) for one in found}).verify()


def _agreed(consumer: str, provider: str | None, contract: type, agreed: set[tuple[str, str, type]]) -> bool:
    outside = (DESK, ADAPTER, WALLETS)
    return any((consumer, one, contract) in agreed for one in ([provider] if provider else outside))
