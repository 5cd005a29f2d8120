"""Cells in fonts whose letter table is broken: what of them stands, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.pdf import read_pdf
from extractors.pdf.cells import Part
from extractors.pdf.damage import Shown, Witnesses, settled
from extractors.pdf.lines import ReadText
from extractors.records import UNSETTLED

FONT = "OSYROQ+font00000000215dc69f"


def part(text: str) -> Part:
    return Part(1, (0, 0, 10, 10), ReadText(text), confidence=0.0, doubted_fonts=frozenset({FONT}))


@pytest.fixture
def witnesses() -> Witnesses:
    """The page showed 0 to 9 as the file has them, in six cells each."""
    found = Witnesses()
    for text in ("12 345", "67 890", "123 45", "678 90") * 3:
        found.add(part(text), text.replace(" ", ""))
    return found


def test_a_sign_that_the_page_shows_as_another_figure_is_not_sound(witnesses: Witnesses) -> None:
    """Two figures of the page may be one in a broken table: here 7 is called 1 too."""
    witnesses.add(part("51"), "57")
    assert not witnesses.vouch_for(part("11"))
    assert witnesses.vouch_for(part("55"))


def test_figures_stand_once_each_of_their_signs_is_known_to_be_sound(witnesses: Witnesses) -> None:
    assert witnesses.vouch_for(part("89 300"))
    assert not witnesses.vouch_for(part("89,3")), "nobody has seen a comma of this font"
    assert not Witnesses().vouch_for(part("1"))


def test_a_figure_that_only_one_reading_shows_does_not_stand(witnesses: Witnesses) -> None:
    """UNFPA's projections, page 3: the file has 89 300, character recognition reads §9 300."""
    found = settled(part("89,3"), Shown("§9,3", 0.99), witnesses)
    assert (found.read.text, found.confidence, found.readings) == (UNSETTLED, 0.0, ("89,3", "§9,3"))


def test_words_are_taken_from_the_page_and_figures_in_them_from_the_file(witnesses: Witnesses) -> None:
    heading = settled(part("P2PU/ATI2N"), Shown("POPULATION", 0.9), witnesses)
    assert heading.read.text == UNSETTLED, "the file has a figure where the page shows a letter, and no one vouches for either"
    group = settled(part("80\x0e"), Shown(UNSETTLED, 0.0, ("S0+", "80")), witnesses)
    assert (group.read.text, group.source, group.confidence) == ("80+", "ocr", 0.6)
    words = settled(part("A*E"), Shown("AGE", 0.9), witnesses)
    assert (words.read.text, words.source) == ("AGE", "ocr")
    blanks = settled(part("chỉsốthành phần"), Shown("chỉ số thành phần", 0.9), witnesses)
    assert (blanks.read.text, blanks.source, blanks.confidence) == ("chỉ số thành phần", "text", 1.0)
    alike = settled(part("chỉsốthànhphần"), Shown("chỉ sổ thành phần", 0.9), witnesses)
    assert (alike.read.text, alike.readings) == (UNSETTLED, ("chỉsốthànhphần", "chỉ sổ thành phần"))
    assert settled(part("A*E"), Shown("AGE", 0.3), witnesses).read.text == UNSETTLED
    assert settled(part("A*E"), None, witnesses).read.text == UNSETTLED


def test_the_broken_font_of_the_projections(reference_data: Path) -> None:
    """Page 7 and 8: Hà Nội's last age group is "80+", whose plus the file calls U+000E; figures in that font are sound."""
    from extractors.pdf.scan.reader import can_read

    data = (reference_data / "pdf" / "gso_unfpa_projection_by_province.pdf").read_bytes()
    reading = read_pdf(data, "0" * 64, "gso", pages=frozenset({3, 4}))
    cells = [cell for table in reading.tables for cell in table.cells]
    groups = [cell for cell in cells if cell.column == 1 and cell.row > 1]
    if not can_read():
        assert any(cell.text == UNSETTLED for cell in groups)
        return
    assert {cell.text for cell in cells if cell.source == "ocr"} == {"80+"}
    assert not any(cell.text == UNSETTLED for cell in cells if cell.column > 1)
    (first,) = [cell for cell in cells if (cell.row, cell.column, cell.page) == (3, 6, 3)]
    assert (first.text, first.source, first.confidence) == ("89 300", "text", 1.0)
