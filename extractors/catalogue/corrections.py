"""Decisions of data stewards about single cells, one YAML file per document: what is accepted, rejected or corrected, by whom and why.

A decision names the cell by its place, the statement by its keys, and the printed text (`expect`). If any of the three is no longer
so, the decision is stale: the document is held back until somebody looks again (`extractors.corrections`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from extractors.catalogue.loader import CatalogueError
from extractors.catalogue.yaml_files import YamlFileError, read_yaml, shown, shown_path, validation_problems
from extractors.quarantine import item_id, item_id_of_statement, place_key
from extractors.records import Locator

CORRECTIONS_DIR = Path(__file__).parent / "corrections"

Text = Annotated[str, Field(min_length=1)]
Number = Annotated[int, Field(ge=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(_Strict):
    """Where the cell stands: page, table, row, column of a PDF; sheet and a1 of a workbook; paragraph of prose. The rest is null."""

    page: Number | None = None
    table: Number | None = None
    row: Number | None = None
    column: Number | None = None
    sheet: str | None = None
    a1: str | None = None
    paragraph: Number | None = None

    @classmethod
    def of(cls, locator: Locator) -> Place:
        page, table, row, column, sheet, a1, paragraph = place_key(locator)
        return cls(page=page, table=table, row=row, column=column, sheet=sheet, a1=a1, paragraph=paragraph)

    @property
    def locator(self) -> Locator:
        return Locator(
            page=self.page,
            table_number=self.table,
            row_number=self.row,
            column_number=self.column,
            sheet=self.sheet,
            a1=self.a1,
            paragraph=self.paragraph,
        )


class Statement(_Strict):
    """Which statement of the cell is meant: the keys of the star."""

    original_id: Text
    edition_id: Text
    entity_code: Text
    criterion_code: Text
    measure: Text

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        return self.original_id, self.edition_id, self.entity_code, self.criterion_code, self.measure


class Decision(_Strict):
    """What a person decided about one cell.

    `accept`: the source prints it so; the cell is published with a flag, although it fails `rules`, until `expires_on`.
    `reject`: this cell is never published. Instead of a statement it may name an `issue` by its code, for a row not understood.
    `correct`: the page prints `value` (written as it is printed there); the raw text that was read stays beside it.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]
    action: Literal["accept", "reject", "correct"]
    cell: Place
    statement: Statement | None = None
    issue: Text | None = None
    expect: str = Field(description="The text that was read in the cell; the guard of this decision")
    value: Text | None = None
    rules: tuple[Text, ...] = ()
    expires_on: date | None = None
    why: Text
    by: Text
    at: date
    source: Text | None = None

    @model_validator(mode="after")
    def _fits_its_action(self) -> Decision:
        if (self.statement is None) == (self.issue is None):
            raise ValueError("expected exactly one of statement and issue")
        if self.issue is not None and self.action != "reject":
            raise ValueError(
                f"expected a statement with the action {self.action}, found an issue; an issue can only be rejected"
            )
        if (self.value is not None) != (self.action == "correct"):
            raise ValueError(f"expected a value with the action correct and with no other, found {self.action}")
        if bool(self.rules) != (self.action == "accept"):
            raise ValueError(f"expected rules with the action accept and with no other, found {self.action}")
        if (self.expires_on is not None) != (self.action == "accept"):
            raise ValueError(f"expected expires_on with the action accept and with no other, found {self.action}")
        return self

    def is_in_force(self, today: date) -> bool:
        return self.expires_on is None or today <= self.expires_on

    def item_id(self, document_id: str) -> str:
        """The id that the item has, or had, in quarantine."""
        if self.statement is None:
            return item_id(document_id, self.cell.locator, self.issue or "", self.expect)
        return item_id_of_statement(document_id, self.cell.locator, self.statement.key, self.expect)

    def correction_id(self, document_id: str) -> str:
        return f"{document_id}:{self.id}"


class DecisionFile(_Strict):
    decisions: tuple[Decision, ...] = ()


Decisions = Mapping[str, tuple[Decision, ...]]
"""Decisions by the id of their document, in the order of the file."""


def decision_file(directory: Path, document_id: str) -> Path:
    return directory / f"{document_id}.yml"


def _twice(name: str, decisions: tuple[Decision, ...]) -> list[str]:
    problems: list[str] = []
    first_id: set[str] = set()
    first_cell: dict[tuple[object, ...], str] = {}
    for decision in decisions:
        if decision.id in first_id:
            problems.append(f"{name}: id {decision.id!r}: expected each id once, found it twice; give one of them another id")
        first_id.add(decision.id)
        what = decision.statement.key if decision.statement else (decision.issue,)
        cell = (decision.cell, *what)
        if cell in first_cell:
            problems.append(
                f"{name}: {decision.id!r} and {first_cell[cell]!r}: expected one decision on {decision.cell.locator}, "
                "found two; keep the one that holds"
            )
        first_cell.setdefault(cell, decision.id)
    return problems


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """The decisions of one file.

    Raises:
        CatalogueError: the file does not have its shape, or decides the same cell twice; the message names it.
    """
    name = shown_path(path)
    try:
        content, _ = read_yaml(path, name)
    except YamlFileError as error:
        raise CatalogueError([str(error)]) from error
    if not isinstance(content, dict):
        raise CatalogueError([f"{name}: expected 'decisions:' with a list, found {shown(content)}"])
    try:
        decisions = DecisionFile.model_validate(content).decisions
    except ValidationError as error:
        raise CatalogueError(validation_problems(name, error)) from error
    problems = _twice(name, decisions)
    if problems:
        raise CatalogueError(problems)
    return decisions


def load_decisions(directory: Path = CORRECTIONS_DIR, documents: Collection[str] | None = None) -> Decisions:
    """All decisions of a catalogue, expired ones included; none if it has no such folder.

    Args:
        directory: folder of `<document id>.yml` files.
        documents: ids that the catalogue knows; None leaves the names of the files unchecked.

    Raises:
        CatalogueError: all problems of all files at once.
    """
    if not directory.is_dir():
        return {}
    found: dict[str, tuple[Decision, ...]] = {}
    problems: list[str] = []
    for path in sorted(directory.iterdir()):
        if path.name.startswith("."):
            continue
        if path.suffix != ".yml":
            problems.append(
                f"{shown_path(path)}: expected a file named <document id>.yml, found another name, which nobody would read"
            )
        elif documents is not None and path.stem not in documents:
            problems.append(
                f"{shown_path(path)}: expected decisions on a document of the catalogue, found none with the id {path.stem!r}; "
                "correct the name of the file, or delete it if the document is gone"
            )
        else:
            try:
                found[path.stem] = read_decisions(path)
            except CatalogueError as error:
                problems += error.problems
    if problems:
        raise CatalogueError(problems)
    return found
