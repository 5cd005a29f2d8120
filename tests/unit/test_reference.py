"""The reference data are complete, agree with one another, and resolve the labels that the sources print."""

from __future__ import annotations

import csv
import os
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from extractors.catalogue.reference import (
    Criterion,
    Edition,
    Entity,
    Reference,
    ReferenceDataError,
    UnknownNameError,
    load_reference,
)
from extractors.records import EntityType
from extractors.text.fold import fold_name, fold_text

CHECKOUT = Path(__file__).parents[2]
DATA = Path(os.environ.get("CCHC_REFERENCE_DATA", CHECKOUT.parent / "shared" / "data"))

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"reference folder {DATA} is absent (set CCHC_REFERENCE_DATA)")


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference()


def at(day: str) -> Edition:
    """An edition that ranks the provinces of `day`."""
    return Edition(
        edition_id="sipas_2023_moha",
        index_code="SIPAS",
        instrument_code="moha",
        reference_year=int(day[:4]),
        period_start=date(int(day[:4]), 1, 1),
        period_end=date(int(day[:4]), 12, 31),
        methodology_code="sipas-1001",
        geography="vn63" if day < "2025-07-01" else "vn34",
        as_of_date=date.fromisoformat(day),
        n_units=63,
        rank_kind="official",
        instrument_name_vi="",
        instrument_name_en="",
        source="test",
    )


def provinces_on(reference: Reference, day: date) -> list[Entity]:
    return [e for e in reference.entities if e.entity_type == "province" and e.is_valid_on(day)]


def satisfaction(reference: Reference, methodology: str) -> list[Criterion]:
    return [c for c in reference.criteria if c.methodology_code == methodology and c.facet == "satisfaction"]


# Provinces over time


def test_63_provinces_until_june_2025_and_34_after(reference: Reference) -> None:
    day, last = date(2012, 1, 1), date(2026, 12, 31)
    while day <= last:
        assert len(provinces_on(reference, day)) == (63 if day <= date(2025, 6, 30) else 34), day
        day += timedelta(days=1)


def test_64_provinces_before_august_2008_each_with_the_code_and_name_of_the_version_that_follows(reference: Reference) -> None:
    before, after = (provinces_on(reference, day) for day in (date(2008, 7, 31), date(2008, 8, 1)))
    assert (len(before), len(after)) == (64, 63)
    assert {e.geography for e in before} == {"vn64"}
    following = {e.entity_code: (e.name_vi, e.name_en, e.unit_type) for e in after}
    assert {e.entity_code: (e.name_vi, e.name_en, e.unit_type) for e in before if e.name_vi != "Hà Tây"} == following


@pytest.mark.parametrize(
    "day", ["2006-12-31", "2012-01-01", "2024-12-31", "2025-01-01", "2025-06-30", "2025-07-01", "2026-04-30"]
)
def test_no_label_means_two_provinces_on_one_day(reference: Reference, day: str) -> None:
    provinces = provinces_on(reference, date.fromisoformat(day))
    owners: dict[str, set[str]] = {}
    for entity in provinces:
        for name in (entity.name_vi, entity.name_en, *entity.aliases):
            owners.setdefault(fold_name(name), set()).add(entity.entity_code)
    assert {label: codes for label, codes in owners.items() if len(codes) > 1} == {}
    assert len({e.entity_code for e in provinces}) == len(provinces)


def test_versions_of_one_code_never_overlap(reference: Reference) -> None:
    by_code: dict[tuple[str, str], list[Entity]] = {}
    for entity in reference.entities:
        by_code.setdefault((entity.entity_type, entity.entity_code), []).append(entity)
    for versions in by_code.values():
        versions.sort(key=lambda e: e.valid_from)
        for older, newer in pairwise(versions):
            assert older.valid_to is not None
            assert older.valid_to < newer.valid_from


@pytest.mark.parametrize(
    ("code", "old_name", "new_name", "old_code_of_new_name"),
    [
        ("15", "Yên Bái", "Lào Cai", "10"),
        ("24", "Bắc Giang", "Bắc Ninh", "27"),
        ("44", "Quảng Bình", "Quảng Trị", "45"),
        ("52", "Bình Định", "Gia Lai", "64"),
        ("80", "Long An", "Tây Ninh", "72"),
        ("82", "Tiền Giang", "Đồng Tháp", "87"),
        ("91", "Kiên Giang", "An Giang", "89"),
    ],
)
def test_code_traps(reference: Reference, code: str, old_name: str, new_name: str, old_code_of_new_name: str) -> None:
    before, after = at("2023-12-31"), at("2025-12-31")
    assert reference.entity(old_name, before).entity_code == code
    assert reference.entity(new_name, before).entity_code == old_code_of_new_name
    assert reference.entity(new_name, after).entity_code == code
    with pytest.raises(UnknownNameError):
        reference.entity(old_name, after)


def test_hue_before_and_after_it_became_a_city(reference: Reference) -> None:
    """Before 2025 "Huế" alone is a city below the province, so it names no province; the province's short forms do."""
    for label in ("Huế", "TP. Huế"):
        with pytest.raises(UnknownNameError, match="Huế"):
            reference.entity(label, at("2024-12-31"))
        assert reference.entity(label, at("2025-03-01")).entity_code == "46"
        assert reference.entity(label, at("2025-03-01")).name_vi == "Huế"
    assert reference.entity("TT-Huế", at("2024-12-31")).name_vi == "Thừa Thiên Huế"


def test_an_unknown_name_says_where_to_look_and_near_versions_never_decide(reference: Reference) -> None:
    with pytest.raises(UnknownNameError, match=r"extractors/catalogue/reference/entities_\*\.yml") as unknown:
        reference.entity("Bắc Giang", at("2025-12-31"))
    assert unknown.value.candidates == (
        "Bắc Giang (24, 2008-08-01 to 2025-06-30)",
        "Bắc Giang (24, 2004-01-01 to 2008-07-31)",
    )
    with pytest.raises(UnknownNameError):
        reference.entity("Quảng Nin", at("2023-12-31"))


def test_names_are_resolved_per_type(reference: Reference) -> None:
    day = at("2023-12-31")
    assert reference.entity("Tây Nguyên", day, ("region",)).entity_code == "TN"
    with pytest.raises(UnknownNameError):
        reference.entity("Tây Nguyên", day)
    assert reference.entity("Trung bình 63 tỉnh", day, ("nation", "region", "province")).entity_code == "VN"
    with pytest.raises(UnknownNameError):
        reference.entity("Trung bình 10 tỉnh", day, ("nation",))


def test_province_aliases_add_something_to_folding(reference: Reference) -> None:
    for entity in reference.entities:
        if entity.entity_type == "province":
            keys = [fold_name(alias) for alias in entity.aliases]
            assert len(set(keys)) == len(keys), entity.name_vi
            assert not set(keys) & {fold_name(entity.name_vi), fold_name(entity.name_en)}, entity.name_vi


def test_regions_hold_the_published_numbers_of_provinces(reference: Reference) -> None:
    def sizes(day: date) -> Counter[str | None]:
        return Counter(e.region_code for e in provinces_on(reference, day))

    assert sizes(date(2023, 12, 31)) == {"TDMNPB": 14, "DBSH": 11, "BTB_DHMT": 14, "TN": 5, "DNB": 6, "DBSCL": 13}
    assert sizes(date(2025, 12, 31)) == {"TDMNPB": 9, "DBSH": 6, "BTB": 5, "DHNTB_TN": 6, "DNB": 3, "DBSCL": 5}
    for entity in reference.entities:
        if entity.entity_type == "province" and entity.region_code:
            region = next(
                e for e in reference.entities if e.entity_code == entity.region_code and e.is_valid_on(entity.valid_from)
            )
            assert (region.entity_type, region.name_vi, region.region_scheme) == (
                "region",
                entity.region_vi,
                entity.region_scheme,
            )


def test_every_ended_version_has_a_successor_that_exists(reference: Reference) -> None:
    versions = {(e.entity_code, e.valid_from): e for e in reference.entities if e.entity_type == "province"}
    ended = {key: e for key, e in versions.items() if e.valid_to is not None}
    assert {(s.predecessor_code, s.predecessor_valid_from) for s in reference.successions} == set(ended)
    for link in reference.successions:
        predecessor = versions[link.predecessor_code, link.predecessor_valid_from]
        successor = versions[link.successor_code, link.successor_valid_from]
        assert predecessor.successor_code == successor.entity_code
        assert predecessor.valid_to == link.effective_date - timedelta(days=1)
        assert successor.valid_from == link.effective_date
    merged_2025 = [s for s in reference.successions if s.effective_date == date(2025, 7, 1) and s.relation == "merged"]
    assert len({s.successor_code for s in merged_2025}) == 23
    assert len(merged_2025) == 52
    renamed = [s for s in reference.successions if s.relation == "renamed"]
    assert [(s.predecessor_code, s.effective_date, s.decree) for s in renamed] == [
        ("46", date(2025, 1, 1), "Nghị quyết 175/2024/QH15")
    ]


# Criterion trees


def test_sipas_1001_is_complete(reference: Reference) -> None:
    nodes = satisfaction(reference, "sipas-1001")
    assert len(nodes) == 51
    leaves = [c.criterion_code for c in nodes if c.is_scored_leaf]
    assert Counter(code[:3] for code in leaves) == {"S.1": 23, "S.2": 16}
    assert all(c.unit == "index_points" and (c.scale_min, c.scale_max) == (20, 100) for c in nodes)


def test_sipas_2022_has_its_own_families(reference: Reference) -> None:
    sizes = {
        factor: len(reference.children("SIPAS", "sipas-2022", factor))
        for factor in ("S.1.1", "S.1.2", "S.1.3", "S.1.4", "S.2.1", "S.2.2", "S.2.3", "S.2.4", "S.2.5")
    }
    assert sizes == {
        "S.1.1": 2, "S.1.2": 2, "S.1.3": 8, "S.1.4": 2, "S.2.1": 3, "S.2.2": 4, "S.2.3": 4, "S.2.4": 3, "S.2.5": 3
    }  # fmt: skip
    unnamed = [c.criterion_code for c in satisfaction(reference, "sipas-2022") if c.name_vi is None]
    assert unnamed == ["S.2.1.X1", "S.2.3.X1"]
    assert reference.edition("SIPAS", "moha", 2022).methodology_code == "sipas-2022"


def test_perception_changes_unit_between_2022_and_2023(reference: Reference) -> None:
    def kind(methodology: str, code: str) -> tuple[str, str]:
        criterion = reference.criterion("SIPAS", methodology, code)
        return criterion.unit, criterion.answer_type

    assert kind("sipas-2022", "N.7.1") == ("percent", "single_choice")
    assert kind("sipas-1001", "N.7.1") == ("index_points", "scale_mean")
    assert kind("sipas-2022", "N.1.1")[0] == "percent_unspecified"
    assert kind("sipas-1001", "N.5.1") == ("percent", "single_choice")


def test_only_satisfaction_is_rolled_up(reference: Reference) -> None:
    for criterion in reference.criteria:
        if criterion.index_code == "SIPAS" and criterion.methodology_code in ("sipas-2022", "sipas-1001"):
            assert criterion.takes_part_in_rollup == (criterion.facet == "satisfaction"), criterion.criterion_code


def test_keys_are_unique_and_parents_exist(reference: Reference) -> None:
    keys = Counter((c.index_code, c.methodology_code, c.criterion_code) for c in reference.criteria)
    assert [key for key, count in keys.items() if count > 1] == []
    for criterion in reference.criteria:
        if criterion.parent_code is not None:
            parent = reference.criterion(criterion.index_code, criterion.methodology_code, criterion.parent_code)
            assert criterion.level == parent.level + 1
            assert parent.sort_order < criterion.sort_order
            assert not parent.is_scored_leaf, parent.criterion_code
    for index in reference.indices:
        for methodology in reference.methodologies:
            if methodology.index_code == index.index_code:
                root = reference.criterion(index.index_code, methodology.methodology_code, index.root_criterion_code)
                assert root.parent_code is None


def test_siblings_never_share_a_label_in_one_year(reference: Reference) -> None:
    for year in range(2011, 2026):
        owners: dict[tuple[str, str, str | None, str], set[str]] = {}
        for c in reference.criteria:
            if c.is_in_year(year):
                for name in (c.name_vi, *c.aliases):
                    if name:
                        place = (c.index_code, c.methodology_code, c.parent_code, fold_text(name))
                        owners.setdefault(place, set()).add(c.criterion_code)
        assert {place: codes for place, codes in owners.items() if len(codes) > 1} == {}


@pytest.mark.parametrize(
    "label",
    [
        "Trách nhiệm giải trình của cơ quan nhà nước",
        "Trách nhiệm giải trình của chính quyền về chính sách",
        "Trách nhiệm giải trình của cơ quan",
        "TRÁCH NHIỆM GIẢI TRÌNH CỦA CƠ QUAN NHÀ NƯỚC:",
    ],
)
def test_variants_of_the_accountability_factor_meet(reference: Reference, label: str) -> None:
    factors = reference.children("SIPAS", "sipas-1001", "S.1")
    assert reference.match_criterion(label, factors, "SIPAS 2023, part 1").criterion_code == "S.1.1"


def test_the_name_of_2022_is_known_in_2022_only(reference: Reference) -> None:
    label = "Việc cung cấp thông tin về chính sách cho người dân"
    factors = reference.children("SIPAS", "sipas-2022", "S.1")
    assert reference.match_criterion(label, factors, "SIPAS 2022, part 1").criterion_code == "S.1.1"
    with pytest.raises(UnknownNameError, match="SIPAS 2023, part 1"):
        reference.match_criterion(label, reference.children("SIPAS", "sipas-1001", "S.1"), "SIPAS 2023, part 1")


def test_one_wording_in_two_families_is_never_decided_by_text(reference: Reference) -> None:
    both = [*reference.children("SIPAS", "sipas-1001", "N.2"), *reference.children("SIPAS", "sipas-1001", "N.3")]
    with pytest.raises(UnknownNameError):
        reference.match_criterion("Qua mạng Internet", both, "N.2 and N.3")


def test_par_field_eight_is_another_thing_before_2016(reference: Reference) -> None:
    old = reference.criterion("PAR_PROVINCE", "par-1294", "P.8")
    new = reference.criterion("PAR_PROVINCE", "par-876", "P.8")
    assert old.name_vi == "Thực hiện cơ chế một cửa, một cửa liên thông"
    assert new.name_vi is not None
    assert new.name_vi.startswith("Tác động của CCHC")


def test_par_maxima_are_the_printed_ones(reference: Reference) -> None:
    fields = reference.children("PAR_PROVINCE", "par-2948", "P")
    assert sum(c.max_points or 0 for c in fields) == 100
    assert {c.max_points for c in reference.children("PAR_PROVINCE", "par-876", "P")} == {None}
    printed = {c.criterion_code: c.max_points for c in reference.children("PAR_PROVINCE", "par-2024", "P") if c.max_points}
    assert printed == {"P.1": 9.5}


@pytest.mark.parametrize(
    ("year", "label", "code", "name"),
    [
        (2015, "SC32", "D.3.2", "People's Inspection Boards"),
        (2016, "SC32", "D.3.2B", "Responsive to Citizen Actions"),
        (2016, "SC33", "D.3.3B", "People's Inspection Boards"),
        (2017, "SC21", "D.2.1", "Poverty Lists"),
        (2018, "SC21", "D.2.1", "Access to Information"),
        (2020, "SC52", "D.5.2", "Construction Permits"),
        (2019, "SC83", "D.8.3", "E-Responsiveness of Provincial Authorities"),
    ],
)
def test_papi_labels_mean_what_they_meant_in_their_year(
    reference: Reference, year: int, label: str, code: str, name: str
) -> None:
    methodology = reference.edition("PAPI", "undp", year).methodology_code
    candidates = [c for c in reference.criteria if c.methodology_code == methodology and c.is_in_year(year)]
    found = reference.match_criterion(label, candidates, f"PAPI {year}")
    assert (found.criterion_code, found.name_en) == (code, name)


@pytest.mark.parametrize(
    ("year", "parts"), [(2011, 22), (2016, 22), (2018, 28), (2019, 29), (2020, 29), (2021, 28), (2024, 28)]
)
def test_papi_has_as_many_parts_as_the_panel_has_filled_columns(reference: Reference, year: int, parts: int) -> None:
    methodology = reference.edition("PAPI", "undp", year).methodology_code
    leaves = [c for c in reference.criteria if c.methodology_code == methodology and c.is_scored_leaf and c.is_in_year(year)]
    assert len(leaves) == parts


# Editions, methods, comparability


def test_every_edition_has_a_method_that_covers_its_year(reference: Reference) -> None:
    methods = {(m.index_code, m.methodology_code): m for m in reference.methodologies}
    assert len({e.edition_id for e in reference.editions}) == len(reference.editions)
    for edition in reference.editions:
        method = methods[edition.index_code, edition.methodology_code]
        assert (method.first_year or 0) <= edition.reference_year <= (method.last_year or 9999), edition.edition_id
        assert edition.edition_id == f"{edition.index_code.lower()}_{edition.reference_year}_{edition.instrument_code}"
        last_day_of_map = {"vn64": date(2008, 7, 31), "vn63": date(2025, 6, 30), "vn34": date.max}[edition.geography]
        if edition.edition_id == "dti_2024_ministry":  # ranked on a map that came into force after its year
            assert edition.as_of_date == edition.published_on == date(2025, 10, 21)
        else:
            assert edition.as_of_date == min(date(edition.reference_year, 12, 31), last_day_of_map)


def test_an_undescribed_year_is_an_error(reference: Reference) -> None:
    with pytest.raises(UnknownNameError, match=r"editions\.yml"):
        reference.edition("SIPAS", "moha", 2025)


def test_the_provinces_own_survey_is_another_instrument(reference: Reference) -> None:
    own, ministry = (reference.edition("SIPAS", code, 2022) for code in ("provincial_survey", "moha"))
    assert own.methodology_code != ministry.methodology_code
    assert (own.n_units, ministry.n_units) == (None, 63)


def test_every_comparability_row_names_criteria_that_exist(reference: Reference) -> None:
    pairs = Counter((r.index_code, r.from_year, r.to_year, r.from_code, r.to_code) for r in reference.comparability)
    assert max(pairs.values()) == 1
    for row in reference.comparability:
        assert row.to_year == row.from_year + 1
        assert (row.from_code is None) == (row.relation == "new")
        assert (row.to_code is None) == (row.relation == "dropped")
        for code, methodology, year in (
            (row.from_code, row.from_methodology_code, row.from_year),
            (row.to_code, row.to_methodology_code, row.to_year),
        ):
            if code is not None:
                assert reference.criterion(row.index_code, methodology, code).is_in_year(year), row


def test_same_means_same_unit_and_scale(reference: Reference) -> None:
    for row in reference.comparability:
        if row.relation == "same":
            assert row.from_code is not None
            assert row.to_code is not None
            old = reference.criterion(row.index_code, row.from_methodology_code, row.from_code)
            new = reference.criterion(row.index_code, row.to_methodology_code, row.to_code)
            assert (old.unit, old.scale_min, old.scale_max) == (new.unit, new.scale_min, new.scale_max), row.to_code


def test_sipas_2022_to_2023(reference: Reference) -> None:
    relations = {row.to_code or row.from_code: row.relation for row in reference.comparability if row.index_code == "SIPAS"}
    leaves = {c.criterion_code for c in satisfaction(reference, "sipas-1001") if c.is_scored_leaf}
    assert Counter(relations[code] for code in leaves) == {"same": 28, "new": 11}
    assert {code for code in relations if relations[code] == "changed_rollup"} == {"S", "S.1", "S.2"}
    assert {code for code in relations if relations[code] == "changed_family"} == {"S.1.3", "S.1.4", "S.2.1", "S.2.3"}
    assert {code for code in relations if relations[code] == "dropped"} == {"S.1.4.X1", "S.2.1.X1", "S.2.3.X1"}
    assert relations["S.1.1"] == "same"
    assert relations["N.1.1"] == "changed_unit"
    assert relations["N.1.9"] == "new"
    every = {c.criterion_code for c in satisfaction(reference, "sipas-1001")}
    assert every <= set(relations)


def test_papi_parts_are_not_compared_over_a_change_of_their_weight(reference: Reference) -> None:
    """Without D.5.2 the other three parts of D.5 count a third each: the jump from 1.8 to 2.4 of 2021 is arithmetic."""
    relations = {(r.from_year, r.to_code): r.relation for r in reference.comparability if r.index_code == "PAPI"}
    assert [relations[2020, code] for code in ("D.5.1", "D.5.3", "D.5.4")] == ["changed_unit"] * 3
    assert (
        relations[2020, "D.5"] == relations[2018, "D.8"] == relations[2015, "D.3"] == relations[2018, "D"] == "changed_family"
    )
    assert not [r for r in reference.comparability if r.from_year == 2017 and r.relation == "same"]


# Bad input


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- 1\n", r"indices\.yml: expected a mapping"),
        ("rows:\n  - {index_code: X}\n", r"indices\.yml, row 1 \(line 2\): field name_vi: expected a value"),
        ("rows:\n  - X\n", r"indices\.yml, row 1"),
    ],
)
def test_a_misshapen_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "indices.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=f"(?s){message}"):
        load_reference(tmp_path)


# Against the reference folder

TYPES: dict[str, EntityType] = {"province": "province", "ministry": "ministry", "national": "nation", "region": "region"}
NO_ENTITY = {"GROUP >80%", "GROUPS"}
"""Rows about groups of provinces, which are no entity."""
SCORE_SOURCES = ("Tác động: ", "Điểm thẩm định", "Thay đổi điểm")
"""Labels of score sources and of a remark, which are no criterion."""


def _published() -> list[dict[str, str]]:
    with (DATA / "published_figures.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if row["index"] in ("PAR INDEX", "SIPAS", "PAPI") and row["entity"] not in NO_ENTITY]


def _edition(reference: Reference, row: dict[str, str]) -> Edition:
    year = int(row["year"])
    if row["index"] == "PAR INDEX":
        is_ministry = row["entity_type"] == "ministry" or "bộ" in row["entity"]
        return reference.edition("PAR_MINISTRY" if is_ministry else "PAR_PROVINCE", "moha", year)
    return reference.edition(row["index"], "undp" if row["index"] == "PAPI" else "moha", year)


@needs_data
def test_every_published_entity_resolves(reference: Reference) -> None:
    rows = _published()
    assert len(rows) > 550
    for row in rows:
        found = reference.entity(row["entity"], _edition(reference, row), (TYPES[row["entity_type"]],))
        assert found.entity_type == TYPES[row["entity_type"]]


@needs_data
def test_every_published_criterion_resolves(reference: Reference) -> None:
    seen: set[str] = set()
    for row in _published():
        if row["criterion"].startswith(SCORE_SOURCES):
            continue
        edition = _edition(reference, row)
        candidates = [
            c
            for c in reference.criteria
            if (c.index_code, c.methodology_code) == (edition.index_code, edition.methodology_code)
            and c.is_in_year(edition.reference_year)
        ]
        found = reference.match_criterion(row["criterion"], candidates, edition.edition_id)
        number = row["criterion"].lstrip("D")[0]
        if number.isdigit():
            assert found.criterion_code.endswith(f".{number}")
        seen.add(found.criterion_code)
    assert {"S", "P", "D", "S.2.5", "N.5.1", "E.phan_anh", "P.7", "D.8"} <= seen


@needs_data
def test_province_versions_agree_with_the_list(reference: Reference) -> None:
    with (DATA / "provinces.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    versions = {(e.entity_code, e.valid_from.isoformat()): e for e in reference.entities if e.entity_type == "province"}
    listed = {(row["gso_code"], row["valid_from"]) for row in rows}
    assert len(rows) == len(listed) == 100
    # The list begins with August 2008 (and Hà Tây); what stood before has a test of its own.
    assert {valid_from for _, valid_from in set(versions) - listed} == {"2004-01-01"}
    for row in rows:
        entity = versions[row["gso_code"], row["valid_from"]]
        assert (entity.name_vi, entity.region_vi, entity.successor_code or "") == (
            row["name_vi"],
            row["region"],
            row["successor_code"],
        )
        known = {fold_name(name) for name in (entity.name_vi, entity.name_en, *entity.aliases)}
        assert {fold_name(alias) for alias in row["aliases"].split("|")} <= known


@needs_data
def test_papi_ranks_are_over_the_complete_provinces(reference: Reference) -> None:
    with (DATA / "papi" / "derived_dimensions.csv").open(encoding="utf-8-sig", newline="") as file:
        complete = Counter(int(row["year"]) for row in csv.DictReader(file) if row["complete"] == "1")
    assert {e.reference_year: e.n_units for e in reference.editions if e.index_code == "PAPI"} == complete
