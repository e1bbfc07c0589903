"""Each change that breaks a reader or a writer is found, each addition passes."""

import json
import subprocess
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.compatibility import breaks, changes, published_before
from deploy.message_schemas import messages, schema_of_complaint, schema_of_message
from shared.contracts import ComplaintRegistered, DeadlineMissed, InboundApp, Message, OutboundNotice

Schema = dict[str, Any]
Change = Callable[[Schema], object]


def after(contract: type[Message], change: Change) -> list[str]:
    """What is said of a change to today's schema."""
    now = schema_of_message(contract)
    changed = deepcopy(now)
    change(changed)
    return changes(now, changed)


def add(name: str, field: Schema) -> Change:
    return lambda schema: schema["properties"].update({name: field})


def replace(name: str, field: Schema) -> Change:
    return lambda schema: schema["properties"].update({name: field})


def require(name: str) -> Change:
    return lambda schema: schema["required"].append(name)


def make_optional(name: str) -> Change:
    return lambda schema: schema["required"].remove(name)


def remove(name: str) -> Change:
    def change(schema: Schema) -> None:
        del schema["properties"][name]
        schema["required"] = [one for one in schema["required"] if one != name]

    return change


def rename(name: str, other: str) -> Change:
    def change(schema: Schema) -> None:
        schema["properties"][other] = schema["properties"].pop(name)
        schema["required"] = [other if one == name else one for one in schema["required"]]

    return change


def limit(name: str, **limits: int) -> Change:
    return lambda schema: schema["properties"][name].update(limits)


def grow(closed_set: str) -> Change:
    return lambda schema: schema["$defs"][closed_set]["enum"].append("something_new")


def shrink(closed_set: str) -> Change:
    return lambda schema: schema["$defs"][closed_set]["enum"].pop()


def both(*changes_: Change) -> Change:
    return lambda schema: [one(schema) for one in changes_]


def inside(part: str, change: Change) -> Change:
    return lambda schema: change(schema["$defs"][part])


TEXT = {"type": "string"}
PERHAPS = {"anyOf": [TEXT, {"type": "null"}], "default": None}

BREAKING: list[tuple[str, type[Message], Change, str]] = [
    ("a required field removed", DeadlineMissed, remove("policy"), "policy"),
    ("an optional field removed", DeadlineMissed, remove("team"), "team"),
    ("a required field renamed", DeadlineMissed, rename("policy", "rule"), "policy"),
    ("an optional field renamed", DeadlineMissed, rename("team", "unit"), "team"),
    ("a required field added", DeadlineMissed, both(add("cause", TEXT), require("cause")), "cause"),
    ("a required field made optional", DeadlineMissed, make_optional("policy"), "policy"),
    ("an optional field made required", DeadlineMissed, require("team"), "team"),
    ("a type changed", DeadlineMissed, replace("policy", {"type": "integer"}), "policy"),
    ("a type widened", DeadlineMissed, replace("policy", {"anyOf": [TEXT, {"type": "null"}]}), "policy"),
    ("a type narrowed", DeadlineMissed, replace("team", TEXT | {"default": ""}), "team"),
    ("a time that becomes any text", DeadlineMissed, replace("due_at", TEXT), "due_at"),
    ("a pattern tightened", ComplaintRegistered, replace("country", {"type": "string", "pattern": "^(CN|HK)$"}), "country"),
    ("a pattern dropped", ComplaintRegistered, replace("language", {"type": "string", "maxLength": 35}), "language"),
    ("a pattern of a part changed", ComplaintRegistered, inside("ReplyTo", replace("adapter", TEXT)), "reply_to.adapter"),
    ("adapters must follow a tighter pattern", InboundApp, replace("adapter", {"type": "string", "pattern": "^[a-z]+$"}), "adapter"),
    ("adapters must say more of the sender", InboundApp, inside("Sender", lambda part: part["anyOf"].pop()), "sender"),
    ("a value added to a closed set", DeadlineMissed, grow("ClockKind"), "clock"),
    ("a value taken from a closed set", DeadlineMissed, shrink("ClockKind"), "clock"),
    ("a limit tightened", DeadlineMissed, limit("generation", minimum=5), "generation"),
    ("a limit loosened", DeadlineMissed, limit("generation", minimum=0), "generation"),
    ("a field of a part removed", ComplaintRegistered, inside("ReplyTo", remove("handle")), "reply_to.handle"),
    ("a field of a part renamed", ComplaintRegistered, inside("MaskedFact", rename("unit", "currency")), "facts.unit"),
    ("a required field added to a part", ComplaintRegistered, inside("ReplyTo", both(add("zone", TEXT), require("zone"))), "reply_to"),
    ("a list that becomes a single value", ComplaintRegistered, replace("missing", TEXT), "missing"),
    ("adapters must send more", InboundApp, both(add("app_build", TEXT), require("app_build")), "app_build"),
    ("adapters may send less long ids", InboundApp, limit("source_id", maxLength=64), "source_id"),
    ("adapters must read a new kind of notice", OutboundNotice, grow("NoticeKind"), "kind"),
    ("adapters get no text any more", OutboundNotice, make_optional("text"), "text"),
]

HARMLESS: list[tuple[str, type[Message], Change]] = [
    ("nothing changed", DeadlineMissed, lambda schema: schema),
    ("an optional field added", DeadlineMissed, add("cause", PERHAPS)),
    ("an optional field added to a part", ComplaintRegistered, inside("ReplyTo", add("zone", PERHAPS))),
    ("an optional time added", DeadlineMissed, add("seen_at", {"anyOf": [TEXT | {"format": "date-time"}, {"type": "null"}]})),
    ("a description reworded", DeadlineMissed, lambda schema: schema.update(description="Other words.")),
    ("a field marked as personal", DeadlineMissed, lambda schema: schema["properties"]["team"].update({"x-personal": True})),
    ("we take from adapters what they need not send", InboundApp, make_optional("sent_at")),
    ("we take any name of an adapter", InboundApp, replace("adapter", TEXT)),
    ("we take longer ids from adapters", InboundApp, limit("source_id", maxLength=1024)),
    ("adapters are always told the number", OutboundNotice, both(replace("number", TEXT), require("number"))),
    ("adapters get fewer kinds of notice", OutboundNotice, shrink("NoticeKind")),
]


@pytest.mark.parametrize(("contract", "change", "place"), [one[1:] for one in BREAKING], ids=[one[0] for one in BREAKING])
def test_a_breaking_change_is_found_and_its_place_named(contract: type[Message], change: Change, place: str) -> None:
    found = after(contract, change)

    assert any(f"`{place}`" in one for one in found), found


@pytest.mark.parametrize(("contract", "change"), [one[1:] for one in HARMLESS], ids=[one[0] for one in HARMLESS])
def test_a_harmless_change_passes(contract: type[Message], change: Change) -> None:
    assert after(contract, change) == []


@pytest.mark.parametrize("contract", messages(), ids=lambda one: one.key)
def test_every_contract_is_compatible_with_itself(contract: type[Message]) -> None:
    assert after(contract, lambda schema: schema) == []


def test_the_normalised_complaint_is_compared_too() -> None:
    now = schema_of_complaint()
    changed = deepcopy(now)
    rename("text", "words")(changed)

    assert changes(now, now) == []
    assert any("`text`" in one for one in changes(now, changed))


def test_a_message_that_moves_to_another_key_is_found() -> None:
    found = after(DeadlineMissed, lambda schema: schema.update({"x-redress-routing-key": "deadline.missed.v2"}))

    assert found == ["`x-redress-routing-key` changed from 'deadline.missed.v1' to 'deadline.missed.v2'"]


def test_a_contract_that_vanished_is_found_and_a_new_one_is_welcome() -> None:
    now = {"deadline.missed.v1.json": json.dumps(schema_of_message(DeadlineMissed))}

    assert breaks(before={}, now=now) == []
    assert breaks(before=now, now={}) == ["deadline.missed.v1.json: the contract is gone, and with it whoever still sends or reads it"]


@given(contract=st.sampled_from(messages()), data=st.data())
def test_losing_any_field_of_any_message_is_found(contract: type[Message], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(schema_of_message(contract)["properties"])))

    assert any(f"`{name}`" in one for one in after(contract, remove(name)))


@given(contract=st.sampled_from(messages()), name=st.from_regex(r"new_[a-z_]{1,20}", fullmatch=True))
def test_an_optional_field_may_be_added_to_any_message(contract: type[Message], name: str) -> None:
    assert after(contract, add(name, PERHAPS)) == []


def test_published_means_committed_not_what_lies_in_the_directory(tmp_path: Path) -> None:
    file = tmp_path / "deadline.missed.v1.json"
    file.write_text("committed")
    (tmp_path / "notes.txt").write_text("no schema")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "published")
    file.write_text("changed since")

    assert published_before(tmp_path, "HEAD") == {"deadline.missed.v1.json": "committed"}


def test_without_git_the_files_in_the_directory_are_what_was_published(tmp_path: Path) -> None:
    (tmp_path / "deadline.missed.v1.json").write_text("as it lies")

    assert published_before(tmp_path, "HEAD") == {"deadline.missed.v1.json": "as it lies"}


def git(directory: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(directory), *arguments], check=True, capture_output=True)
