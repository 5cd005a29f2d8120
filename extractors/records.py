"""The typed records that flow through the house, from a document's bytes to a claim.

Every record is frozen. A record knows nothing of Dagster, dbt, DuckDB or Great Expectations; it imports nothing of ours.

Two families of records:

* what a *reader* sees on the page: `Cell`, `Table`, `Paragraph`, gathered in one `Reading` per document;
* what a *document says*: `Claim` (one printed statement, with its place on the page), gathered in one `Outcome`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

Box = tuple[float, float, float, float]
"""x0, top, x1, bottom in PDF points (1/72 inch), from the top left corner of the page as it is displayed."""

Kind = Literal["pdf", "image", "xlsx", "xls", "ods", "csv", "txt", "html", "docx"]
"""What a file is, by its bytes. `image`: photograph or scan (PNG, JPEG, TIFF); `txt`: text with tables set by tabs."""

CellSource = Literal["text", "ocr", "legacy"]
"""How a cell's text came about: from the file's own Unicode, by character recognition, or decoded from TCVN3, VNI or VPS."""

UNSETTLED = "\N{REPLACEMENT CHARACTER}"
"""Text of a cell that two readings could not settle: never blank, since a blank means something, and never one of the readings."""

Severity = Literal["error", "warning", "info"]
Modality = Literal["table", "prose", "chart", "title", "compilation"]
"""Where on the page a figure stands. `compilation`: the figure is re-set from an address whose own layout is not recorded."""

EntityType = Literal["province", "ministry", "nation", "region", "department", "district", "commune", "vertical_agency"]
Facet = Literal["satisfaction", "perception", "expectation", "none"]
Geography = Literal["vn64", "vn63", "vn34"]
"""Map of provinces: 64 from 2004 to July 2008 (with Hà Tây), 63 to June 2025, 34 since."""
Measure = Literal[
    "score",
    "rank",
    "change",
    "change_rank",
    "gap_to_mean",
    "gap_to_best",
    "range_min",
    "range_max",
    "max_points",
    "count",
    "target_rank",
    "responsible_unit",
    "evidence",
]
"""What a claim states. `change` and `change_rank` are differences *as printed* (`change_rank` > 0: places gained);
`gap_*` are printed differences to the national mean or to the first; `responsible_unit` and `evidence`
(what a unit hands in to prove its points) are text (`value_text`)."""

Unit = Literal["index_points", "percent", "percent_of_maximum", "percent_unspecified", "points", "ratio", "places", "count"]
"""`index_points`: 0-100 from a mean of a scale; `percent`: share of respondents; `percent_of_maximum`: points / maximum x 100;
`points`: points of a PAR or PAPI criterion; `ratio`: 0 to 1; `percent_unspecified`: the source prints % and does not say of what."""

Stage = Literal["self", "appraised_1", "appraised_2", "published"]
ScoreSource = Literal["total", "appraised", "sipas", "leaders_survey", "socio_economic"]
RankKind = Literal["official", "publisher_group", "derived_by_third_party", "derived_by_us"]
ValueStatus = Literal["published", "derived_by_us", "implied", "estimated_by_us", "withheld", "not_published"]
MissingReason = Literal[
    "new_criterion",
    "dropped_criterion",
    "not_published",
    "withheld_by_publisher",
    "picture_only",
    "illegible",
    "not_applicable",
    "not_yet_published",
]
SourceClass = Literal[
    "ministry_annex",
    "ministry_report_table",
    "provincial_table",
    "provincial_prose",
    "publisher_dataset",
    "publisher_dataset_sum",
    "press_table",
    "press_prose",
    "picture",
    "derived",
]
"""Kind of the *cited original* of a claim; decides precedence, never who re-set it. Order of strength: dbt seed `claim_precedence`."""


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a figure stands. PDF: page, table, row, column, bbox. Spreadsheet: sheet, a1, row, column. Prose: page or paragraph.

    `page`, `table_number`, `row_number`, `column_number` and `paragraph` count from 1. `table_number` counts through the document;
    `row_number` counts through the stitched table, header rows included.
    """

    page: int | None = None
    table_number: int | None = None
    row_number: int | None = None
    column_number: int | None = None
    bbox: Box | None = None
    sheet: str | None = None
    a1: str | None = None
    paragraph: int | None = None

    def __str__(self) -> str:
        parts = [
            ("page", self.page),
            ("sheet", self.sheet),
            ("table", self.table_number),
            ("row", self.row_number),
            ("column", self.column_number),
            ("cell", self.a1),
            ("paragraph", self.paragraph),
        ]
        return ", ".join(f"{name} {value}" for name, value in parts if value is not None) or "whole document"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: NFC text (blank cells have empty text), its span and its place. `row` and `column` count from 1.

    `readings`: of a cell whose text is `UNSETTLED` what each reader made of it, the likeliest first; a reader that saw nothing is
    left out. Empty where the text stands, and where nothing could be read.
    """

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    page: int | None = None
    bbox: Box | None = None
    sheet: str | None = None
    a1: str | None = None
    confidence: float = 1.0
    source: CellSource = "text"
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table, joined over page breaks. `cells` holds each cell once, spans included; blanks are cells with empty text.

    `title` is the nearest line of text above the table; `number` counts tables through the document from 1.
    `header_rows` is the number of leading rows that are header.
    """

    number: int
    n_rows: int
    n_columns: int
    header_rows: int
    cells: tuple[Cell, ...]
    title: str = ""
    pages: tuple[int, ...] = ()
    sheet: str | None = None

    def grid(self) -> list[list[Cell | None]]:
        """n_rows x n_columns; every position a spanned cell covers holds that cell."""
        rows: list[list[Cell | None]] = [[None] * self.n_columns for _ in range(self.n_rows)]
        for cell in self.cells:
            for row in range(cell.row - 1, cell.row - 1 + cell.row_span):
                for column in range(cell.column - 1, cell.column - 1 + cell.column_span):
                    rows[row][column] = cell
        return rows

    def header_paths(self) -> list[tuple[str, ...]]:
        """For each column the texts of its header cells from top to bottom, a spanning cell once: ("Năm 2023", "Vị thứ")."""
        grid = self.grid()
        paths: list[tuple[str, ...]] = []
        for column in range(self.n_columns):
            seen: list[Cell] = []
            for row in range(self.header_rows):
                cell = grid[row][column]
                if cell is not None and cell not in seen and cell.text:
                    seen.append(cell)
            paths.append(tuple(cell.text for cell in seen))
        return paths

    def locator(self, cell: Cell) -> Locator:
        return Locator(
            page=cell.page,
            table_number=self.number,
            row_number=cell.row,
            column_number=cell.column,
            bbox=cell.bbox,
            sheet=cell.sheet,
            a1=cell.a1,
        )


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text outside tables, NFC, white space folded. `number` counts through the document from 1."""

    number: int
    text: str
    page: int | None = None
    bbox: Box | None = None

    def locator(self) -> Locator:
        return Locator(page=self.page, bbox=self.bbox, paragraph=self.number)


@dataclass(frozen=True, slots=True)
class Issue:
    """Something a person should know or must mend. `error` holds the row or the document back; `warning` flags; `info` tells.

    `message` says what was expected and what was found, in one sentence; `hint` says what to do and which file to edit.
    """

    code: str
    severity: Severity
    document_id: str
    message: str
    hint: str = ""
    expected: str = ""
    found: str = ""
    locator: Locator = field(default_factory=Locator)

    def __str__(self) -> str:
        text = f"{self.document_id}: {self.locator}: {self.message}"
        return f"{text} -> {self.hint}" if self.hint else text


HOLDS_THE_DOCUMENT = frozenset({"stale_correction", "unreadable_correction"})
"""Codes of errors that have a place and hold the whole document back all the same: what a person decided no longer fits it."""


NEW_VINTAGE = "new_vintage"
"""Code of an error that is about other bytes than those that were read: newer ones wait for a person, the reviewed ones stand."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is on the pages of one document, before anybody asks what it means."""

    sha256: str
    kind: Kind
    tables: tuple[Table, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    issues: tuple[Issue, ...] = ()
    pages: int | None = None
    producer: str = ""
    text_health: float = 1.0


@dataclass(frozen=True, slots=True)
class Claim:
    """One printed statement about one cell of the star, in the terms of the star, with the raw text and its place.

    `value` is None exactly when `missing_reason` is set or the measure is text (`value_text`). `original_id` names the cited
    original (the document itself, or an address quoted by a compilation): arithmetic never mixes two of them.
    `printed_decimals` counts digits after the decimal mark as printed; tolerances come from it.
    """

    document_id: str
    original_id: str
    source_class: SourceClass
    index_code: str
    instrument_code: str
    edition_id: str
    reference_year: int
    methodology_code: str
    entity_type: EntityType
    entity_code: str
    entity_label_raw: str
    criterion_code: str
    criterion_label_raw: str
    measure: Measure
    unit: Unit
    modality: Modality
    raw_text: str
    locator: Locator
    value: Decimal | None = None
    value_text: str | None = None
    printed_decimals: int | None = None
    stage: Stage = "published"
    score_source: ScoreSource = "total"
    value_status: ValueStatus = "published"
    missing_reason: MissingReason | None = None
    rank_out_of: int | None = None
    rank_kind: RankKind | None = None
    source_url: str | None = None
    published_on: str | None = None
    note: str = ""
    correction_id: str | None = None

    @property
    def claim_id(self) -> str:
        """Stable over runs: document, place and meaning; never a running number."""
        where = self.locator
        key = (
            self.document_id,
            self.original_id,
            self.edition_id,
            self.entity_type,
            self.entity_code,
            self.criterion_code,
            self.measure,
            self.stage,
            self.score_source,
            str(
                (where.page, where.table_number, where.row_number, where.column_number, where.sheet, where.a1, where.paragraph)
            ),
            self.raw_text,
        )
        return hashlib.sha256("\x1f".join(key).encode()).hexdigest()[:16]

    def with_missing(self, reason: MissingReason, status: ValueStatus) -> Claim:
        return replace(self, value=None, printed_decimals=None, missing_reason=reason, value_status=status)


@dataclass(frozen=True, slots=True)
class UnsettledClaim:
    """A statement whose meaning is known and whose figure (or text) is not: readers differ on the cell, or none can read it.

    `claim` has neither value nor text and is `illegible`; its raw text is `UNSETTLED`. `readings` are those of its cell. It states
    nothing until arithmetic or a person has settled it, and is never loaded as a figure.
    """

    claim: Claim
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one document says. An outcome with an issue of severity `error` and no locator row is held back as a whole."""

    document_id: str
    sha256: str
    claims: tuple[Claim, ...] = ()
    issues: tuple[Issue, ...] = ()
    pages: int | None = None
    producer: str = ""
    quarantined_rows: tuple[Mapping[str, str], ...] = ()
    unsettled: tuple[UnsettledClaim, ...] = ()

    @property
    def is_held_back(self) -> bool:
        """True if the document as a whole could not be understood: nothing of it may be loaded."""
        return any(
            issue.severity == "error" and (issue.locator == Locator() or issue.code in HOLDS_THE_DOCUMENT)
            for issue in self.issues
        )


class DocumentError(Exception):
    """A document that cannot be read or understood at all. Carries the issue that a person will see; never a traceback."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(str(issue))
        self.issue = issue
