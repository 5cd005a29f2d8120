"""Reads the catalogue: one YAML file per published document, all of them checked before any of them is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.yaml_files import YamlFileError, read_yaml, shown, shown_path, validation_problems

ENTRIES_DIR = Path(__file__).parent / "entries"


def documents_dir() -> Path:
    """The folder of the documents that ship with the repository; `file` of an entry is a path below it."""
    return Path(__file__).parent.parent / "documents"


class CatalogueError(ValueError):
    """A catalogue that cannot be used. The message has one line per problem: file, field, expected, found."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The catalogue cannot be used:\n" + "\n".join(f"- {problem}" for problem in self.problems))


def _read_entry(path: Path) -> CatalogueEntry:
    try:
        content, _ = read_yaml(path, path.name)
    except YamlFileError as error:
        raise CatalogueError([str(error)]) from error
    if not isinstance(content, dict):
        raise CatalogueError([f"{path.name}: expected fields such as 'id: …', found {shown(content)}"])
    try:
        return CatalogueEntry.model_validate(content)
    except ValidationError as error:
        raise CatalogueError(validation_problems(path.name, error)) from error


def _file_problem(entry: CatalogueEntry, documents: Path, *, must_exist: bool) -> str | None:
    if entry.file is None:
        return None
    relative = PurePosixPath(entry.file)
    if relative.is_absolute() or ".." in relative.parts:
        return f"{entry.id}.yml: field file: expected a path below {shown_path(documents)}, found {entry.file!r}"
    if must_exist and not (documents / relative).is_file():
        return f"{entry.id}.yml: field file: expected a file in {shown_path(documents)}, found none named {entry.file!r}"
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


def _relation_problems(entries: Iterable[CatalogueEntry], documents: Path, *, must_exist: bool) -> list[str]:
    entries = tuple(entries)
    ids = [entry.id for entry in entries]
    problems = [
        f"id {one!r}: expected once in the catalogue, found {ids.count(one)} times"
        for one in dict.fromkeys(ids)
        if ids.count(one) > 1
    ]
    problems += _succession_problems(entries)
    for entry in entries:
        missing = _file_problem(entry, documents, must_exist=must_exist)
        if missing is not None:
            problems.append(missing)
    return problems


def load_entries(
    directory: Path = ENTRIES_DIR, documents: Path | None = None, *, must_exist: bool = True
) -> tuple[CatalogueEntry, ...]:
    """Every entry of the catalogue, sorted by id.

    Args:
        directory: folder of `<id>.yml` files.
        documents: folder that `file` is relative to; by default the documents that ship with the repository.
        must_exist: whether a `file` that is not there is a problem of the catalogue. A refresh says no: whoever collects the file
            holds back that document alone, and the others go on.

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
    problems += _relation_problems(entries, documents if documents is not None else documents_dir(), must_exist=must_exist)
    if problems:
        raise CatalogueError(problems)
    return tuple(sorted(entries, key=lambda entry: entry.id))
