"""Layout files: for each workbook which sheet, column and row means what, and what is passed over and why.

A layout is a description, not a search: every position is named, and the header texts that stand there are its fingerprint. A
workbook that differs is refused with the cell; nobody looks for a column that has moved.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from pydantic import AfterValidator, Field, ValidationError, model_validator

from extractors.catalogue.models import DocumentId, Strict
from extractors.text.fold import nfc
from extractors.text.numbers import DecimalMark

LAYOUTS_DIR = Path(__file__).parent / "layouts"


class LayoutError(ValueError):
    """A layout file that is absent or does not have its shape; the message names the file."""


def layout_path(document_id: str) -> str:
    """Where the layout of a document stands, as a person would type it."""
    return f"extractors/pci/layouts/{document_id}.yml"


def _rows(text: str) -> range:
    first, _, last = text.partition("-")
    rows = range(int(first), int(last or first) + 1)
    if not rows or rows[0] < 1:
        raise ValueError(f"expected rows such as 3-66 or 68, found {text!r}")
    return rows


def _columns(text: str) -> range:
    first, _, last = text.partition("-")
    columns = range(column_index_from_string(first), column_index_from_string(last or first) + 1)
    if not columns:
        raise ValueError(f"expected columns such as D-L or A, found {text!r}")
    return columns


def _checked_rows(text: str) -> str:
    _rows(text)
    return text


def _checked_columns(text: str) -> str:
    _columns(text)
    return text


def _checked_cell(text: str) -> str:
    column, row = coordinate_from_string(text)
    return f"{column}{row}"


Rows = Annotated[str, AfterValidator(_checked_rows)]
Columns = Annotated[str, AfterValidator(_checked_columns)]
Column = Annotated[str, Field(pattern=r"^[A-Z]{1,3}$")]
A1 = Annotated[str, AfterValidator(_checked_cell)]
Reason = Annotated[str, Field(min_length=10)]


class Block(Strict):
    """One ranking: names in one column, scores and places beside them. `label`: the header cell that names the criterion.

    `rank_status` is `implied` where the places are read off the order in which the provinces stand.
    """

    criterion: str
    label: A1
    province: Column
    score: Column | None = None
    rank: Column | None = None
    rank_status: Literal["published", "implied"] = "published"

    @property
    def figures(self) -> tuple[str, ...]:
        """The columns of scores and of places, as far as the ranking has them."""
        return tuple(column for column in (self.score, self.rank) if column is not None)

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.province, *self.figures)

    @model_validator(mode="after")
    def _has_figures(self) -> Self:
        if not self.figures:
            raise ValueError(f"expected a column of scores or of places beside {self.province}, found neither")
        return self


class Statistic(Strict):
    """A row at the foot that holds the lowest or highest score of each block; `label` is what it must call itself."""

    row: int
    label: str
    label_column: Column
    measure: Literal["range_min", "range_max"]


class SheetLayout(Strict):
    """One sheet of one year. `header`: every filled cell above the provinces in a column that is not passed over."""

    sheet: str
    year: int
    year_cell: A1 | None = Field(default=None, description="Header cell that prints the year; None: the sheet prints none")
    note: str = ""
    header: dict[A1, str]
    province_rows: Rows
    blocks: tuple[Block, ...] = Field(min_length=1)
    statistics: tuple[Statistic, ...] = ()
    ignored_columns: dict[Columns, Reason] = Field(default_factory=dict)
    ignored_rows: dict[Rows, Reason] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.year_cell is not None and str(self.year) not in self.header.get(self.year_cell, ""):
            raise ValueError(f"sheet {self.sheet}: expected {self.year} in the header text of {self.year_cell}")
        unnamed = [block.label for block in self.blocks if block.label not in self.header]
        if unnamed:
            raise ValueError(f"sheet {self.sheet}: expected the text of label cells in `header`, found none for {unnamed}")
        passed_over = {index for columns in self.ignored_columns for index in _columns(columns)}
        both = [c for block in self.blocks for c in block.columns if column_index_from_string(c) in passed_over]
        if both:
            raise ValueError(f"sheet {self.sheet}: expected columns either in a block or ignored, found both: {both}")
        return self

    def rows_of_provinces(self) -> range:
        return _rows(self.province_rows)

    def is_expected(self, column: int, row: int) -> bool:
        """Whether a filled cell in this place is one that the layout knows (header texts are compared one by one)."""
        if any(row in _rows(rows) for rows in self.ignored_rows):
            return True
        if any(column in _columns(columns) for columns in self.ignored_columns):
            return True
        if row in self.rows_of_provinces():
            return any(column == column_index_from_string(c) for block in self.blocks for c in block.columns)
        for statistic in self.statistics:
            if row == statistic.row:
                named = (statistic.label_column, *(block.score for block in self.blocks if block.score))
                return any(column == column_index_from_string(c) for c in named)
        return False


class WorkbookLayout(Strict):
    """All sheets of one workbook. `decimal_mark` "." is right for numbers that the workbook stores as numbers."""

    document_id: DocumentId
    decimal_mark: DecimalMark
    sheets: tuple[SheetLayout, ...] = Field(min_length=1)
    ignored_sheets: dict[str, Reason] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _each_sheet_once(self) -> Self:
        names = Counter(nfc(name) for name in (*(sheet.sheet for sheet in self.sheets), *self.ignored_sheets))
        twice = [name for name, count in names.items() if count > 1]
        if twice:
            raise ValueError(f"expected each sheet once, found again: {twice}")
        return self


@cache
def load_layout(document_id: str, directory: Path = LAYOUTS_DIR) -> WorkbookLayout:
    """The layout of a document.

    Raises:
        LayoutError: no such file, or one that does not have its shape.
    """
    path = directory / f"{document_id}.yml"
    try:
        layout = WorkbookLayout.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise LayoutError(f"expected the layout file {layout_path(document_id)}, found none") from None
    except (yaml.YAMLError, ValidationError) as error:
        raise LayoutError(f"{layout_path(document_id)}: {error}") from error
    if layout.document_id != document_id:
        raise LayoutError(f"{layout_path(document_id)}: expected document_id {document_id}, found {layout.document_id}")
    return layout
