"""The cell that a figure was read from, as a person sees it: cut from the page of a PDF, or with its neighbours from a sheet."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from extractors.archive.store import Archive, ArchiveError
from extractors.bounded import draw_spots_bounded, read_bounded
from extractors.isolation import LIMITS, Limits
from extractors.pdf import Spot
from extractors.records import Box, Cell, DocumentError, Kind, Table

_MARGIN = 130
"""Points of the page shown around a cell: enough for the label of its row and the head of its column in most tables."""

_AROUND = 2
"""Rows and columns shown on each side of a cell of a sheet."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One cell of a small table. `is_marked`: the cell that is explained."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class CellView:
    """What can be shown of a cell: `png` (base64) or `rows` of neighbours; if neither, `missing` says why."""

    png: str = ""
    rows: tuple[tuple[str, tuple[Neighbour, ...]], ...] = ()
    missing: str = ""


def view_cell(archive: Path, claim: Mapping[str, object], limits: Limits = LIMITS) -> CellView:
    """The cell of one claim (a record with sha256, document_kind and the place), drawn from the archived bytes.

    Without the archive, or where a page cannot be drawn, the view says so in words.
    """
    sha256, kind, document_id = (str(claim.get(name) or "") for name in ("sha256", "document_kind", "document_id"))
    try:
        if not archive.is_dir():
            return CellView(
                missing=f"the archive {archive} is not on this machine: only a release is at hand, without the documents"
            )
        data = Archive(archive).get(sha256)
    except ArchiveError as error:
        return CellView(missing=f"the archive has not the bytes of {document_id}: {error}")
    try:
        if claim.get("x0") is not None and kind == "pdf":
            return _picture(data, claim, document_id, limits)
        if kind not in get_args(Kind):
            return CellView(missing=f"nobody knows how to show a document of kind {kind!r}")
        reading = read_bounded(data, cast("Kind", kind), sha256, document_id, limits=limits)
    except DocumentError as error:
        return CellView(missing=f"the page could not be shown: {error.issue.message}")
    return _neighbours(reading.tables, claim)


def _picture(data: bytes, claim: Mapping[str, object], document_id: str, limits: Limits) -> CellView:
    box = cast("Box", tuple(float(str(claim[name])) for name in ("x0", "top", "x1", "bottom")))
    with tempfile.TemporaryDirectory() as folder:
        spot = Spot(int(str(claim["page"])), box, "cell")
        paths = draw_spots_bounded(data, [spot], Path(folder), document_id, margin=_MARGIN, limits=limits)
        return CellView(png=base64.b64encode(paths[0].read_bytes()).decode("ascii"))


def _found(tables: Sequence[Table], claim: Mapping[str, object]) -> tuple[Table, Cell] | None:
    for table in tables:
        for cell in table.cells:
            by_address = claim.get("a1") is not None and cell.a1 == claim["a1"] and cell.sheet == claim.get("sheet")
            place = (table.number, cell.row, cell.column)
            by_place = place == tuple(claim.get(f"{name}_number") for name in ("table", "row", "column"))
            if by_address or (claim.get("a1") is None and by_place):
                return table, cell
    return None


def _neighbours(tables: Sequence[Table], claim: Mapping[str, object]) -> CellView:
    found = _found(tables, claim)
    if found is None:
        return CellView(missing="the place is no cell of a table; the printed text above is all there is to show")
    table, target = found
    grid = table.grid()
    first_column, last_column = max(target.column - _AROUND, 1), min(target.column + _AROUND, table.n_columns)
    near = range(max(target.row - _AROUND, 1), min(target.row + _AROUND, table.n_rows) + 1)
    # The first column says whose row it is, the header rows what the column means.
    columns = sorted({1, *range(first_column, last_column + 1)})
    rows = sorted({*range(1, table.header_rows + 1), *near})
    return CellView(rows=tuple((str(r), tuple(_cell(grid, r, c, target) for c in columns)) for r in rows))


def _cell(grid: list[list[Cell | None]], row: int, column: int, target: Cell) -> Neighbour:
    cell = grid[row - 1][column - 1]
    return Neighbour(cell.text if cell else "", cell is target)
