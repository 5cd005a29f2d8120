"""The generator of the corpus: same seed, same truth; figures that obey the arithmetic; fonts from before Unicode."""

from __future__ import annotations

import json
import unicodedata
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.text.legacy import decode
from scripts.corpus.documents import documents
from scripts.corpus.legacy import encode
from scripts.corpus.model import NOTICE, Cell, Document, Half, Table, row
from scripts.corpus.shapes.others import population_table
from scripts.corpus.shapes.provincial import summary_table
from scripts.corpus.shapes.rankings import by_region_table, matrix_table, ranking_table
from scripts.corpus.truth import document_truth
from tests.benchmarks.extraction.joining import PageTable, best_score, joined
from tests.benchmarks.extraction.score import grid_of_rows
from tests.conftest import REPOSITORY

DEVELOPMENT = REPOSITORY / "tests" / "fixtures" / "corpus" / "development"
DOCUMENTS = list(documents("development"))
LOWER = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ 0123456789,.-"


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 (figures of a test, not secrets)


def numbers(table: Table, column: int) -> list[Decimal]:
    """The figures of a column (from 1) below the header."""
    texts = [cell.text for r, c, cell in table.anchors() if c == column and r > table.header_rows]
    return [Decimal(text.replace(",", ".")) for text in texts if text.replace(",", "").lstrip("+-").isdigit()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=[document.id for document in DOCUMENTS])
def test_the_truth_that_is_kept_is_the_one_that_the_seed_gives(document: Document) -> None:
    kept = json.loads((DEVELOPMENT / f"{document.id}.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(document_truth(document, kept["pages"]))) == kept


def test_every_document_says_that_it_is_synthetic_and_every_shape_has_its_own_class() -> None:
    assert all(document.id.startswith(f"synthetic_{document.group}_") for document in DOCUMENTS)
    assert "synthetic" in NOTICE
    assert {document.group for document in DOCUMENTS} == set("abcdefghklmnop")
    assert {document.producer for document in DOCUMENTS} == {"libreoffice", "reportlab", "weasyprint", "typst", "chromium"}
    assert len({document.id for document in DOCUMENTS}) == len(DOCUMENTS)


def test_the_halves_share_no_table_of_figures() -> None:
    def tables(half: Half) -> set[str]:
        return {
            json.dumps(table["cells"])
            for document in documents(half)
            for table in document_truth(document, 0)["tables"]
            if any(cell["text"].replace(",", "").isdigit() for cell in table["cells"])
        }

    assert not tables("development") & tables("held_out")


def test_the_figures_of_a_ranking_obey_its_arithmetic() -> None:
    table = ranking_table(seeded(1))
    score, place, before, place_before, change, places = (numbers(table, column) for column in range(3, 9))
    assert sorted(place) == sorted(place_before) == list(range(1, 64))
    assert [a - b for a, b in zip(score, before, strict=True)] == change
    assert [b - a for a, b in zip(place, place_before, strict=True)] == places
    assert score == sorted(score, reverse=True)


def test_totals_are_the_sums_of_their_parts() -> None:
    table = matrix_table(seeded(2))
    parts = [numbers(table, column) for column in range(3, 11)]
    assert [sum(values) for values in zip(*parts, strict=True)] == numbers(table, 11)
    people = population_table(seeded(3), mark="")
    both, male, female = (numbers(people, column) for column in (2, 3, 4))
    assert both == [m + f for m, f in zip(male, female, strict=True)]
    assert both[0] == sum(both[1:])


def test_a_summary_leaves_new_criteria_without_last_year() -> None:
    table = summary_table(seeded(4), 3)
    blocks = [(r, c, cell) for r, c, cell in table.anchors() if cell.columns == 4]
    assert len(blocks) == 1
    assert blocks[0][2].rows == 3
    units = [cell for _, c, cell in table.anchors() if c == 8 and cell.rows > 1]
    assert len(units) == 4


def test_regions_hold_every_province_once() -> None:
    table = by_region_table(seeded(5))
    names = [cell.text for r, c, cell in table.anchors() if c == 2 and r > 1 and cell.text != "Bình quân vùng"]
    assert len(set(names)) == len(names) == 63


def test_cells_that_do_not_fill_their_grid_are_refused() -> None:
    with pytest.raises(ValueError, match="expected a cell at"):
        Table((10, 10), (row("a", "b"), row("c"))).anchors()
    with pytest.raises(ValueError, match="does not fit at column 2"):
        Table((10, 10), (row("a", Cell("b", columns=2)),)).anchors()


@given(st.text(alphabet=LOWER, max_size=30))
def test_tcvn3_as_it_was_typed_is_decoded_to_what_it_shows(text: str) -> None:
    assert decode(encode(text, "tcvn3"), "tcvn3") == text
    capitals = text.upper()
    assert decode(encode(capitals, "tcvn3_capitals"), "tcvn3", capitals=True) == capitals


@given(st.text(alphabet=LOWER + LOWER.upper(), max_size=30))
def test_vni_as_it_was_typed_is_decoded_to_what_it_shows(text: str) -> None:
    assert decode(encode(text, "vni"), "vni") == unicodedata.normalize("NFC", text)


def test_a_letter_that_tcvn3_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="no sign for 'Ủ'"):
        encode("Ủy ban", "tcvn3")


def test_tables_of_other_readers_are_joined_in_their_favour() -> None:
    head = ["Tỉnh", "Điểm"]
    pages = [PageTable(1, [head, ["Hà Nội", "80,1"]]), PageTable(2, [head, ["Hà Giang", "70,2"]]), PageTable(4, [["a", "b"]])]
    truth = [grid_of_rows([head, ["Hà Nội", "80,1"], ["Hà Giang", "70,2"]])]
    assert [grid.n_rows for grid in joined(pages)] == [3, 1]
    assert best_score(truth, pages[:2]).f1 == 1.0


def test_the_corpus_stays_small_enough_for_the_repository() -> None:
    size = sum(path.stat().st_size for path in Path(DEVELOPMENT.parent).rglob("*"))
    assert size < 12_000_000
