"""Reads the catalogue: one YAML file per published document, all of them checked before any of them is used."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from pydantic import ValidationError

from extractors.catalogue.models import CatalogueEntry

ENTRIES_DIR = Path(__file__).parent / "entries"


def documents_dir() -> Path:
    """The folder of the documents that ship with the repository; `file` of an entry is a path below it."""
    return Path(__file__).parent.parent / "documents"


class CatalogueError(ValueError):
    """A catalogue that cannot be used. The message has one line per problem: file, field, expected, found."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The catalogue cannot be used:\n" + "\n".join(f"- {problem}" for problem in self.problems))


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML lets a key stand twice and takes the last one; a field given twice is a mistake here."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = str(key_node.value)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the field {key!r} is given twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _validation_problems(name: str, error: ValidationError) -> list[str]:
    """Pydantic's findings in the words of this house: file, field, expected, found."""
    problems: list[str] = []
    for detail in error.errors(include_url=False):
        field = ".".join(str(part) for part in detail["loc"]) or "the entry as a whole"
        message = detail["msg"].removeprefix("Value error, ")
        if detail["type"] == "missing":
            problems.append(f"{name}: field {field}: expected a value, found nothing")
        elif detail["type"] == "extra_forbidden":
            problems.append(f"{name}: field {field}: expected no such field, found {_shown(detail['input'])}")
        elif "expected" in message:
            problems.append(f"{name}: field {field}: {message}")
        else:
            problems.append(f"{name}: field {field}: expected: {message}; found {_shown(detail['input'])}")
    return problems


def _read_yaml(path: Path) -> object:
    """The content of one file; CatalogueError with one problem if it is not readable UTF-8 YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506 - a SafeLoader
    except UnicodeDecodeError as error:
        found = f"byte {error.object[error.start]:#04x} at {error.start}"
        raise CatalogueError([f"{path.name}: expected UTF-8 text, found {found}"]) from error
    except OSError as error:
        raise CatalogueError([f"{path.name}: expected a readable file, found: {error.strerror}"]) from error
    except yaml.YAMLError as error:
        raise CatalogueError([f"{path.name}: expected YAML, found: {' '.join(str(error).split())}"]) from error


def _read_entry(path: Path) -> CatalogueEntry:
    content = _read_yaml(path)
    if not isinstance(content, dict):
        raise CatalogueError([f"{path.name}: expected fields such as 'id: …', found {_shown(content)}"])
    try:
        return CatalogueEntry.model_validate(content)
    except ValidationError as error:
        raise CatalogueError(_validation_problems(path.name, error)) from error


def _file_problem(entry: CatalogueEntry, documents: Path) -> str | None:
    if entry.file is None:
        return None
    relative = PurePosixPath(entry.file)
    if relative.is_absolute() or ".." in relative.parts:
        return f"{entry.id}.yml: field file: expected a path below extractors/documents, found {entry.file!r}"
    if not (documents / relative).is_file():
        return f"{entry.id}.yml: field file: expected a file in extractors/documents, found none named {entry.file!r}"
    return None


def _succession_problems(entries: tuple[CatalogueEntry, ...]) -> list[str]:
    """Re-issues form chains: each takes the place of one earlier document of its index, and of one that no other replaces."""
    by_id = {entry.id: entry for entry in entries}
    first_heir: dict[str, str] = {}
    problems: list[str] = []
    for entry in entries:
        if entry.supersedes is None:
            continue
        field = f"{entry.id}.yml: field supersedes"
        earlier = by_id.get(entry.supersedes)
        if earlier is None:
            problems.append(f"{field}: expected the id of another entry, found {entry.supersedes!r}, which no entry has")
        elif earlier.id == entry.id:
            problems.append(f"{field}: expected the id of another entry, found its own")
        elif earlier.index_code != entry.index_code:
            problems.append(
                f"{field}: expected a document of index {entry.index_code}, found {earlier.id!r} of {earlier.index_code}"
            )
        if entry.supersedes in first_heir:
            other = first_heir[entry.supersedes]
            problems.append(
                f"{field}: expected a document that nothing else supersedes, found {entry.supersedes!r}, "
                f"which {other}.yml supersedes too; let the later re-issue supersede the earlier one"
            )
        first_heir.setdefault(entry.supersedes, entry.id)
    return problems + _cycle_problems(by_id)


def _cycle_problems(by_id: Mapping[str, CatalogueEntry]) -> list[str]:
    """One problem for each ring of two or more documents of which each supersedes the next."""
    problems: list[str] = []
    settled: set[str] = set()
    for start in by_id:
        walked: list[str] = []
        at: str | None = start
        while at is not None and at in by_id and at not in settled and at not in walked:
            walked.append(at)
            at = by_id[at].supersedes
        if at in walked and len(ring := walked[walked.index(at) :]) > 1:
            chain = " -> ".join((*ring, ring[0]))
            problems.append(
                f"{ring[0]}.yml: field supersedes: expected an end of the chain of re-issues, found a ring: {chain}"
            )
        settled.update(walked)
    return problems


def _relation_problems(entries: Iterable[CatalogueEntry], documents: Path) -> list[str]:
    entries = tuple(entries)
    ids = [entry.id for entry in entries]
    problems = [
        f"id {one!r}: expected once in the catalogue, found {ids.count(one)} times"
        for one in dict.fromkeys(ids)
        if ids.count(one) > 1
    ]
    problems += _succession_problems(entries)
    for entry in entries:
        missing = _file_problem(entry, documents)
        if missing is not None:
            problems.append(missing)
    return problems


def load_entries(directory: Path = ENTRIES_DIR, documents: Path | None = None) -> tuple[CatalogueEntry, ...]:
    """Every entry of the catalogue, sorted by id.

    Args:
        directory: folder of `<id>.yml` files.
        documents: folder that `file` is relative to; by default the documents that ship with the repository.

    Raises:
        CatalogueError: all problems of all files at once, so that they can be mended in one go.
    """
    if not directory.is_dir():
        raise CatalogueError([f"expected the folder {directory} with one YAML file per document, found none"])
    entries: list[CatalogueEntry] = []
    problems: list[str] = []
    for path in sorted(directory.iterdir()):
        if path.name.startswith("."):
            continue
        if path.suffix != ".yml":
            problems.append(
                f"{path.name}: expected a file named <document id>.yml, found another name, which nobody would read"
            )
            continue
        try:
            entry = _read_entry(path)
        except CatalogueError as error:
            problems += error.problems
            continue
        if entry.id != path.stem:
            problems.append(f"{path.name}: field id: expected {path.stem!r} as the file is named, found {entry.id!r}")
        entries.append(entry)
    problems += _relation_problems(entries, documents if documents is not None else documents_dir())
    if problems:
        raise CatalogueError(problems)
    return tuple(sorted(entries, key=lambda entry: entry.id))
