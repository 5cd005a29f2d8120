"""Our reader on the development half of the corpus: every cell as the generator set it, not one wrong number.

The held-out half is opened by the benchmark alone (`tests/benchmarks/extraction`), so that nobody tunes a reader on it.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from extractors.readers import read_file
from tests.benchmarks.extraction.score import Score, grid_of_json, grid_of_table, is_exact, match, score
from tests.conftest import REPOSITORY

DEVELOPMENT = REPOSITORY / "tests" / "fixtures" / "corpus" / "development"
SCANS = sorted(DEVELOPMENT.glob("synthetic_i_*.json"))
TRUTHS = sorted(set(DEVELOPMENT.glob("*.json")) - set(SCANS))


@cache
def measure(path: Path) -> tuple[Score, dict[str, Any], list[str]]:
    """Score of a document, its truth, and the titles of ruled tables that were not read exactly (size, anchors, spans, blanks)."""
    truth = json.loads(path.read_text(encoding="utf-8"))
    data = path.with_suffix(".pdf").read_bytes()
    reading = read_file(data, "pdf", hashlib.sha256(data).hexdigest(), truth["id"])
    true, read = [grid_of_json(table) for table in truth["tables"]], [grid_of_table(table) for table in reading.tables]
    pairs = dict(match(true, read)[0])
    inexact = [
        table["title"]
        for number, table in enumerate(truth["tables"])
        if table["ruling"] == "full" and (number not in pairs or not is_exact(true[number], read[pairs[number]], spans=True))
    ]
    return score(true, read), truth, inexact


@pytest.mark.parametrize("path", TRUTHS, ids=[path.stem for path in TRUTHS])
def test_no_number_of_the_corpus_is_read_wrong(path: Path) -> None:
    result, _, _ = measure(path)
    assert result.numbers_wrong == 0


@pytest.mark.parametrize("path", TRUTHS, ids=[path.stem for path in TRUTHS])
def test_every_cell_of_the_corpus_is_read_as_it_was_set(path: Path) -> None:
    result, truth, inexact = measure(path)
    assert (result.f1, result.numbers_missing, result.noise_tables) == (1.0, 0, 0)
    assert result.headers_right == len(truth["tables"]), "a table with another number of header rows"
    assert inexact == [], "ruled tables whose size, spans or blanks differ"


def test_the_development_half_is_there() -> None:
    assert len(TRUTHS) >= 75


@pytest.mark.slow
def test_scans_give_no_wrong_number_and_99_percent_of_the_right_ones() -> None:
    total = sum((measure(path)[0] for path in SCANS), Score())
    numbers = total.numbers_right + total.numbers_wrong + total.numbers_missing
    assert total.numbers_wrong == 0
    assert total.numbers_right >= 0.99 * numbers
