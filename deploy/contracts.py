"""Publishes the contracts as files, says where published files are stale, and whether an older reader still understands them.

python -m deploy.contracts DIRECTORY                     write
python -m deploy.contracts --check DIRECTORY             fail where the files differ from the code
python -m deploy.contracts --compatible-with DIRECTORY   fail where a change breaks what was published
"""

import argparse
import json
import sys
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path

from deploy import asyncapi, message_index
from deploy.message_schemas import COMPLAINT, Document, messages, schema_of_complaint, schema_of_message

ASYNCAPI = "asyncapi"
INDEX = "README.md"
HINT_LINES = 12


def published() -> Mapping[str, str]:
    """Every file with its content, by its path below the directory: sorted, with a newline at the end, the same each time."""
    described = {f"{ASYNCAPI}/{name}.json": _text(document) for name, document in asyncapi.documents().items()}
    everything = schemas() | described | {INDEX: message_index.page()}
    return {name: everything[name] for name in sorted(everything)}


def schemas() -> dict[str, str]:
    """The JSON Schemas alone: of every message, and of the normalised complaint."""
    of_messages = {f"{contract.key}.json": _text(schema_of_message(contract)) for contract in messages()}
    return of_messages | {f"{COMPLAINT}.json": _text(schema_of_complaint())}


def export(directory: Path) -> list[Path]:
    """Writes all files and says which. What lies there besides is left alone."""
    written = []
    for name, content in published().items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
        written.append(file)
    return written


def differences(directory: Path) -> list[str]:
    """One text for each file that is not as the code would write it, with the first lines that differ."""
    now = published()
    there = {file.relative_to(directory).as_posix(): file.read_text(encoding="utf-8") for file in _files(directory)}
    gone = [f"{name} is no contract any more: remove it" for name in there if name not in now]
    missing = [f"{name} is missing" for name in now if name not in there]
    other = [name for name in now if name in there and there[name] != now[name]]
    return [*gone, *missing, *(f"{name} differs\n{_hint(there[name], now[name])}" for name in other)]


def _files(directory: Path) -> list[Path]:
    return sorted([*directory.rglob("*.json"), *directory.glob(INDEX)])


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.check:
        return _report(differences(options.directory), f"{options.directory} is stale: run make schemas and review the difference")
    if options.compatible_with:
        from deploy.compatibility import breaks, published_before  # noqa: PLC0415  (only who asks needs the library behind it)

        before = published_before(options.directory, options.at)
        return _report(breaks(before, schemas()), "a contract broke: keep it, and publish a new class with a new key (docs/messages.md)")
    print(f"{len(export(options.directory))} files in {options.directory}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.contracts", description="JSON Schemas and AsyncAPI 3 of every message")
    parser.add_argument("directory", type=Path)
    wish = parser.add_mutually_exclusive_group()
    wish.add_argument("--check", action="store_true", help="fail where the files differ from the code")
    wish.add_argument("--compatible-with", action="store_true", help="fail where a change breaks what was published in the directory")
    parser.add_argument("--at", default="HEAD", help="the git revision that counts as published (default HEAD)")
    return parser


def _text(document: Document) -> str:
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _report(problems: list[str], sentence: str) -> int:
    if problems:
        print("\n".join([*problems, sentence]), file=sys.stderr)
    return 1 if problems else 0


def _hint(before: str, now: str) -> str:
    changed = unified_diff(before.splitlines(), now.splitlines(), "published", "code", lineterm="", n=1)
    first, rest = (lines := list(changed)[2:])[:HINT_LINES], len(lines) - HINT_LINES
    return "\n".join(f"    {line}" for line in [*first, *([f"… {rest} lines more"] if rest > 0 else [])])


if __name__ == "__main__":
    sys.exit(main())
