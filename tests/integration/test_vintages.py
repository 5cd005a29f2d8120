"""A document that is issued again: what stands today, what stood then, and what was revised.

Documents and figures are made up and say so; only the shape is that of a real re-issue.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.explain_text import explanation_lines
from extractors.catalogue.reference import Reference, load_reference
from extractors.records import Claim, Locator, Measure, SourceClass, Unit
from warehouse.explain import explain
from warehouse.load import Row, write_raw
from warehouse.releases import DATABASE_NAME

REPOSITORY = Path(__file__).resolve().parents[2]
FIRST, SECOND, HELD = "sipas_2023_synthetic", "sipas_2023_synthetic_v2", "sipas_2023_synthetic_v3"
PRESS = "sipas_2023_synthetic_press"
UNDATED = "sipas_2022_synthetic"


def document(document_id: str, published_on: date | None, supersedes: str | None = None, status: str = "loaded") -> Row:
    return {
        "document_id": document_id,
        "index_code": "SIPAS",
        "title_vi": f"{document_id} (synthetic)",
        "title_en": f"{document_id} (synthetic)",
        "publisher": "synthetic",
        "cited_title": document_id,
        "cited_published_on": published_on,
        "source_class": "provincial_table",
        "layout": "compilation",
        "kind": "pdf",
        "language": "vi",
        "licence": "not stated",
        "licence_stated_at": "not stated",
        "is_reset": True,
        "supersedes": supersedes,
        "sha256": document_id.encode().hex().ljust(64, "0")[:64],
        "bytes_count": 1,
        "retrieved_at": datetime(2026, 11, 1, tzinfo=UTC),
        "status": status,
        "extractor_version": "test",
    }


def says(
    reference: Reference, document_id: str, year: int, criterion_code: str, measure: Measure, raw_text: str,
    source_class: SourceClass = "provincial_table", original_id: str | None = None,
) -> Claim:  # fmt: skip
    edition = reference.edition("SIPAS", "moha", year)
    province = reference.entity("Thừa Thiên Huế", edition)
    criterion = reference.criterion("SIPAS", edition.methodology_code, criterion_code)
    number = Decimal(raw_text.replace(",", "."))
    unit: Unit = "places" if measure in ("rank", "change_rank") else criterion.unit
    return Claim(
        document_id=document_id,
        original_id=original_id or document_id,
        source_class=source_class,
        index_code="SIPAS",
        instrument_code="moha",
        edition_id=edition.edition_id,
        reference_year=year,
        methodology_code=edition.methodology_code,
        entity_type="province",
        entity_code=province.entity_code,
        entity_label_raw="Thừa Thiên Huế",
        criterion_code=criterion_code,
        criterion_label_raw=criterion_code,
        measure=measure,
        unit=unit,
        modality="table",
        raw_text=raw_text,
        locator=Locator(page=1, table_number=1, row_number=1, column_number=2),
        value=number,
        printed_decimals=-int(number.as_tuple().exponent),
        rank_out_of=63 if measure == "rank" else None,
        rank_kind="official" if measure == "rank" else None,
    )


def claims_of(reference: Reference) -> list[Claim]:
    press: SourceClass = "press_prose"
    return [
        # S.1.1.1 is corrected by the re-issue, S.1.1.2 stays as it was, S.1.2.1 is taken back.
        says(reference, FIRST, 2023, "S.1.1.1", "score", "81,23"),
        says(reference, FIRST, 2023, "S.1.1.1", "rank", "33"),
        says(reference, FIRST, 2023, "S.1.1.2", "score", "81,77"),
        says(reference, FIRST, 2023, "S.1.2.1", "score", "80,25"),
        says(reference, SECOND, 2023, "S.1.1.1", "score", "81,29"),
        says(reference, SECOND, 2023, "S.1.1.1", "rank", "31"),
        says(reference, SECOND, 2023, "S.1.1.2", "score", "81,77"),
        # The press told S.1.3.1 first, the province printed it otherwise later on.
        replace(
            says(reference, PRESS, 2023, "S.1.3.1", "score", "79,6", press, "https://example.org/synthetic"), published_on="2024-02-01"
        ),
        says(reference, FIRST, 2023, "S.1.3.1", "score", "79,64"),
        says(reference, SECOND, 2023, "S.1.3.1", "score", "79,64"),
        says(reference, UNDATED, 2022, "S.1.1.1", "score", "79,38"),
    ]  # fmt: skip


@dataclass(frozen=True)
class Built:
    database: Path

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            connection.execute("set search_path = 'marts'")
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("vintages")
    reference = load_reference()
    write_raw(
        folder / "build.duckdb",
        reference=reference,
        documents=[
            document(FIRST, date(2024, 5, 23)),
            document(SECOND, date(2024, 9, 1), supersedes=FIRST),
            document(HELD, date(2024, 12, 1), supersedes=SECOND, status="held_back"),
            document(PRESS, None),
            document(UNDATED, None),
        ],
        claims=claims_of(reference),
        issues=[],
    )
    environment = os.environ | {"CCHC_BUILD_DB": str(folder / "build.duckdb"), "DO_NOT_TRACK": "1"}
    project = str(REPOSITORY / "dbt_project")
    done = subprocess.run(
        [
            str(Path(sys.executable).parent / "dbt"), "--no-use-colors", "build", "--exclude", "test_type:unit",
            "--select", "+fct_score_revision", "+rpt_conflicts", "+dim_edition", "+dim_index",
            "+rpt_scores", "+fct_cell_provenance", "+dim_province",
            "--indirect-selection", "cautious",
            "--project-dir", project, "--profiles-dir", project,
            "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"),
        ],
        env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return Built(folder / "build.duckdb")


def as_of(day: str, criterion_code: str) -> str:
    return (
        f"select score, rank, document_id from fct_score_vintage where year = 2023 and criterion_code = '{criterion_code}' "
        f"and known_from <= date '{day}' and (known_to is null or known_to > date '{day}')"
    )


def test_the_reissue_stands_today(built: Built) -> None:
    assert built.rows("select criterion_code, score, rank, n_claims from fct_score where year = 2023 order by 1") == [
        ("S.1.1.1", Decimal("81.29"), 31, 1),
        ("S.1.1.2", Decimal("81.77"), None, 1),
        ("S.1.3.1", Decimal("79.64"), None, 2),
    ]


@pytest.mark.parametrize(
    ("day", "criterion_code", "expected"),
    [
        ("2024-05-22", "S.1.1.1", []),
        ("2024-05-23", "S.1.1.1", [(Decimal("81.23"), 33, FIRST)]),
        ("2024-08-31", "S.1.1.1", [(Decimal("81.23"), 33, FIRST)]),
        ("2024-09-01", "S.1.1.1", [(Decimal("81.29"), 31, SECOND)]),
        ("2030-01-01", "S.1.1.1", [(Decimal("81.29"), 31, SECOND)]),
        ("2024-06-01", "S.1.2.1", [(Decimal("80.25"), None, FIRST)]),
        ("2024-09-01", "S.1.2.1", []),
        ("2024-03-01", "S.1.3.1", [(Decimal("79.6"), None, PRESS)]),
        ("2024-06-01", "S.1.3.1", [(Decimal("79.64"), None, FIRST)]),
        ("2024-12-31", "S.1.3.1", [(Decimal("79.64"), None, SECOND)]),
    ],
)
def test_a_query_as_of_a_past_day_returns_what_was_published_then(
    built: Built, day: str, criterion_code: str, expected: list[tuple[Any, ...]]
) -> None:
    assert built.rows(as_of(day, criterion_code)) == expected


def test_revisions_say_what_changed_and_why(built: Built) -> None:
    assert built.rows(
        "select criterion_code, revised_on, is_revised_on_stated, old_score, new_score, delta, delta_rank, reason, is_value_changed, "
        "old_document_id, new_document_id from fct_score_revision order by criterion_code, revised_on"
    ) == [
        ("S.1.1.1", date(2024, 9, 1), True, Decimal("81.23"), Decimal("81.29"), Decimal("0.06"), 2, "superseded_document", True,
         FIRST, SECOND),
        ("S.1.1.2", date(2024, 9, 1), True, Decimal("81.77"), Decimal("81.77"), Decimal(0), None, "superseded_document", False,
         FIRST, SECOND),
        ("S.1.2.1", date(2024, 9, 1), True, Decimal("80.25"), None, None, None, "withdrawn", True, FIRST, None),
        ("S.1.3.1", date(2024, 5, 23), True, Decimal("79.6"), Decimal("79.64"), Decimal("0.04"), None, "stronger_source", True,
         PRESS, FIRST),
        ("S.1.3.1", date(2024, 9, 1), True, Decimal("79.64"), Decimal("79.64"), Decimal(0), None, "superseded_document", False,
         FIRST, SECOND),
    ]  # fmt: skip


def test_superseded_claims_stay_with_a_flag_and_contradict_nothing(built: Built) -> None:
    assert built.rows(
        "select criterion_code, measure, is_chosen, known_from, known_to from fct_claim where is_superseded order by 1, 2"
    ) == [
        (code, measure, False, date(2024, 5, 23), date(2024, 9, 1))
        for code, measure in (
            ("S.1.1.1", "rank"), ("S.1.1.1", "score"), ("S.1.1.2", "score"), ("S.1.2.1", "score"), ("S.1.3.1", "score")
        )
    ]  # fmt: skip
    assert built.rows("select criterion_code, kind from rpt_conflicts where other_document_id <> '" + PRESS + "'") == []
    assert built.rows("select distinct has_conflict from fct_score where criterion_code = 'S.1.1.1'") == [(False,)]


def test_explain_marks_the_claims_of_a_superseded_document(built: Built, tmp_path: Path) -> None:
    (tmp_path / "current").mkdir()
    manifest = {"release_id": "v2026.11.0", "fingerprint": "f", "row_counts": {}}
    (tmp_path / "current" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with duckdb.connect(str(tmp_path / "current" / DATABASE_NAME)) as connection:
        connection.execute(f"attach '{built.database}' as build (read_only)")
        for table in ("rpt_scores", "fct_claim", "fct_cell_provenance", "dim_document", "dim_province"):
            connection.execute(f"create table {table} as from build.marts.{table}")
    found = explain(tmp_path, "SIPAS", 2023, "Thừa Thiên Huế", "S.1.1.1")
    lines = explanation_lines(found)
    mark = f"      SUPERSEDED: {SECOND} took the place of this document; the statement is kept, never chosen"
    marked = [lines[place - 1].partition(":")[0].strip() for place, line in enumerate(lines) if line == mark]
    assert marked == [FIRST, FIRST]  # its score and its rank
    assert sum(claim["document_id"] == SECOND for claim in found[0].claims) == 2


def test_a_reissue_that_is_held_back_supersedes_nothing(built: Built) -> None:
    assert built.rows("select document_id, superseded_by, superseded_on from dim_document where superseded_by is not null") == [
        (FIRST, SECOND, date(2024, 9, 1))
    ]


def test_without_a_date_the_day_after_the_year_is_a_lower_bound_and_says_so(built: Built) -> None:
    assert built.rows("select known_from, is_known_from_stated, known_to from fct_score_vintage where year = 2022") == [
        (date(2023, 1, 1), False, None)
    ]
