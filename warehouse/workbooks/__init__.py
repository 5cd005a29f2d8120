"""One XLSX workbook per province, in Vietnamese, to print and forward: profile, criteria of each index, conflicts, sources, notes."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from xlsxwriter.workbook import Workbook

from warehouse.release_facts import ReleaseFacts
from warehouse.workbooks.data import ProvinceData, read_provinces
from warehouse.workbooks.sheets import Book

__all__ = ["ProvinceData", "read_provinces", "write_workbook", "write_workbooks"]


def write_workbook(data: ProvinceData, path: Path, facts: ReleaseFacts) -> None:
    """The workbook of one province. Equal data of one release give equal bytes.

    Raises:
        OSError: it cannot be written.
    """
    name = str(data.province["name"])
    with Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}) as workbook:
        workbook.set_properties(
            {
                "title": f"{name}: các chỉ số hành chính công",
                "subject": f"cchc {facts.release_id}",
                "author": "cchc",
                "comments": facts.citation,
                # Excel's files carry no time zone.
                "created": facts.published_at.astimezone(UTC).replace(tzinfo=None),
            }
        )
        Book(workbook, data, facts).write()


def write_workbooks(database: Path, directory: Path, *, facts: ReleaseFacts) -> tuple[Path, ...]:
    """A workbook for every province, in `directory`, by the name of its page: `thua-thien-hue.xlsx`, `bac-ninh-34.xlsx`.

    Raises:
        OSError: the folder cannot be written.
        duckdb.Error: the database is none of a release.
    """
    directory.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for data in read_provinces(database):
        path = directory / f"{data.slug}.xlsx"
        write_workbook(data, path, facts)
        written.append(path)
    return tuple(written)
