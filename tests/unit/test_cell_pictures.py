"""Pictures of held-back cells: drawn once for the bytes and the cells that they show, on a page of the plan of Huế."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dagster_project.cell_pictures import with_pictures
from extractors.isolation import LIMITS
from extractors.quarantine import QuarantineItem
from extractors.records import Locator
from tests.conftest import REPOSITORY

HUE = "sipas_2023_thua_thien_hue_ubnd"
PDF = (REPOSITORY / "extractors/documents" / f"{HUE}.pdf").read_bytes()
SHA256 = hashlib.sha256(PDF).hexdigest()


def item(row: int) -> QuarantineItem:
    place = Locator(
        page=3, table_number=1, row_number=row, column_number=4, bbox=(300.0, 100.0 + 20 * row, 340.0, 118.0 + 20 * row)
    )
    return QuarantineItem(f"synthetic{row}", HUE, "cell", "synthetic", place, "made up", "look")


@dataclass
class Quarantine:
    """A quarantine folder, and how often the document was opened for it."""

    folder: Path
    opened: int = 0
    bytes_: bytes = field(default=PDF, repr=False)

    def _read(self) -> bytes:
        self.opened += 1
        return self.bytes_

    def show(self, *rows: int, sha256: str = SHA256) -> tuple[QuarantineItem, ...]:
        return with_pictures([item(row) for row in rows], self.folder, HUE, sha256, self._read, limits=LIMITS)


@pytest.fixture
def quarantine(tmp_path: Path) -> Quarantine:
    return Quarantine(tmp_path)


def test_the_document_is_opened_once_for_the_same_cells(quarantine: Quarantine) -> None:
    first = quarantine.show(1, 2)
    assert [(quarantine.folder / one.picture).read_bytes()[:4] for one in first] == [b"\x89PNG"] * 2
    assert quarantine.show(1, 2) == first
    assert quarantine.opened == 1


def test_other_cells_and_other_bytes_are_drawn_anew_and_what_is_over_goes(quarantine: Quarantine) -> None:
    first = quarantine.show(1, 2)
    (left,) = quarantine.show(1)
    assert (left, quarantine.opened) == (first[0], 2)
    assert not (quarantine.folder / first[1].picture).exists(), "that cell is no longer held back"
    quarantine.show(1, sha256="0" * 64)
    assert quarantine.opened == 3


def test_a_damaged_note_of_what_is_drawn_costs_a_look_and_nothing_else(quarantine: Quarantine) -> None:
    first = quarantine.show(1)
    (quarantine.folder / HUE / "drawn.txt").write_bytes(b"\xff\xfe")
    assert quarantine.show(1) == first
    assert quarantine.opened == 2


def test_without_its_pages_an_item_stands_all_the_same(quarantine: Quarantine) -> None:
    quarantine.bytes_ = b"%PDF-1.7\nnot really\n%%EOF\n"
    for opened in (1, 2):
        assert [one.picture for one in quarantine.show(1)] == [""]
        assert quarantine.opened == opened, "a failure is no picture: it is tried again"
