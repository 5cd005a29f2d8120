"""Provinces that became others, ranked sets, and a synthetic scoring sheet, from the reader to the marts.

Made-up figures belong to documents whose id says `synthetic`; gate 2 refuses to publish any of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.gates import run_gate
from extractors.catalogue.reference import REFERENCE_DIR, Reference, load_reference
from extractors.par_index import read_scoring_sheet
from extractors.records import Claim, Locator
from extractors.spreadsheet import read_workbook
from scripts.fixtures import scoring_sheet
from warehouse.load import Row, write_raw

REPOSITORY = Path(__file__).resolve().parents[2]
PRESS = "par_index_2012_2024_published"
SYNTHETIC = "dti_2024_synthetic"
MODELS = (
    "rpt_lost_points",
    "rpt_constituents",
    "dim_entity_set",
    "bridge_entity_set_member",
    "bridge_province_region",
    "dim_methodology",
)


def score(reference: Reference, document: str, edition_id: str, label: str, value: str, row: int) -> Claim:
    edition = next(e for e in reference.editions if e.edition_id == edition_id)
    index = next(i for i in reference.indices if i.index_code == edition.index_code)
    entity = reference.entity(label, edition)
    return Claim(
        document_id=document,
        original_id=document,
        source_class="press_table",
        index_code=edition.index_code,
        instrument_code=edition.instrument_code,
        edition_id=edition_id,
        reference_year=edition.reference_year,
        methodology_code=edition.methodology_code,
        entity_type="province",
        entity_code=entity.entity_code,
        entity_label_raw=label,
        criterion_code=index.root_criterion_code,
        criterion_label_raw="",
        measure="score",
        unit=index.native_unit,
        modality="table",
        raw_text=value,
        locator=Locator(page=1, table_number=1, row_number=row, column_number=2),
        value=Decimal(value),
        printed_decimals=len(value.partition(".")[2]),
    )


def document(document_id: str) -> Row:
    return {
        "document_id": document_id,
        "index_code": "PAR_PROVINCE",
        "title_vi": document_id,
        "title_en": document_id,
        "publisher": "test",
        "cited_title": document_id,
        "cited_publisher": "test",
        "cited_note": "",
        "source_class": "press_table",
        "layout": "compilation",
        "kind": "xlsx",
        "language": "vi",
        "licence": "not stated",
        "licence_stated_at": "not stated",
        "is_reset": True,
        "sha256": "0" * 64,
        "bytes_count": 1,
        "retrieved_at": datetime(2026, 11, 1, tzinfo=UTC),
        "status": "loaded",
        "extractor_version": "test",
    }


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("local")
    shutil.copytree(REFERENCE_DIR, folder / "reference")
    scoring_sheet.write_reference(folder / "reference")
    scoring_sheet.write_layout(folder)
    scoring_sheet.write_sheet(folder / "sheet.xlsx")
    reference = load_reference(folder / "reference")
    reading = read_workbook((folder / "sheet.xlsx").read_bytes(), "0" * 64, scoring_sheet.DOCUMENT_ID)
    sheet = read_scoring_sheet(reading, scoring_sheet.entry(), reference, folder)
    claims = [
        *sheet.claims,
        score(reference, PRESS, "par_province_2023_moha", "Bắc Giang", "91.16", 1),
        score(reference, SYNTHETIC, "par_province_2023_moha", "Bắc Ninh", "88.88", 2),
        score(reference, SYNTHETIC, "dti_2024_ministry", "Bắc Ninh", "0.7777", 3),
    ]
    path = folder / "build.duckdb"
    ids = (scoring_sheet.DOCUMENT_ID, PRESS, SYNTHETIC)
    write_raw(path, reference=reference, documents=[document(name) for name in ids], claims=claims, issues=[])
    command = [
        str(Path(sys.executable).parent / "dbt"), "--no-use-colors", "build", "--select", *(f"+{model}" for model in MODELS),
        "+rpt_scores", "--exclude-resource-type", "unit_test", "--indirect-selection", "cautious",
        "--project-dir", str(REPOSITORY / "dbt_project"), "--profiles-dir", str(REPOSITORY / "dbt_project"),
        "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"),
    ]  # fmt: skip
    environment = os.environ | {"CCHC_BUILD_DB": str(path), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return path


def rows(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set search_path = 'marts'")
        return connection.execute(sql).fetchall()


def test_lost_points_of_a_scoring_sheet(database: Path) -> None:
    found = rows(
        database,
        "select criterion_code, max_points, applicable_max_points, self_points, appraised_points, leaders_survey_points, last_stage, "
        "lost_points, responsible_unit, evidence, a1 from rpt_lost_points order by criterion_code",
    )
    assert found == [
        ("P", 26.0, 18.0, 10.0, 9.0, 6.5, "appraised_2", 2.5, None, None, "F16"),
        ("P.1", 10.0, 10.0, 9.5, 8.75, None, "appraised_2", 1.25, None, None, "F4"),
        ("P.1.1", 6.0, 6.0, 6.0, 5.5, None, "appraised_2", 0.5, "Phòng thử nghiệm A", None, "F5"),
        ("P.1.1.1", 4.0, 4.0, 4.0, 3.5, None, "appraised_2", 0.5, "Phòng thử nghiệm A", "Kế hoạch số 00/KH-THU", "F6"),
        ("P.1.1.2", 2.0, 2.0, 2.0, 2.0, None, "appraised_1", 0.0, "Phòng thử nghiệm B", "Báo cáo số 00/BC-THU", "E9"),
        ("P.1.2", 4.0, 4.0, 3.5, 3.25, None, "appraised_1", 0.75, "Phòng thử nghiệm B", None, "E10"),
        ("P.2", 16.0, 8.0, None, None, 6.5, "published", 1.5, None, None, "G11"),
        ("P.2.1", 8.0, 8.0, None, None, 6.5, "published", 1.5, None, None, "G12"),
        ("P.2.2", 8.0, 0.0, None, None, None, None, None, None, None, "E13"),
        ("P.BONUS", None, None, 0.5, 0.5, None, "appraised_1", None, None, None, "E14"),
        ("P.PENALTY", None, None, None, -0.25, None, "appraised_1", None, None, None, "E15"),
    ]


def test_the_worst_leaf_and_who_answers_for_it_is_one_query(database: Path) -> None:
    worst = rows(
        database,
        "select criterion_name_vi, lost_points, lost_pct, responsible_unit from rpt_lost_points "
        "where is_scored_leaf and responsible_unit is not null order by lost_points desc limit 1",
    )
    assert worst == [("Tiêu chí thử nghiệm 1.2", 0.75, 18.75, "Phòng thử nghiệm B")]


def test_a_synthetic_sheet_is_never_published(database: Path) -> None:
    report = run_gate("gate2", database, today=date(2026, 11, 1), run_id="test")
    named = {failure.found for failure in report.result("gate2__document__not_synthetic").failures}
    assert named == {scoring_sheet.DOCUMENT_ID, SYNTHETIC}
    assert report.blocks_publish()


def test_neither_name_nor_code_hands_one_provinces_history_to_another(database: Path) -> None:
    """Code 24 was Bắc Giang and is Bắc Ninh; Bắc Ninh was 27. Scores carry the key of the version, which is neither."""
    today = "select entity_key from dim_province where name_vi = 'Bắc Ninh' and entity_type = 'province' and is_current"
    own = rows(database, f"select year, score from rpt_scores where entity_key in ({today}) order by year")
    assert own == [(2024, 0.7777)]
    by_version = rows(
        database, "select province, province_code, year, score, geography from rpt_scores order by year, province_code"
    )
    assert [row for row in by_version if row[0].startswith("Bắc")] == [
        ("Bắc Giang", "24", 2023, 91.16, "vn63"),
        ("Bắc Ninh", "27", 2023, 88.88, "vn63"),
        ("Bắc Ninh", "24", 2024, 0.7777, "vn34"),
    ]


def test_constituents_stand_side_by_side_with_a_warning(database: Path) -> None:
    found = rows(
        database,
        "select constituent, constituent_code, year, score, constituent_count from rpt_constituents "
        "where province_ascii = 'bac ninh' order by constituent_code",
    )
    assert found == [("Bắc Giang", "24", 2023, 91.16, 2), ("Bắc Ninh", "27", 2023, 88.88, 2)]
    notes = rows(database, "select distinct reading_note_vi, reading_note_en from rpt_constituents")
    assert len(notes) == 1
    assert "không được tính trung bình" in notes[0][0]
    assert "not additive" in notes[0][1]


@pytest.mark.parametrize(
    ("code", "then", "now"),
    [
        ("15", "Yên Bái", "Lào Cai"),
        ("24", "Bắc Giang", "Bắc Ninh"),
        ("44", "Quảng Bình", "Quảng Trị"),
        ("52", "Bình Định", "Gia Lai"),
        ("80", "Long An", "Tây Ninh"),
        ("82", "Tiền Giang", "Đồng Tháp"),
        ("91", "Kiên Giang", "An Giang"),
    ],
)
def test_code_traps_resolve_by_the_map_of_the_edition(database: Path, code: str, then: str, now: str) -> None:
    found = rows(
        database,
        "select edition_id, name_vi from bridge_entity_set_member "
        f"where edition_id in ('dti_2024_ministry', 'par_province_2023_moha') and entity_code = '{code}' order by edition_id",
    )
    assert found == [("dti_2024_ministry", now), ("par_province_2023_moha", then)]


def test_ranked_sets_have_the_size_of_their_map_or_what_a_source_counts(database: Path) -> None:
    found = rows(
        database,
        "select edition_id, entity_set_code, unit_count, named_unit_count from dim_entity_set where edition_id in "
        "('pci_2006_vcci', 'sipas_2024_moha', 'dti_2024_ministry', 'par_ministry_2018_moha') order by edition_id",
    )
    assert found == [
        ("dti_2024_ministry", "vn34_provinces", 34, 34),
        ("par_ministry_2018_moha", "ministries", 18, 0),
        ("pci_2006_vcci", "vn64_provinces", 64, 64),
        ("sipas_2024_moha", "vn63_provinces", 63, 63),
    ]


def test_regions_belong_to_a_scheme_and_say_whether_a_source_lists_them(database: Path) -> None:
    found = rows(
        database,
        "select region_scheme, region_code, region_membership, count(*) from bridge_province_region "
        "where valid_to is null or valid_to = date '2025-06-30' and valid_from < date '2025-01-01' group by all order by all",
    )
    assert {(scheme, code): how for scheme, code, how, _ in found if scheme == "nq306_2025"} == {
        ("nq306_2025", "TDMNPB"): "stated",
        ("nq306_2025", "DBSH"): "stated",
        ("nq306_2025", "BTB"): "derived",
        ("nq306_2025", "DHNTB_TN"): "derived",
        ("nq306_2025", "DNB"): "derived",
        ("nq306_2025", "DBSCL"): "derived",
    }
    moved = "select region_code from bridge_province_region where name_vi = 'Vĩnh Phúc'"
    assert rows(database, moved) == [("DBSH",)]


def test_a_disputed_date_is_a_query_away(database: Path) -> None:
    found = rows(
        database,
        "select methodology_code, decision_date, cast(decision_date_as_printed as varchar), decision_date_note is not null "
        "from dim_methodology where index_code = 'PAR_PROVINCE' and decision_date_as_printed is not null",
    )
    assert found == [("par-4361", None, "2016-12-28", True)]
