"""Reference data that contradict themselves stop the start, with the file, the row, what was expected and what was found."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from extractors.catalogue.reference import REFERENCE_DIR, Reference, ReferenceDataError, UnknownNameError, load_reference
from warehouse.load import constituent_rows, entity_set_rows

CRITERION = (
    "{{index_code: SIPAS, methodology_code: sipas-2640, criterion_code: {code}, parent_code: {parent}, level: {level}, "
    "sort_order: {sort}, facet: satisfaction, is_scored_leaf: {leaf}, name_vi: made up, name_en: made up, unit: index_points, "
    "source: test}}"
)
PROVINCE = (
    "{{entity_type: province, entity_code: '{code}', valid_from: {since}, valid_to: {until}, name_vi: {name}, name_en: {name}, "
    "unit_type: province, source: test}}"
)

SUCCESSION = (
    "{predecessor_code: '28', predecessor_valid_from: 2004-01-01, successor_code: '01', successor_valid_from: 2008-08-01, "
    "relation: merged, effective_date: 2008-08-01, decree: test}"
)

INDEX = (
    "# made up\nrows:\n  - {index_code: X, name_vi: x, name_en: x, publisher_vi: x, publisher_en: x, native_unit: points, "
    "root_criterion_code: X}\n"
)


def criterion(code: str, parent: str, *, level: int = 1, sort: int = 900, leaf: str = "false") -> str:
    return CRITERION.format(code=code, parent=parent, level=level, sort=sort, leaf=leaf)


def province(code: str, since: str, until: str = "null", name: str = "Made Up") -> str:
    return PROVINCE.format(code=code, since=since, until=until, name=name)


FAULTS = {
    "a leaf without a parent": (
        "criteria_zz.yml",
        [criterion("S.9.1", "S.9", level=2, leaf="true")],
        r"criteria_zz\.yml, row 1 \(line 2\): expected the parent of S\.9\.1 in sipas-2640, found no criterion 'S\.9'; add it",
    ),
    "a criterion code of another version": (
        "comparability_zz.yml",
        [
            "{index_code: SIPAS, from_year: 2022, to_year: 2023, from_methodology_code: sipas-2022, "
            "to_methodology_code: sipas-1001, from_code: S.1.4.10, to_code: S.1.4.10, relation: same, source: test}"
        ],
        r"comparability_zz\.yml, row 1 \(line 2\): expected a criterion of SIPAS sipas-2022, found 'S\.1\.4\.10'; "
        r"a code belongs to one version",
    ),
    "a cycle": (
        "criteria_zz.yml",
        [criterion("S.A", "S.B", sort=901), criterion("S.B", "S.A", sort=902)],
        r"criteria_zz\.yml, row 1 \(line 2\): expected a tree, found the cycle S\.A > S\.B > S\.A; mend one parent_code of it",
    ),
    "its own parent": (
        "criteria_zz.yml",
        [criterion("S.A", "S.A")],
        r"criteria_zz\.yml, row 1 \(line 2\): expected a tree, found the cycle S\.A > S\.A",
    ),
    "a leaf whose parent is empty": (
        "criteria_zz.yml",
        [criterion("S.9.1", "null", level=2, leaf="true")],
        r"criteria_zz\.yml, row 1 \(line 2\): expected a parent of S\.9\.1 in sipas-2640, for its level is 2, found none",
    ),
    "a succession twice": (
        "successions.yml",
        [SUCCESSION, SUCCESSION],
        r"successions\.yml, row 2 \(line 3\): expected each succession of provinces once, found 28 of 2004-01-01 to 01 of 2008-08-01 "
        r"also in .*/successions\.yml, row 1 \(line 2\); delete one$",
    ),
    "an alias of two provinces": (
        "entities_zz.yml",
        [province("98", "2025-07-01", name="Made Up"), province("99", "2026-01-01", name="Tỉnh MADE UP")],
        r"entities_zz\.yml, row 2 \(line 3\): expected each name on one province at a time, found 'Tỉnh MADE UP' on Tỉnh MADE UP "
        r"\(99\) and on Made Up \(98\) of .*/entities_zz\.yml, row 1 \(line 2\); delete one$",
    ),
    "a level that jumps": (
        "criteria_zz.yml",
        [criterion("S.A", "S", level=3)],
        r"criteria_zz\.yml, row 1 \(line 2\): expected level 1 below S, found 3",
    ),
    "overlapping validity ranges": (
        "entities_zz.yml",
        [province("24", "2025-01-01", name="Bắc Giang")],
        r"row \d+ \(line \d+\): expected Bắc (Giang|Ninh) \(province 24\) to begin after the version before it ends, "
        r"found 2025-01-01 inside "
        r"2008-08-01 to 2025-06-30 of .*entities_provinces\.yml, row \d+ \(line \d+\); mend valid_from or valid_to",
    ),
    "a range that ends before it begins": (
        "entities_zz.yml",
        [province("99", "2025-07-01", "2025-06-30")],
        r"entities_zz\.yml, row 1 \(line 2\): expected valid_to after 2025-07-01, found 2025-06-30",
    ),
    "a department of nobody": (
        "entities_zz.yml",
        [province("46.x", "2020-01-01").replace("unit_type: province", "unit_type: province, parent_entity_code: '999'")],
        r"entities_zz\.yml, row 1 \(line 2\): expected a parent of entities_\*\.yml, found '999'",
    ),
    "the same criterion twice": (
        "criteria_zz.yml",
        [criterion("S", "null", level=0, sort=900)],
        r"criteria_zz\.yml, row 1 \(line 2\): expected each criterion once, found SIPAS sipas-2640 S "
        r"also in .*/criteria_sipas_2640\.yml, row \d+ \(line \d+\); delete one",
    ),
    "a method nobody has described": (
        "methodologies_zz.yml",
        [
            "{index_code: SIPAS, methodology_code: made-up, decision_number: null, decision_date: null, first_year: 2030, "
            "last_year: null, rollup_rule: none, rollup_source: test, comparable_with_previous: 'yes', comparable_within: unknown, "
            "source: test}"
        ],
        r"methodologies_zz\.yml, row 1 \(line 2\): expected the root 'S' of made-up in criteria_\*\.yml, found none\n"
        r".*methodologies_zz\.yml, row 1 \(line 2\): expected `comparable_source` beside comparable_with_previous, found none",
    ),
    "an edition outside its map": (
        "editions_zz.yml",
        [
            "{edition_id: sipas_2026_made_up, index_code: SIPAS, instrument_code: made_up, reference_year: 2026, "
            "methodology_code: sipas-2022, geography: vn63, as_of_date: 2026-12-31, n_units: 34, rank_kind: official, "
            "publication_policy: top_only, instrument_name_vi: x, instrument_name_en: x, source: test}"
        ],
        r"row 1 \(line 2\): expected a year of sipas-2022 \(2022 to 2022\), found 2026\n"
        r".*row 1 \(line 2\): expected an as_of_date of vn63 \(2008-08-01 to 2025-06-30\), found 2026-12-31\n"
        r".*row 1 \(line 2\): expected published_cutoff with publication_policy top_only and only then",
    ),
    "a set with a member of another map": (
        "sets_zz.yml",
        [
            "{edition_id: sipas_2023_moha, entity_set_code: made_up, name_vi: x, name_en: x, entity_type: province, "
            "unit_count: 3, members: ['24', '00'], source: test}"
        ],
        r"sets_zz\.yml, row 1 \(line 2\): expected 3 members, found 2\n.*expected a province valid on 2023-12-31, found '00'",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_contradiction_stops_the_start_and_names_its_place(fault: str, tmp_path: Path) -> None:
    name, rows, message = FAULTS[fault]
    folder = tmp_path / "reference"
    shutil.copytree(REFERENCE_DIR, folder)
    (folder / name).write_text("rows:\n" + "".join(f"  - {row}\n" for row in rows), encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=f"(?s){message}"):
        load_reference(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "rows:\n  - {index_code: SIPAS, name_vi: a}\n  - index_code: PAPI\n    index_code: PCI\n",
            r"indices\.yml: expected each field once, but the field 'index_code' is given twice \(line 4\)$",
        ),
        ("rows: [\n", r"indices\.yml: expected YAML, found [^<]*\(line 2\)$"),
        ("rows:\n  - \x01\n", r"indices\.yml: expected YAML, found at character \d+: "),
        ("rows: &a [*a]\n", r"indices\.yml, row 1 \(line 1\): expected fields such as 'source: …', found "),
        ("defaults: [1]\nrows: []\n", r"indices\.yml: expected fields below `defaults:`, found \[1\]$"),
        ("rows:\n  -\n", r"indices\.yml, row 1 \(line 2\): expected fields such as 'source: …', found nothing; fill the row"),
        (INDEX.replace("name_vi: x", "name_vi: 7"), r"row 1 \(line 3\): field name_vi: expected a valid string; found 7$"),
        (INDEX.replace("}", ", colour: red}"), r"row 1 \(line 3\): field colour: expected no such field, found 'red'$"),
        (INDEX.replace("name_vi: x, ", ""), r"row 1 \(line 3\): field name_vi: expected a value, found nothing$"),
    ],
)
def test_a_broken_file_is_told_in_words_with_its_folder(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "indices.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=message) as caught:
        load_reference(tmp_path)
    assert str(caught.value).startswith(str(tmp_path / "indices.yml"))
    assert not any(word in str(caught.value) for word in ("http", "NoneType", "unicode string"))


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "indices.yml").write_bytes("rows:\n  - {name_vi: Hà Tây}\n".encode("cp1258"))
    with pytest.raises(ReferenceDataError, match=r"indices\.yml: expected UTF-8 text, found byte 0xe0 at 21 \(line 2\)"):
        load_reference(tmp_path)


@pytest.mark.parametrize("day", ["2025-13-45", "soon", "'2025-02-30'"])
def test_a_day_that_no_calendar_has_is_told_with_its_field(tmp_path: Path, day: str) -> None:
    text = "rows:\n  - " + province("99", "2025-07-01", day)
    (tmp_path / "entities_zz.yml").write_text(text, encoding="utf-8")
    with pytest.raises(
        ReferenceDataError, match=rf"row 1 \(line 2\): field valid_to: expected a valid date.*; found '?{day}'?$"
    ):
        load_reference(tmp_path)


def test_one_ring_is_told_once_whatever_hangs_below_it(tmp_path: Path) -> None:
    folder = tmp_path / "reference"
    shutil.copytree(REFERENCE_DIR, folder)
    rows = [
        criterion("S.D", "S.C", level=2, sort=904),
        criterion("S.A", "S.C", sort=901),
        criterion("S.B", "S.A", sort=902),
        criterion("S.C", "S.B", sort=903),
    ]
    (folder / "criteria_zz.yml").write_text("rows:\n" + "".join(f"  - {row}\n" for row in rows), encoding="utf-8")
    with pytest.raises(ReferenceDataError) as caught:
        load_reference(folder)
    assert str(caught.value) == (
        f"{folder}/criteria_zz.yml, row 4 (line 5): expected a tree, found the cycle S.C > S.B > S.A > S.C; "
        "mend one parent_code of it"
    )


def test_two_departments_of_two_provinces_may_share_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "reference"
    shutil.copytree(REFERENCE_DIR, folder)
    rows = "".join(
        f"  - {{entity_type: department, entity_code: '{code}.made_up', valid_from: 2020-01-01, valid_to: null, "
        f"name_vi: Sở Bịa Đặt, name_en: Made Up, unit_type: department, parent_entity_code: '{code}', source: test}}\n"
        for code in ("46", "48")
    )
    (folder / "entities_zz.yml").write_text("rows:\n" + rows, encoding="utf-8")
    assert sum(e.name_vi == "Sở Bịa Đặt" for e in load_reference(folder).entities) == 2


def test_every_name_has_an_english_one_beside_it(reference: Reference) -> None:
    assert [e.name_vi for e in reference.entities if not e.name_en.strip()] == []
    assert [c.criterion_code for c in reference.criteria if c.name_vi and not c.name_en] == []


def test_many_faults_are_counted(tmp_path: Path) -> None:
    folder = tmp_path / "reference"
    shutil.copytree(REFERENCE_DIR, folder)
    rows = "".join(f"  - {criterion(f'S.9.{n}', 'S.9', level=2, sort=900 + n)}\n" for n in range(14))
    (folder / "criteria_zz.yml").write_text("rows:\n" + rows, encoding="utf-8")
    with pytest.raises(ReferenceDataError, match="and 4 more"):
        load_reference(folder)


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference()


def test_a_name_of_another_map_is_refused_with_the_days_it_was_valid(reference: Reference) -> None:
    now = next(e for e in reference.editions if e.edition_id == "dti_2024_ministry")
    with pytest.raises(
        UnknownNameError, match=r"a province valid on 2025-10-21 .*near: Bắc Giang \(24, 2008-08-01 to 2025-06-30\)"
    ):
        reference.entity("Bắc Giang", now)
    assert (reference.entity("Bắc Ninh", now).entity_code, now.n_units) == ("24", 34)


def test_a_district_is_known_until_june_2025_and_only_in_its_province(reference: Reference) -> None:
    before, after = (reference.edition("DTI", "ministry", year) for year in (2023, 2024))
    assert reference.entity("Thành phố Huế", before, ("district",), parent="46").entity_code == "46.hue"
    for edition, parent in ((after, "46"), (before, "48")):
        with pytest.raises(UnknownNameError):
            reference.entity("Thành phố Huế", edition, ("district",), parent=parent)


def test_rank_sets(reference: Reference) -> None:
    sets, members = entity_set_rows(reference)
    counts = {(s["edition_id"], s["entity_set_code"]): s["unit_count"] for s in sets}
    ministries = {2012: 19, 2016: 19, 2018: 18, 2022: 17, 2023: 17}
    assert {year: counts[f"par_ministry_{year}_moha", "ministries"] for year in ministries} == ministries
    assert [s["is_ranked"] for s in sets if s["entity_set_code"] == "special_agencies"] == [False, False]
    assert counts["sipas_2023_moha", "vn63_provinces"] == 63
    assert counts["dti_2024_ministry", "vn34_provinces"] == 34
    local = {code: n for (edition, code), n in counts.items() if edition == "par_local_2024_quang_nam"}
    assert local == {"departments": 21, "districts": 18, "vertical_agencies": 5}
    thanh_hoa = [s for s in sets if s["edition_id"] == "par_local_2024_thanh_hoa"]
    assert [(s["unit_count"], s["applicable_max_points"]) for s in thanh_hoa] == [(6, 84.0)]
    named = {(m["edition_id"], m["entity_set_code"]) for m in members}
    assert ("sipas_2023_moha", "vn63_provinces") in named
    assert not [key for key in named if str(key[0]).startswith("par_local")]
    # No ranking exists of a province's own survey, so it has no set.
    assert not [key for key in counts if key[0] == "sipas_2022_provincial_survey"]


def test_constituents_reach_back_over_every_map(reference: Reference) -> None:
    def of(code: str, since: date) -> set[tuple[object, object]]:
        return {
            (row["constituent_code"], row["constituent_valid_from"])
            for row in constituent_rows(reference)
            if (row["entity_code"], row["valid_from"]) == (code, since)
        }

    assert {code for code, _ in of("24", date(2025, 7, 1))} == {"24", "27"}
    assert {code for code, _ in of("24", date(2008, 8, 1))} == {"24"}
    assert {code for code, _ in of("92", date(2025, 7, 1))} == {"92", "93", "94"}
    assert of("46", date(2025, 7, 1)) == {("46", date(2025, 1, 1)), ("46", date(2008, 8, 1)), ("46", date(2004, 1, 1))}
    assert ("28", date(2004, 1, 1)) in of("01", date(2025, 7, 1))


def test_counts_and_disputes_of_methods(reference: Reference) -> None:
    methods = {(m.index_code, m.methodology_code): m for m in reference.methodologies}
    counts = {
        code: (m.field_count, m.criterion_count, m.component_count)
        for (index, code), m in methods.items()
        if index == "PAR_PROVINCE"
    }
    assert (counts["par-1294"], counts["par-1150"], counts["par-876"]) == ((8, 34, 104), (8, 43, 95), (8, 37, 88))
    assert counts["par-2636"] == (8, None, None)
    for index, code, criteria, components in (
        ("PAR_PROVINCE", "par-2948", 39, 81),
        ("PAR_PROVINCE", "par-1150", 43, 95),
        ("PAR_MINISTRY", "par-876", 38, 97),
    ):
        fields = reference.children(index, code, "P")
        assert sum(field.criterion_count or 0 for field in fields) == criteria == methods[index, code].criterion_count
        assert sum(field.component_count or 0 for field in fields) == components == methods[index, code].component_count
    disputed = methods["PAR_PROVINCE", "par-4361"]
    assert (disputed.decision_date, disputed.decision_date_as_printed) == (None, date(2016, 12, 28))
    assert methods["PAR_MINISTRY", "par-876"].survey_points == 31.5
    expectations = reference.children("SIPAS", "sipas-1001", "E")
    assert (len(expectations), sum(c.name_vi is not None for c in expectations)) == (10, 3)
    assert len(reference.children("SIPAS", "sipas-1001", "N")) == 8


def test_only_the_first_thirty_of_pci_2023_are_published(reference: Reference) -> None:
    edition = reference.edition("PCI", "vcci", 2023)
    assert (edition.publication_policy, edition.published_cutoff, edition.n_units) == ("top_only", 30, 63)
