"""Pages that list or announce documents: those of the entries, and those of an index as a whole (`landing_pages.yml`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from extractors.catalogue.loader import CatalogueError
from extractors.catalogue.models import CatalogueEntry, LandingPage, Strict
from extractors.catalogue.yaml_files import YamlFileError, read_yaml, shown, validation_problems

LANDING_PAGES_FILE = Path(__file__).parent / "landing_pages.yml"


class IndexPages(Strict):
    """The pages of one index. `address: unknown` says that none is known; then there are no `pages`."""

    index_code: str
    address: Literal["unknown"] | None = None
    pages: tuple[LandingPage, ...] = ()
    note: str = Field(default="", description="What is known instead")

    @model_validator(mode="after")
    def _known_or_not(self) -> IndexPages:
        if (self.address is None) != bool(self.pages):
            raise ValueError("expected either `pages` or `address: unknown`, found " + ("both" if self.pages else "neither"))
        return self


@dataclass(frozen=True, slots=True)
class WatchedPage:
    """A page to be looked at, and for whom: ids of documents, codes of indices."""

    url: str
    stated_at: str
    watched_for: tuple[str, ...]


def read_index_pages(path: Path = LANDING_PAGES_FILE) -> tuple[IndexPages, ...]:
    """The rows of the file; none if there is no such file.

    Raises:
        CatalogueError: a row does not have its shape.
    """
    if not path.exists():
        return ()
    try:
        content, lines = read_yaml(path, path.name)
    except YamlFileError as error:
        raise CatalogueError([str(error)]) from error
    rows = content.get("rows") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise CatalogueError([f"{path.name}: expected a mapping with `rows:`, found {shown(content)}"])
    found: list[IndexPages] = []
    problems: list[str] = []
    for row, line in zip(rows, lines, strict=True):
        try:
            found.append(IndexPages.model_validate(row))
        except ValidationError as error:
            problems += validation_problems(f"{path.name}, line {line}", error)
    if problems:
        raise CatalogueError(problems)
    return tuple(found)


def watched_pages(entries: Iterable[CatalogueEntry], indices: Iterable[IndexPages]) -> tuple[WatchedPage, ...]:
    """Each address once, in the order of addresses."""
    found: dict[str, WatchedPage] = {}
    named = [(entry.id, page) for entry in entries for page in entry.landing_pages]
    named += [(index.index_code, page) for index in indices for page in index.pages]
    for name, page in named:
        url = str(page.url)
        before = found.get(url)
        found[url] = (
            WatchedPage(url, page.stated_at, (name,))
            if before is None
            else WatchedPage(url, before.stated_at, (*before.watched_for, name))
        )
    return tuple(found[url] for url in sorted(found))
