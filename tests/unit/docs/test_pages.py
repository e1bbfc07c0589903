"""The pages tell the truth: every name, slug, setting, link and field in them is the code's own, and none is missing."""

import ast
import json
import re
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path

import pytest
from pydantic import SecretStr

from deploy.house import SERVICES, aggregates_of, indexes_beside, topology_of
from deploy.indexes import DEAD_LETTERS
from services.casework.settings import CaseworkSettings
from services.intake.settings import IntakeSettings
from services.notification.settings import NotificationSettings
from services.routing.settings import RoutingSettings
from services.sla_watchdog.settings import SlaWatchdogSettings
from shared.contracts.vocabulary import Category, Channel, ClockKind, MessageKind, NoticeKind, Outcome, Status, Verdict
from shared.settings import FromEnvironment, HouseSettings
from shared.task import End
from shared.telemetry import Metrics
from tests.unit.docs import complaint_page

CHECKOUT = Path(__file__).parents[3]
DOCS = CHECKOUT / "docs"
PAGES = [*sorted(CHECKOUT.glob("*.md")), *sorted(DOCS.glob("*.md")), *sorted((DOCS / "decisions").glob("*.md"))]
CODE = [one for folder in ("shared", "services", "deploy") for one in sorted((CHECKOUT / folder).rglob("*.py"))]
SETTINGS = (HouseSettings, IntakeSettings, RoutingSettings, CaseworkSettings, SlaWatchdogSettings, NotificationSettings)
PLACE = re.compile(r"`((?:shared|services|deploy|tests)/[\w/]+\.(?:py|toml))(?::([\w.]+))?`")
SLUG = re.compile(r"[a-z]+(-[a-z]+)*")


def text(name: str) -> str:
    return (CHECKOUT / name).read_text(encoding="utf-8")


OPERATIONS = text("docs/operations.md")
ARCHITECTURE = text("docs/architecture.md")


def test_the_page_of_the_complaint_is_what_its_models_say() -> None:
    assert text("docs/complaint.md") == complaint_page.page(), "run python -m tests.unit.docs.complaint_page"


@pytest.mark.parametrize("page", PAGES, ids=lambda one: one.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))

    assert [one for one in links if "://" not in one and not (page.parent / one).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda one: one.name)
def test_every_place_in_the_code_that_a_page_names_exists(page: Path) -> None:
    places = PLACE.findall(page.read_text(encoding="utf-8"))

    assert [(file, name) for file, name in places if name not in {"", *defined_in(CHECKOUT / file)}] == []


def defined_in(file: Path) -> set[str]:
    """`function`, `Class`, `Class.method`."""
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.suffix == ".py" and file.exists() else ast.Module([], [])
    named = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    own = {one.name for one in tree.body if isinstance(one, named)}
    inner = {f"{one.name}.{m.name}" for one in tree.body if isinstance(one, ast.ClassDef) for m in one.body if isinstance(m, named)}
    return own | inner


@pytest.mark.parametrize("page", PAGES, ids=lambda one: one.name)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    named = {file for file, _ in PLACE.findall(page.read_text(encoding="utf-8"))}

    assert {one for one in named if not (CHECKOUT / one).exists()} == set()


def test_every_decision_is_in_the_index_and_has_its_three_parts() -> None:
    index = text("docs/decisions/README.md")
    decisions = [one for one in PAGES if re.match(r"\d{4}-", one.name)]

    assert [one.name for one in decisions if f"({one.name})" not in index] == []
    for one in decisions:
        assert re.findall(r"^## (.+)$", one.read_text(encoding="utf-8"), re.MULTILINE) == ["Context", "Decision", "Consequences"], one.name


def test_every_decision_that_the_code_cites_exists() -> None:
    cited = {number for file in CODE for number in re.findall(r"ADR-(\d{4})", file.read_text(encoding="utf-8"))}

    assert {one for one in cited if not list((DOCS / "decisions").glob(f"{one}-*.md"))} == set()


def slugs() -> set[str]:
    """Reasons of errors, violations and declined messages, and every word that names a decision."""
    return {slug for file in CODE if "cli" not in file.parts for slug in slugs_of(ast.parse(file.read_text(encoding="utf-8")))}


def slugs_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            names = {one.id for one in (node.targets if isinstance(node, ast.Assign) else [node.target]) if isinstance(one, ast.Name)}
            if names & {"slug", "SET_ASIDE", "NOTHING_TO_READ"} and node.value is not None:
                yield from words_in(node.value)
        if isinstance(node, ast.Call):
            yield from slugs_of_call(node)
        if isinstance(node, ast.Return) and node.value is not None:
            yield from (word for word in words_in(node.value) if "-" in word)


def slugs_of_call(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""
    position = {"RuleViolation": 0, "Refused": 0, "Nothing": 0, "unchanged": 1, "ends": 1}.get(name)
    if position is not None and len(call.args) > position:
        yield from words_in(call.args[position])
    if name == "Decision":
        yield from (word for one in call.keywords if one.arg == "what" for word in words_in(one.value))


def words_in(node: ast.expr) -> list[str]:
    whole = node.values if isinstance(node, ast.Dict) else [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
    return [one.value for one in whole if isinstance(one, ast.Constant) and isinstance(one.value, str) and SLUG.fullmatch(one.value)]


def test_operations_explains_every_slug_of_the_code() -> None:
    found = slugs()

    assert {"unreadable-message", "adapter-mismatch", "mail-refused", "bounce", "nothing-to-read", "already-told", "filed"} <= found
    assert {one for one in found if f"`{one}`" not in OPERATIONS} == set()


def test_operations_explains_no_dead_letter_that_cannot_be() -> None:
    table = OPERATIONS.partition("## Dead letters")[2].partition("\n## ")[0]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    explained = {slug for row in rows for slug in re.findall(r"`([a-z-]+)`", row)}

    assert explained <= slugs()


def test_operations_says_of_every_dead_letter_whether_to_replay_or_to_discard_it() -> None:
    section = OPERATIONS.partition("## Dead letters")[2].partition("\n## ")[0]
    advice = {cells[1].strip(): cells[3] for row in section.splitlines() if row.startswith("| `") and (cells := row.split("|"))}
    reasons = {one for file in CODE for one in classes_with_a_slug(ast.parse(file.read_text(encoding="utf-8")))} - {
        "permanent-error",
        "transient-error",
    }
    pausing = set(re.findall(r"`([a-z-]+)`", section.partition("never make a dead letter:")[2].partition("pause")[0]))

    assert {"failing", "database-away"} <= pausing <= reasons
    assert {one for one in reasons - pausing if not re.search("replay|discard", advice.get(f"`{one}`", ""))} == set()


def classes_with_a_slug(tree: ast.Module) -> Iterator[str]:
    for one in ast.walk(tree):
        if isinstance(one, ast.ClassDef):
            given = [node for node in one.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "slug"]
            yield from (word for node in given for word in words_in(node.value))


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda one: one.__name__)
def test_operations_lists_every_setting_with_its_default(settings: type[FromEnvironment]) -> None:
    prefix = settings.model_config.get("env_prefix", "")
    rows = {(f"{prefix}{name}".upper(), shown(field.default)) for name, field in settings.model_fields.items()}

    assert {one for one in rows if f"| `{one[0]}` | {one[1]} |" not in OPERATIONS} == set()


def shown(default: object) -> str:
    """As somebody would write it into the environment; paths from the checkout on."""
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if default is None or default == "":
        return "empty"
    if isinstance(default, Path):
        return f"`{default.relative_to(CHECKOUT) if default.is_absolute() else default}`"
    return f"`{default}`" if isinstance(default, str) else f"`{json.dumps(default)}`"


@pytest.mark.parametrize("file", ["docker-compose.yml", ".env.example"])
def test_operations_lists_every_variable_of_compose(file: str) -> None:
    variables = set(re.findall(r"\$\{([A-Z_]+)|^#?([A-Z_]+)=", text(file), re.MULTILINE))

    assert {name for pair in variables for name in pair if name and f"`{name}`" not in OPERATIONS} == set()


def test_operations_lists_every_view_metric_and_end() -> None:
    views = {path for service in SERVICES for path in views_of(service)}
    metrics = {sample.name for metric in Metrics().registry.collect() for sample in metric.samples if metric.name.startswith("redress")}
    bare = {re.sub(r"_(bucket|sum|count|created)$", "", one) for one in metrics} | {"redress_messages_total", "redress_dead_letters_total"}

    assert {one for one in views | set(End) if f"`{one}`" not in OPERATIONS} == set()
    assert {one for one in bare if f"`{one}" not in OPERATIONS} == set()


def views_of(service: str) -> list[str]:
    module = import_module(f"services.{service}.app")
    return list(module.VIEWS)


def test_architecture_names_every_exchange_and_every_collection() -> None:
    exchanges = {one.name for one in topology_of(HouseSettings()).exchanges if not one.name.startswith("redress.retry.")}
    collections = {one.name for service in SERVICES for one in aggregates_of(service)} | {DEAD_LETTERS, "claims", "letters"}
    beside = {name for service in SERVICES for name in indexes_beside(service)}

    assert {one for one in exchanges | collections | beside if f"`{one}`" not in ARCHITECTURE} == set()


@pytest.mark.parametrize("closed", [Category, Channel, ClockKind, MessageKind, NoticeKind, Outcome, Status, Verdict])
def test_the_glossary_has_every_word_of_a_closed_set(closed: type[StrEnum]) -> None:
    glossary = text("docs/glossary.md")

    assert [one for one in closed if f"`{one}`" not in glossary] == []
