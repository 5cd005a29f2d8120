"""The dbt project on a small schema raw: which claim is believed, what may be compared, what is left open, what blocks.

Figures are the published ones of Thừa Thiên Huế, Quảng Nam, Quảng Ninh and the PAPI panel, except where a name says `made_up`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.catalogue.reference import Reference, load_reference
from extractors.records import Claim, EntityType, Locator, Measure, Modality, SourceClass, Unit
from warehouse.load import Row, write_raw

REPOSITORY = Path(__file__).resolve().parents[2]
HUE = "sipas_2023_thua_thien_hue_ubnd"
QUANG_NAM = "sipas_2022_quang_nam_so_noi_vu"
PRESS = "par_index_2012_2024_published"
PANEL = "papi_2011_2024_dimensions"

RPT_SCORES_COLUMNS = """
    index_code year edition_id province province_ascii province_code geography entity_type criterion_code criterion_name_vi
    criterion_name_en level facet methodology_code score unit max_points rank rank_out_of rank_kind change change_rank
    change_is_comparable previous_score printed_change printed_change_rank national_mean best gap_to_best responsible_unit
    n_claims has_conflict value_status document_id page table_number row_number column_number raw_text
"""
"""The columns that dashboards, notebooks and checks rely on, in their order."""

PAPI: dict[tuple[int, str], tuple[str | None, ...]] = {
    # year, province -> total and the eight dimensions; None: withheld
    (2022, "Thừa Thiên Huế"): (
        "45.384464", "5.772118", "5.847650", "4.326286", "7.035786", "7.293833", "7.955768", "4.034009", "3.119013",
    ),
    (2022, "Thái Nguyên"): (
        "43.016243", "5.381607", "5.490299", "4.411287", "6.558837", "7.204213", "7.610792", "3.042483", "3.316725",
    ),
    (2022, "Bắc Giang"): (None, None, None, "4.396727", None, None, "8.084984", "4.202124", "3.434273"),
    (2023, "Thừa Thiên Huế"): (
        "46.041540", "5.343460", "5.835605", "4.368830", "7.574040", "7.341803", "8.304116", "3.969141", "3.304544",
    ),
    (2023, "Thái Nguyên"): (
        "45.787524", "5.908105", "5.843312", "4.356160", "7.204516", "7.441992", "8.002206", "3.343944", "3.687290",
    ),
    (2023, "Bắc Giang"): (
        "44.320368", "5.578665", "5.687014", "4.387531", "7.151454", "7.300082", "7.428556", "3.304558", "3.482508",
    ),
}  # fmt: skip

# criterion, then score and rank of 2023, score and rank of 2022, as the tables of Plan 216/KH-UBND print them
HUE_TABLE: tuple[tuple[str, str, str, str, str], ...] = (
    ("S", "82,28", "32", "78,55", "40"),
    ("S.1", "81,91", "34", "77,54", "40"),
    ("S.2", "82,82", "27", "79,56", "41"),
    ("S.1.1", "81,53", "31", "80,17", "29"),
    ("S.1.1.1", "81,29", "31", "79,38", "29"),
    ("S.1.1.2", "81,77", "31", "80,96", "30"),
    ("S.1.4", "82,44", "32", "74,94", "51"),
    ("S.1.4.1", "80,50", "39", "72,75", "58"),
    ("S.1.4.2", "80,97", "38", "", ""),
    ("S.2.1", "83,36", "25", "83,08", "25"),
    ("S.2.1.1", "82,83", "24", "85,25", "19"),
    ("S.2.1.2", "84,40", "18", "", ""),
    ("S.2.1.3", "82,87", "29", "80,70", "33"),
)


@dataclass
class Author:
    """Writes claims the way an extractor does: names resolved against the reference data, raw text kept."""

    reference: Reference
    claims: list[Claim]
    row: int = 0

    def says(
        self,
        document_id: str,
        edition: tuple[str, str, int],
        entity: tuple[EntityType, str],
        criterion_code: str,
        measure: Measure,
        raw_text: str,
        *,
        modality: Modality = "table",
        source_class: SourceClass = "provincial_table",
        unit: Unit | None = None,
        original_id: str | None = None,
    ) -> Claim:
        index_code, instrument_code, year = edition
        release = self.reference.edition(index_code, instrument_code, year)
        version = self.reference.entity(entity[1], release, (entity[0],))
        criterion = self.reference.criterion(index_code, release.methodology_code, criterion_code)
        self.row += 1
        number = None if measure == "responsible_unit" or not raw_text else Decimal(raw_text.rstrip("%").replace(",", "."))
        claim = Claim(
            document_id=document_id,
            original_id=original_id or document_id,
            source_class=source_class,
            index_code=index_code,
            instrument_code=instrument_code,
            edition_id=release.edition_id,
            reference_year=year,
            methodology_code=release.methodology_code,
            entity_type=entity[0],
            entity_code=version.entity_code,
            entity_label_raw=entity[1],
            criterion_code=criterion_code,
            criterion_label_raw=criterion.name_vi or criterion_code,
            measure=measure,
            unit=unit or ("places" if measure in ("rank", "change_rank") else criterion.unit),
            modality=modality,
            raw_text=raw_text,
            locator=Locator(page=4, table_number=1, row_number=self.row, column_number=2)
            if modality == "table"
            else Locator(page=5, paragraph=self.row),
            value=number,
            value_text=raw_text if measure == "responsible_unit" else None,
            printed_decimals=None if number is None else -int(number.as_tuple().exponent),
        )
        self.claims.append(claim)
        return claim


def write_claims(reference: Reference) -> list[Claim]:
    author = Author(reference, [])
    hue: tuple[EntityType, str] = ("province", "Thừa Thiên Huế")
    quang_nam: tuple[EntityType, str] = ("province", "Quảng Nam")
    this, last = ("SIPAS", "moha", 2023), ("SIPAS", "moha", 2022)
    for code, score, rank, last_score, last_rank in HUE_TABLE:
        author.says(HUE, this, hue, code, "score", score)
        author.says(HUE, this, hue, code, "rank", rank)
        if last_score:
            author.says(HUE, last, hue, code, "score", last_score)
            author.says(HUE, last, hue, code, "rank", last_rank)
    # The table leaves last year's cell of a new criterion blank: 2022 has no such criterion, so the blank names the version that has.
    new_in_2023 = author.says(HUE, this, hue, "S.2.1.2", "score", "").with_missing("new_criterion", "not_published")
    author.claims[-1] = replace(new_in_2023, edition_id="sipas_2022_moha", reference_year=2022)
    author.says(HUE, this, hue, "S.2.1", "change", "0,28")
    author.says(HUE, this, hue, "S.2.1", "change", "-0,28", modality="prose", source_class="provincial_prose")
    author.says(HUE, this, hue, "S", "change", "3,73")
    author.says(HUE, this, hue, "S", "change_rank", "8")
    author.says(HUE, this, hue, "S.1.4", "rank", "39", modality="prose", source_class="provincial_prose")
    author.says(HUE, this, hue, "S.1.1.1", "score", "81,23", modality="prose", source_class="provincial_prose")
    author.says(HUE, this, hue, "S.1.1", "responsible_unit", "Các sở, ban, ngành", unit="count")
    author.says(HUE, this, ("nation", "Cả nước"), "S", "score", "82,66", modality="prose", source_class="provincial_prose")
    first: tuple[EntityType, str] = ("province", "Quảng Ninh")
    author.says(HUE, this, first, "S", "score", "90,61", modality="prose", source_class="press_prose")
    author.says(HUE, this, first, "S", "rank", "1", modality="prose", source_class="press_prose")

    author.says(QUANG_NAM, last, quang_nam, "S", "score", "74,56")
    author.says(QUANG_NAM, last, quang_nam, "S.1", "score", "73,87")
    author.says(QUANG_NAM, last, quang_nam, "S.2", "score", "76,12")
    author.says(
        QUANG_NAM, last, quang_nam, "S", "score", "75%", modality="prose", unit="percent_unspecified", original_id="seed"
    )
    author.says(QUANG_NAM, ("SIPAS", "provincial_survey", 2022), quang_nam, "S", "score", "85,5%", modality="prose")
    author.says(QUANG_NAM, ("SIPAS", "moha", 2020), quang_nam, "S", "rank", "53", modality="prose")

    par = ("PAR_PROVINCE", "moha", 2018)
    for text, address in (("81", "a"), ("89.06", "b"), ("89.6", "c")):
        author.says(
            PRESS, par, ("province", "Quảng Ninh"), "P", "score", text,
            modality="compilation", source_class="press_prose", original_id=address,
        )  # fmt: skip

    # PAR 2023 from three addresses; the fourth lists its provinces in an order and prints no rank beside them.
    par = ("PAR_PROVINCE", "moha", 2023)
    for name, score, rank, address in (
        ("Cà Mau", "86,89", "32", "d"),
        ("Đồng Nai", "87,04", "32", "e"),
        ("Hồ Chí Minh", "86,97", "33", "f"),
    ):
        points = author.says(
            PRESS, par, ("province", name), "P", "score", score,
            modality="compilation", source_class="press_prose", original_id=address,
        )  # fmt: skip
        author.claims[-1] = replace(points, note=f"của {address}")
        place = author.says(
            PRESS, par, ("province", name), "P", "rank", rank,
            modality="compilation", source_class="press_prose", original_id=address,
        )  # fmt: skip
        author.claims[-1] = replace(place, rank_kind="official", rank_out_of=63)
    listed = author.says(
        PRESS, par, ("province", "Cà Mau"), "P", "rank", "30",
        modality="table", source_class="press_table", original_id="g",
    )  # fmt: skip
    author.claims[-1] = replace(listed, value_status="implied", rank_kind="derived_by_third_party")

    for (year, province), figures in PAPI.items():
        for position, text in enumerate(figures):
            code = f"D.{position}" if position else "D"
            claim = author.says(
                PANEL, ("PAPI", "undp", year), ("province", province), code, "score", text or "0", source_class="derived"
            )
            author.claims[-1] = (
                replace(claim, value_status="derived_by_us")
                if text
                else claim.with_missing("withheld_by_publisher", "withheld")
            )
    return author.claims


def document_row(document_id: str) -> Row:
    return {
        "document_id": document_id,
        "index_code": document_id.split("_", maxsplit=1)[0].upper(),
        "title_vi": document_id,
        "title_en": document_id,
        "publisher": "Kho dữ liệu CCHC",
        "cited_title": "Kế hoạch 216/KH-UBND" if document_id == HUE else document_id,
        "source_class": "provincial_table",
        "layout": "compilation",
        "kind": "pdf",
        "language": "vi",
        "licence": "not stated",
        "licence_stated_at": "not stated",
        "is_reset": True,
        "sha256": document_id.encode().hex().ljust(64, "0")[:64],
        "bytes_count": 1,
        "retrieved_at": datetime(2026, 11, 1, tzinfo=UTC),
        "status": "loaded",
        "extractor_version": "test",
    }


KNOWN_FAILURES: tuple[Row, ...] = (
    {
        "rule_id": "gate1__score__mean_of_children",
        "document_id": QUANG_NAM,
        "edition_id": "sipas_2022_moha",
        "entity_code": "49",
        "criterion_code": "S",
        "measure": "score",
        "raw_text": "74,56",
        "evidence": "(73,87 + 76,12) / 2 = 74,995",
        "expires_on": date(9999, 12, 31),
    },
    {
        "rule_id": "gate1__rank__agrees_with_score",
        "document_id": PRESS,
        "edition_id": "par_province_2018_moha",
        "entity_code": "22",
        "criterion_code": "P",
        "measure": "score",
        "raw_text": "81",
        "evidence": "rank 1 with less than rank 2",
        "expires_on": date(9999, 12, 31),
    },
)


@dataclass(frozen=True)
class Project:
    """The dbt project on one database, with its target folder."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "build.duckdb"

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "CCHC_BUILD_DB": str(self.database),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DO_NOT_TRACK": "1",
        }
        command = [
            str(Path(sys.executable).parent / "dbt"), "--no-use-colors", *arguments,
            "--project-dir", str(REPOSITORY / "dbt_project"), "--profiles-dir", str(REPOSITORY / "dbt_project"),
            "--target-path", str(self.folder / "target"), "--log-path", str(self.folder / "logs"),
        ]  # fmt: skip
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            connection.execute("set search_path = 'marts'")
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    project = Project(tmp_path_factory.mktemp("dbt"))
    reference = load_reference()
    claims = write_claims(reference)
    write_raw(
        project.database,
        reference=reference,
        documents=[document_row(d) for d in sorted({c.document_id for c in claims})],
        claims=claims,
        issues=[],
        known_failures=KNOWN_FAILURES,
    )
    done = project.dbt("build")
    assert done.returncode == 0, done.stdout + done.stderr
    yield project
    shutil.rmtree(project.folder, ignore_errors=True)


def hue(columns: str, year: int, codes: str) -> str:
    return (
        f"select {columns} from rpt_scores where year = {year} and index_code = 'SIPAS' and province = 'Thừa Thiên Huế' "
        f"and criterion_code in ({codes}) order by criterion_code"
    )


def test_rpt_scores_begins_with_the_columns_readers_rely_on(built: Project) -> None:
    expected = RPT_SCORES_COLUMNS.split()
    found = built.rows("select column_name from duckdb_columns() where table_name = 'rpt_scores' order by column_index")
    assert [name for (name,) in found][: len(expected)] == expected
    assert {"rank_10_score", "gap_to_rank_10", "responsible_unit_from"} <= {name for (name,) in found[len(expected) :]}


def test_every_published_column_and_table_is_described_in_both_languages_once(built: Project) -> None:
    columns = built.rows("select table_name, column_name, comment from duckdb_columns() where schema_name = 'marts'")
    tables = built.rows("select table_name, table_name, comment from duckdb_tables() where schema_name = 'marts'")
    assert len(tables) >= 19
    pattern = re.compile(r"VI: \S[^|]* \| EN: \S[^|]*")
    assert [f"{t}.{c}" for t, c, comment in columns + tables if not pattern.fullmatch(comment or "")] == []
    texts: dict[str, set[str]] = {}
    for _, column, comment in columns:
        texts.setdefault(column, set()).add(comment)
    assert {column for column, said in texts.items() if len(said) > 1} == set()


def test_one_line_answers_the_first_question(built: Project) -> None:
    columns = (
        "score, unit, rank, rank_out_of, rank_kind, national_mean, best, gap_to_best, document_id, raw_text, province_ascii"
    )
    assert built.rows(hue(columns, 2023, "'S'")) == [
        (82.28, "index_points", 32, 63, "official", 82.66, 90.61, -8.33, HUE, "82,28", "thua thien hue")
    ]


def test_provinces_stand_in_vietnamese_order_and_are_found_without_marks(built: Project) -> None:
    now = "select name_vi from dim_province where entity_type = 'province' and is_current order by name_sort"
    names = [name for (name,) in built.rows(now)]
    assert names[:9] == ["An Giang", "Bắc Ninh", "Cà Mau", "Cao Bằng", "Cần Thơ", "Đà Nẵng", "Đắk Lắk", "Điện Biên", "Đồng Nai"]
    typed = built.rows("select distinct province, province_en from rpt_scores where province_ascii = 'thua thien hue'")
    assert typed == [("Thừa Thiên Huế", "Thua Thien Hue")]


def test_table_is_believed_and_prose_stays_visible(built: Project) -> None:
    assert built.rows(hue("score, rank, n_claims, has_conflict, precedence_rule", 2023, "'S.1.1.1', 'S.1.4'")) == [
        (81.29, 31, 2, True, "stronger_source"),
        (82.44, 32, 1, True, "only_claim"),
    ]
    conflicts = built.rows(
        "select criterion_code, measure, kind, chosen_raw_text, other_raw_text, chosen_table_number, other_paragraph is not null, "
        "precedence_rule from rpt_conflicts where other_document_id = '" + HUE + "' order by all"
    )
    assert conflicts == [
        ("S.1.1.1", "score", "contradiction", "81,29", "81,23", 1, True, "stronger_source"),
        ("S.1.4", "rank", "contradiction", "32", "39", 1, True, "stronger_source"),
        ("S.2.1", "change", "contradiction", "0,28", "-0,28", 1, True, "stronger_source"),
    ]


def test_exactly_one_satisfaction_node_fell_in_score(built: Project) -> None:
    fell = built.rows(
        "select criterion_code, previous_score, score, change, change_rank from rpt_scores "
        "where province_ascii = 'thua thien hue' and year = 2023 and facet = 'satisfaction' and score < previous_score"
    )
    assert fell == [("S.2.1.1", 85.25, 82.83, -2.42, -5)]


def test_change_is_empty_over_a_break_but_the_value_before_and_the_printed_change_stay(built: Project) -> None:
    columns = "criterion_code, change_is_comparable, change, change_rank, previous_score, printed_change, printed_change_rank"
    assert built.rows(hue(columns, 2023, "'S', 'S.1.1', 'S.1.4.2', 'S.2.1'")) == [
        ("S", False, None, None, 78.55, 3.73, 8),
        ("S.1.1", True, 1.36, -2, 80.17, None, None),
        ("S.1.4.2", False, None, None, None, None, None),
        ("S.2.1", False, None, None, 83.08, 0.28, None),
    ]


def test_blank_of_a_new_criterion_is_a_claim_but_no_score_of_the_year_before(built: Project) -> None:
    claims = "select year, methodology_code, missing_reason from fct_claim where criterion_code = 'S.2.1.2' and value is null"
    assert built.rows(claims) == [(2022, "sipas-1001", "new_criterion")]
    assert built.rows("select year, score from fct_score where criterion_code = 'S.2.1.2'") == [(2023, Decimal("84.400000"))]


def test_responsible_unit_stands_beside_its_score_only(built: Project) -> None:
    assert built.rows(hue("responsible_unit", 2023, "'S.1.1', 'S.1.4'")) == [("Các sở, ban, ngành",), (None,)]


def test_quang_nam_2022_keeps_its_exact_figure_and_its_own_survey_apart(built: Project) -> None:
    scores = built.rows(
        "select instrument_code, score, n_claims, has_conflict, is_known_failure from rpt_scores "
        "where province = 'Quảng Nam' and year = 2022 and criterion_code = 'S' order by 1"
    )
    assert scores == [("moha", 74.56, 2, True, True), ("provincial_survey", 85.5, 1, False, False)]
    others = built.rows("select other_raw_text, kind, found_by from rpt_conflicts where province = 'Quảng Nam' order by 1")
    assert others == [("73,87", "contradiction", "parts_against_whole"), ("75%", "rounding", "same_cell")]


def test_listed_failure_gives_way_to_a_claim_that_contradicts_it(built: Project) -> None:
    assert built.rows(
        "select score, n_claims, has_conflict, is_known_failure from rpt_scores where index_code = 'PAR_PROVINCE' and year = 2018"
    ) == [(89.06, 3, True, False)]
    rules = built.rows(
        "select other_raw_text, precedence_rule from rpt_conflicts where index_code = 'PAR_PROVINCE' and year = 2018 order by 1"
    )
    assert rules == [("81", "known_failure_last"), ("89.6", "more_decimals")]


def test_ranks_of_two_provinces_that_cannot_both_be_right_are_listed_for_either(built: Project) -> None:
    rows = built.rows(
        "select province, kind, chosen_value, chosen_score, other_province, other_value, other_score, precedence_rule "
        "from rpt_conflicts where other_province is not null order by province_ascii, kind desc"
    )
    assert rows == [
        ("Cà Mau", "shared_rank", 32, 86.89, "Đồng Nai", 32, 87.04, "both_published"),
        ("Cà Mau", "rank_against_score", 32, 86.89, "Hồ Chí Minh", 33, 86.97, "both_published"),
        ("Đồng Nai", "shared_rank", 32, 87.04, "Cà Mau", 32, 86.89, "both_published"),
        ("Hồ Chí Minh", "rank_against_score", 33, 86.97, "Cà Mau", 32, 86.89, "both_published"),
    ]
    flagged = "select distinct has_conflict from {} where year = 2023 and index_code = 'PAR_PROVINCE'"
    assert [built.rows(flagged.format(table)) for table in ("rpt_scores", "fct_score")] == [[(True,)], [(True,)]]


def test_printed_rank_wins_over_one_read_from_the_order_of_a_list(built: Project) -> None:
    """The list is a table and of the stronger class; what it prints is still no rank."""
    assert built.rows(
        "select rank, rank_kind from rpt_scores where province = 'Cà Mau' and year = 2023 and criterion_code = 'P'"
    ) == [(32, "official")]
    assert built.rows("select other_raw_text, kind, precedence_rule from rpt_conflicts where other_raw_text = '30'") == [
        ("30", "contradiction", "printed_before_implied")
    ]


def test_note_of_the_claim_and_evidence_of_a_failure_stand_in_the_row(built: Project) -> None:
    assert built.rows(
        "select province, source_note, known_failure_evidence from rpt_scores "
        "where (index_code = 'PAR_PROVINCE' and year = 2023) or is_known_failure order by province_ascii"
    ) == [
        ("Cà Mau", "của d", None),
        ("Đồng Nai", "của e", None),
        ("Hồ Chí Minh", "của f", None),
        ("Quảng Nam", None, "(73,87 + 76,12) / 2 = 74,995"),
    ]


def test_rank_without_a_score_is_kept_with_its_place(built: Project) -> None:
    assert built.rows(
        "select score, rank, rank_out_of, raw_text, n_claims from rpt_scores where edition_id = 'sipas_2020_moha'"
    ) == [(None, 53, 63, "53", 1)]


def test_rollup_uses_the_rule_of_the_version_and_judges_complete_families_only(built: Project) -> None:
    verdicts = built.rows(
        "select year, province, criterion_code, rollup_rule, published_count, expected_count, computed_value, verdict "
        "from rpt_rollup where index_code = 'SIPAS' and criterion_code in ('S', 'S.1.1', 'S.1.4', 'S.2.1') order by all"
    )
    assert verdicts == [
        (2022, "Quảng Nam", "S", "mean_of_children", 2, 2, 74.995, "fails_known"),
        (2022, "Thừa Thiên Huế", "S", "mean_of_children", 2, 2, 78.55, "holds"),
        (2022, "Thừa Thiên Huế", "S.1.1", "mean_of_children", 2, 2, 80.17, "holds"),
        (2022, "Thừa Thiên Huế", "S.1.4", "mean_of_children", 1, 2, None, "incomplete"),
        (2022, "Thừa Thiên Huế", "S.2.1", "mean_of_children", 2, 3, None, "incomplete"),
        (2023, "Thừa Thiên Huế", "S", "mean_of_leaves", 7, 39, None, "incomplete"),
        (2023, "Thừa Thiên Huế", "S.1.1", "mean_of_leaves", 2, 2, 81.53, "holds"),
        (2023, "Thừa Thiên Huế", "S.1.4", "mean_of_leaves", 2, 10, None, "incomplete"),
        (2023, "Thừa Thiên Huế", "S.2.1", "mean_of_leaves", 3, 3, 83.3667, "holds"),
    ]


def test_papi_ranks_are_ours_and_over_complete_provinces(built: Project) -> None:
    assert built.rows(
        "select year, province, score, rank, rank_out_of, rank_kind, value_status, missing_reason from rpt_scores "
        "where index_code = 'PAPI' and criterion_code = 'D' order by year, province"
    ) == [
        (2022, "Bắc Giang", None, None, None, None, "withheld", "withheld_by_publisher"),
        (2022, "Thái Nguyên", 43.0162, 2, 2, "derived_by_us", "derived_by_us", None),
        (2022, "Thừa Thiên Huế", 45.3845, 1, 2, "derived_by_us", "derived_by_us", None),
        (2023, "Bắc Giang", 44.3204, 3, 3, "derived_by_us", "derived_by_us", None),
        (2023, "Thái Nguyên", 45.7875, 2, 3, "derived_by_us", "derived_by_us", None),
        (2023, "Thừa Thiên Huế", 46.0415, 1, 3, "derived_by_us", "derived_by_us", None),
    ]
    # A dimension that Bắc Giang does have in 2022 is ranked among three.
    assert built.rows(
        "select max(rank_out_of) from rpt_scores where index_code = 'PAPI' and year = 2022 and criterion_code = 'D.6'"
    ) == [(3,)]


def test_change_of_rank_needs_the_same_set_of_units(built: Project) -> None:
    assert built.rows(
        "select criterion_code, change, change_rank from rpt_scores where index_code = 'PAPI' and year = 2023 "
        "and province = 'Thừa Thiên Huế' and criterion_code in ('D', 'D.6') order by 1"
    ) == [("D", 0.6571, None), ("D.6", 0.3483, 1)]


def test_every_score_walks_back_to_a_cell_and_its_bytes(built: Project) -> None:
    assert built.rows(
        "select c.page, c.table_number, c.column_number, c.raw_text, d.cited_title, length(c.sha256) from rpt_scores as s "
        "join fct_cell_provenance as c using (claim_id) join dim_document as d on d.document_id = c.document_id "
        "where s.province = 'Thừa Thiên Huế' and s.year = 2023 and s.criterion_code = 'S'"
    ) == [(4, 1, 2, "82,28", "Kế hoạch 216/KH-UBND", 64)]


def test_coverage_counts_units_not_rows(built: Project) -> None:
    assert built.rows(
        "select units_with_score_count, units_withheld_count, n_units, has_all_units, has_national_mean from rpt_edition_coverage "
        "where edition_id in ('papi_2022_undp', 'sipas_2023_moha') order by edition_id"
    ) == [(2, 1, 61, False, False), (2, 0, 63, False, True)]


def test_codes_that_are_reused_name_another_province(built: Project) -> None:
    assert built.rows(
        "select entity_code, name_vi, valid_to is null from dim_province "
        "where entity_type = 'province' and name_vi in ('Bắc Ninh', 'Bắc Giang') and valid_from >= '2008-01-01' order by valid_from, 1"
    ) == [("24", "Bắc Giang", False), ("27", "Bắc Ninh", False), ("24", "Bắc Ninh", True)]


def test_broken_marts_are_refused_by_name(built: Project, tmp_path: Path) -> None:
    """Each fault is planted in a copy, and the test that owns it fails."""
    broken = Project(tmp_path)
    shutil.copy(built.database, broken.database)
    shutil.copytree(built.folder / "target", broken.folder / "target")
    with duckdb.connect(str(broken.database)) as connection:
        connection.execute("set search_path = 'marts'")
        connection.execute("insert into fct_claim select * from fct_claim where criterion_code = 'S.1.4' limit 1")
        connection.execute("update fct_claim set year = 2021 where criterion_code = 'S.2.1.1' and measure = 'rank'")
        connection.execute(
            "update intermediate.int_claims__placed set is_in_edition_tree = false where criterion_code = 'S.2.1.3'"
        )
        connection.execute("update fct_score set score = score + 1 where criterion_code = 'S.1.1'")
        connection.execute("update fct_score set rank = 64 where criterion_code = 'S.1.1.2' and year = 2023")
        connection.execute("update dim_province set valid_to = '2026-01-01' where name_vi = 'Bắc Giang' and entity_code = '24'")
        connection.execute("insert into rpt_scores select * from rpt_scores where criterion_code = 'S.1'")
    faults = {
        "unique_fct_claim_claim_id",
        "claims_agree_with_their_edition",
        "figures_have_a_criterion",
        "scores_have_exactly_one_chosen_claim",
        "fct_score_rank_within_its_universe",
        "no_overlap_dim_province_entity_type__entity_code__valid_from__valid_to",
        "unique_combination_rpt_scores_index_code__edition_id__entity_type__province_code__criterion_code__methodology_code",
    }
    sound = "rpt_scores_change_only_where_comparable"
    done = broken.dbt("test", "--select", "fct_claim", "fct_score", "dim_province", "rpt_scores", "test_type:singular")
    assert done.returncode == 1, done.stdout + done.stderr
    results = json.loads((broken.folder / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    status = {result["unique_id"].split(".")[2]: result["status"] for result in results}
    missed = {name for name in faults if status.get(name, "not run") != "fail"}
    assert missed == set(), {name: status.get(name, "not run") for name in missed} | {"names": sorted(status)}
    assert status[sound] == "pass"
