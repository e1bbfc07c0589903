"""Every sample is read and understood as its `.expected.json` says."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.samples import Sample, filled, load, shift_to_end_at, shifted
from services.intake.channels import parse
from services.intake.complaint import Parsed, Understanding
from services.intake.numbers import number_for
from services.intake.understanding import on_known_complaint, understand
from shared.contracts import INBOUND_BY_CHANNEL, Fact, Inbound
from shared.contracts.vocabulary import Category, Channel, ComplaintId

ROOT = Path(__file__).parents[3]
SAMPLES = load(ROOT / "tests/samples")
BY_SLUG = {sample.slug: sample for sample in SAMPLES}
ADAPTERS = {adapter["name"]: adapter for adapter in tomllib.loads((ROOT / "deploy/adapters.toml").read_text("utf-8"))["adapter"]}
UNDERSTOOD = [sample for sample in SAMPLES if sample.expected["result"] in {"registered", "linked"}]
SET_ASIDE = [sample for sample in SAMPLES if sample.expected["result"] == "set_aside"]
RESENT = [sample for sample in SAMPLES if sample.expected["result"] == "duplicate"]
READABLE = [sample for sample in SAMPLES if sample.expected["result"] != "parked"]


def named(samples: list[Sample]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("sample", samples, ids=lambda sample: sample.slug)


@named(UNDERSTOOD)
def test_a_sample_is_understood_as_a_careful_reader_would(sample: Sample) -> None:
    understanding = understood(sample)
    kind = on_known_complaint(parse(inbound(sample)), understanding).kind if sample.expected["result"] == "linked" else understanding.kind

    differences = [
        difference
        for compare in (differences_of_text, differences_of_sense, differences_of_facts)
        for difference in compare(sample.expected, understanding)
    ]

    assert not differences, report(sample, differences, understanding)
    assert kind == sample.expected.get("kind", kind)


@named(SET_ASIDE)
def test_a_machine_s_mail_is_told_from_a_customer_s(sample: Sample) -> None:
    understanding = understood(sample)

    assert understanding.kind == sample.expected["kind"], report(sample, [f"kind {understanding.kind}"], understanding)


@named([sample for sample in UNDERSTOOD if sample.quotes])
def test_a_quoted_complaint_number_is_found(sample: Sample) -> None:
    parsed = parse(inbound(sample))

    assert made_up_number() in {*understood(sample).numbers, *parsed.declared_numbers}


@named([sample for sample in UNDERSTOOD if sample.body.get("attachments") or b"filename=" in sample.raw])
def test_an_attachment_becomes_evidence(sample: Sample) -> None:
    parsed = parse(inbound(sample))

    assert [len(evidence.sha256) for evidence in parsed.evidence] == [64] * max(1, len(sample.body.get("attachments", ())))
    assert {evidence.type for evidence in parsed.evidence} <= {"image/png", "application/pdf"}


@named(READABLE)
def test_a_sample_keeps_the_contract_of_its_channel(sample: Sample) -> None:
    message = inbound(sample)

    assert message.adapter == sample.adapter
    assert ADAPTERS[sample.adapter]["channel"] == sample.channel


@named(RESENT)
def test_a_resend_has_the_bytes_and_the_source_id_of_the_first(sample: Sample) -> None:
    first = BY_SLUG[sample.expected["follows"]]

    assert (sample.raw, sample.body["source_id"]) == (first.raw, first.body["source_id"])


def test_what_follows_is_played_after_what_it_follows() -> None:
    pairs = [(sample, BY_SLUG[sample.expected["follows"]]) for sample in SAMPLES if "follows" in sample.expected]

    assert pairs
    assert [later.slug for later, first in pairs if later.order <= first.order] == []


def test_the_samples_cover_every_category_twice_and_every_channel_and_language() -> None:
    categories = Counter(sample.expected.get("category") for sample in UNDERSTOOD)

    assert len(UNDERSTOOD) >= 45
    assert [category for category in Category if categories[category] < 2] == []
    assert {sample.channel for sample in UNDERSTOOD} == set(Channel)
    assert {sample.expected["language"] for sample in UNDERSTOOD} == {"zh-Hans", "zh-Hant", "en"}


def test_every_sample_on_disk_is_played() -> None:
    on_disk = {str(path.relative_to(ROOT / "tests/samples")) for path in (ROOT / "tests/samples").glob("*/*.expected.json")}

    assert on_disk == {f"{sample.slug}.expected.json" for sample in SAMPLES}


def test_shifting_moves_what_the_adapter_said_and_nothing_the_customer_wrote() -> None:
    now = datetime(2027, 3, 1, 12, tzinfo=UTC)
    by = shift_to_end_at(SAMPLES, now)

    newest = max(inbound(sample, by=by).received_at for sample in READABLE)
    chat = BY_SLUG["chat/01-refund-not-arrived"]
    turns = zip(shifted(chat, by)["chat"]["turns"], chat.body["chat"]["turns"], strict=True)

    assert newest == now
    assert all(datetime.fromisoformat(moved["at"]) - datetime.fromisoformat(turn["at"]) == by for moved, turn in turns)
    assert shifted(BY_SLUG["email/01-top-up-not-credited"], by)["email"] == BY_SLUG["email/01-top-up-not-credited"].body["email"]


def made_up_number() -> str:
    return number_for(ComplaintId("00000000-0000-5000-8000-000000000000"), b"a key for samples", 0)


def inbound(sample: Sample, *, by: timedelta = timedelta()) -> Inbound:
    whole = filled(sample, dict.fromkeys(sample.quotes, made_up_number()))
    return INBOUND_BY_CHANNEL[sample.channel].model_validate(shifted(whole, by))


def understood(sample: Sample) -> Understanding:
    message = inbound(sample)
    parsed: Parsed = parse(message)
    adapter = ADAPTERS[sample.adapter]
    return understand(
        parsed,
        channel=sample.channel,
        language_hint=message.language or adapter["language"],
        country=message.country or adapter["country"],
        zone=adapter["zone"],
        received_at=message.received_at,
    )


def differences_of_text(expected: dict[str, Any], found: Understanding) -> Iterator[str]:
    for words in expected.get("text_contains", ()):
        if words not in found.text:
            yield f"the text lacks {words!r}"
    for words in expected.get("text_lacks", ()):
        if words in found.text:
            yield f"the text still has {words!r}"
    everything = [found.text, found.subject or "", found.quoted, *found.why, *(str(fact.value) for fact in found.facts)]
    for secret in expected.get("secrets", ()):
        if any(secret in part for part in everything):
            yield f"the secret {secret!r} shows"


def differences_of_sense(expected: dict[str, Any], found: Understanding) -> Iterator[str]:
    for field in ("language", "category"):
        if field in expected and getattr(found, field) != expected[field]:
            yield f"{field}: expected {expected[field]}, found {getattr(found, field)}"
    for material in expected.get("missing_contains", ()):
        if material not in found.missing:
            yield f"does not ask for {material}"
    for material in expected.get("missing_lacks", ()):
        if material in found.missing:
            yield f"asks for {material} without need"


def differences_of_facts(expected: dict[str, Any], found: Understanding) -> Iterator[str]:
    for wanted in expected.get("facts", ()):
        if not any(says(fact, wanted) for fact in found.facts):
            yield f"fact not found: {wanted}"
    for unwanted in expected.get("facts_lack", ()):
        if any(says(fact, unwanted) for fact in found.facts):
            yield f"fact invented: {unwanted}"


def says(fact: Fact, wanted: dict[str, Any]) -> bool:
    if fact.kind != wanted["kind"] or fact.unit != wanted.get("unit", fact.unit):
        return False
    if "contains" in wanted:
        return str(wanted["contains"]) in str(fact.value)
    return "value" not in wanted or comparable(fact.value) == comparable(wanted["value"])


def comparable(value: str | int) -> str | datetime:
    try:
        return datetime.fromisoformat(str(value)).astimezone(UTC) if "T" in str(value) else str(value)
    except ValueError:
        return str(value)


def report(sample: Sample, differences: list[str], found: Understanding) -> str:
    facts = "\n".join(f"  {fact.kind} {fact.value!r} {fact.unit or ''}" for fact in found.facts)
    lines = [
        sample.slug,
        *(f"- {difference}" for difference in differences),
        f"why: {found.why}",
        f"missing: {found.missing}",
        f"facts:\n{facts}",
    ]
    return "\n".join([*lines, f"text: {found.text}"])
