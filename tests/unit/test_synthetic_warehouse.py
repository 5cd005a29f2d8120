"""The made-up warehouse of the benchmark: it has the real one's shape, adds up, and cannot be taken for data."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.benchmarks.warehouse.generate import UNITS_AT_1X, YEARS, write_synthetic


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("synthetic") / "build.duckdb"
    write_synthetic(path, 1)
    return path


def test_it_has_a_score_or_a_reason_for_every_cell(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        cells = connection.execute(
            "select count(*), count(distinct (edition_id, entity_code, criterion_code)) from raw.claim "
            "where measure = 'score' and document_id like '%_bench'"
        ).fetchone()
    assert cells == (UNITS_AT_1X * 60 * len(YEARS),) * 2


def test_leaves_fields_and_whole_add_up(database: Path) -> None:
    # A withheld leaf has no figure, so the fields that lack one are left out.
    with duckdb.connect(str(database), read_only=True) as connection:
        wrong = connection.execute(
            """
            with score as (
                select edition_id, entity_code, criterion_code, value from raw.claim
                where measure = 'score' and document_id like '%_bench'
            )
            select count(*) from (
                select whole.value
                from score as whole
                inner join score as part
                    on whole.edition_id = part.edition_id and whole.entity_code = part.entity_code
                    and whole.criterion_code = regexp_extract(part.criterion_code, '^(.*)[.][0-9]+$', 1)
                group by whole.edition_id, whole.entity_code, whole.criterion_code, whole.value
                having count(*) = count(part.value) and sum(part.value) <> whole.value
            )
            """
        ).fetchone()
    assert wrong == (0,)


def test_it_says_in_every_id_that_it_is_made_up(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        plain = connection.execute(
            "select count(*) from raw.claim where document_id not like '%synthetic%' or edition_id not like '%synthetic%'"
        ).fetchone()
    assert plain == (0,)
