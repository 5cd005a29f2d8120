"""The catalogue is loaded whole or not at all, and says in words what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.workbench import open_workbench
from extractors.catalogue.loader import ENTRIES_DIR, CatalogueError, documents_dir, load_entries

ENTRY = """\
id: {id}
index_code: SIPAS
reference_years: [2023]
title_vi: Kế hoạch 216/KH-UBND
title_en: Plan 216/KH-UBND
publisher: UBND tỉnh Thừa Thiên Huế
cited_source: {{title: Kế hoạch 216/KH-UBND, publisher: UBND tỉnh Thừa Thiên Huế}}
source_class: provincial_table
layout: sipas_provincial_plan
kind: pdf
licence: {{name: not stated, stated_at: not stated}}
is_reset: true
address: unknown
{origin}
"""


class Catalogue:
    def __init__(self, folder: Path) -> None:
        self.entries = folder / "entries"
        self.documents = folder / "documents"
        self.entries.mkdir()
        self.documents.mkdir()

    def write(self, name: str, text: str) -> None:
        (self.entries / name).write_text(text, encoding="utf-8")

    def load(self) -> tuple[str, ...]:
        return tuple(entry.id for entry in load_entries(self.entries, self.documents))

    def problems(self) -> tuple[str, ...]:
        with pytest.raises(CatalogueError) as caught:
            self.load()
        assert all(problem in str(caught.value) for problem in caught.value.problems)
        return caught.value.problems


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path)


def _entry(document_id: str, origin: str = "inbox: hue.pdf") -> str:
    return ENTRY.format(id=document_id, origin=origin)


def test_entries_come_sorted_by_id(catalogue: Catalogue) -> None:
    (catalogue.documents / "hue.pdf").write_bytes(b"%PDF-")
    catalogue.write("sipas_2023_hue.yml", _entry("sipas_2023_hue", "file: hue.pdf"))
    catalogue.write("par_2022_quang_nam.yml", _entry("par_2022_quang_nam"))
    catalogue.write(".editor.yml.swp", "nothing")
    assert catalogue.load() == ("par_2022_quang_nam", "sipas_2023_hue")


def test_the_catalogue_of_the_repository_is_sound() -> None:
    entries = load_entries()
    assert {entry.id for entry in entries} == {path.stem for path in ENTRIES_DIR.glob("*.yml")}
    assert all((documents_dir() / entry.file).is_file() for entry in entries if entry.file is not None)


def test_file_name_and_id_must_agree(catalogue: Catalogue) -> None:
    catalogue.write("sipas_2023_hue.yml", _entry("sipas_2022_hue"))
    assert catalogue.problems() == (
        "sipas_2023_hue.yml: field id: expected 'sipas_2023_hue' as the file is named, found 'sipas_2022_hue'",
    )


def test_one_id_in_two_files_is_told(catalogue: Catalogue) -> None:
    catalogue.write("sipas_2023_hue.yml", _entry("sipas_2023_hue"))
    catalogue.write("sipas_2023_copy.yml", _entry("sipas_2023_hue"))
    assert "id 'sipas_2023_hue': expected once in the catalogue, found 2 times" in catalogue.problems()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "kind: pdf",
            "kind: doc",
            "field kind: expected 'pdf', 'image', 'xlsx', 'xls', 'ods', 'csv', 'txt', 'html' or 'docx'; found 'doc'",
        ),
        ("title_vi: Kế hoạch 216/KH-UBND\n", "", "field title_vi: expected a value, found nothing"),
        ("kind: pdf", "kind: pdf\nscore: 82.28", "field score: expected no such field, found 82.28"),
        ("kind: pdf", "kind: pdf\nkind: csv", "the field 'kind' is given twice"),
        ("inbox: hue.pdf", "", "expected `file`, `inbox` or an address, so that the bytes can come from somewhere"),
        ("inbox: hue.pdf", "inbox: a\nfile: b", "with address: unknown only, found file and inbox and address: unknown"),
        ("address: unknown", "address: {url: 'https://example.org/a.pdf'}\nfile: b", "found file and inbox and an address"),
        ("address: unknown\n", "", "field address: expected a value, found nothing"),
        ("address: unknown", "address: https://example.org/a.pdf", "field address: expected `unknown`, or `url`"),
        (
            "address: unknown",
            "address: unknown\nlanding_pages: [{url: 'https://example.org/'}]",
            "field landing_pages.0.stated_at: expected a value, found nothing",
        ),
        (
            "address: unknown",
            "address: unknown\nlanding_pages: [&p {url: 'https://example.org/', stated_at: its heading}, *p]",
            "expected each landing page once, found https://example.org/ more than once",
        ),
        ("inbox: hue.pdf", "file: hue.pdf", "/documents, found none named 'hue.pdf'"),
        ("inbox: hue.pdf", "file: ../hue.pdf", "/documents, found '../hue.pdf'"),
        ("inbox: hue.pdf", "inbox: hue.pdf\nsupersedes: sipas_2022_hue", "found 'sipas_2022_hue', which no entry has"),
        ("inbox: hue.pdf", "inbox: hue.pdf\nsupersedes: sipas_2023_hue", "expected the id of another entry, found its own"),
        ("id: sipas_2023_hue", "id: Huế 2023", "field id: document id 'Huế 2023': expected <index>_<year>"),
        ("id: sipas_2023_hue", "id: [", "expected YAML, found"),
        ("address: unknown", "address: {url: 'ftp://example.org/a.pdf'}", "field address.url: expected: URL scheme should be"),
    ],
)
def test_a_wrong_field_is_named_with_what_was_expected(catalogue: Catalogue, old: str, new: str, problem: str) -> None:
    text = _entry("sipas_2023_hue")
    assert old in text
    catalogue.write("sipas_2023_hue.yml", text.replace(old, new))
    found = catalogue.problems()
    assert len(found) == 1
    assert found[0].startswith("sipas_2023_hue.yml: ")
    assert problem in found[0]


def test_all_problems_of_all_files_are_told_at_once(catalogue: Catalogue) -> None:
    catalogue.write("sipas_2023_hue.yml", _entry("sipas_2023_hue").replace("kind: pdf\n", ""))
    catalogue.write("sipas_2022_hue.yaml", _entry("sipas_2022_hue"))
    catalogue.write("list.yml", "- 1\n")
    (catalogue.entries / "latin.yml").write_bytes("id: Hà".encode("cp1258"))
    assert [problem.partition(":")[0] for problem in catalogue.problems()] == [
        "latin.yml",
        "list.yml",
        "sipas_2022_hue.yaml",
        "sipas_2023_hue.yml",
    ]


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="expected the folder"):
        load_entries(tmp_path / "none")


def _reissue(document_id: str, supersedes: str, index: str = "SIPAS") -> str:
    text = _entry(document_id) + f"supersedes: {supersedes}\n"
    return text.replace("index_code: SIPAS", f"index_code: {index}")


def test_a_chain_of_reissues_is_fine(catalogue: Catalogue) -> None:
    catalogue.write("sipas_2023_hue.yml", _entry("sipas_2023_hue"))
    catalogue.write("sipas_2023_hue_v2.yml", _reissue("sipas_2023_hue_v2", "sipas_2023_hue"))
    catalogue.write("sipas_2023_hue_v3.yml", _reissue("sipas_2023_hue_v3", "sipas_2023_hue_v2"))
    assert len(catalogue.load()) == 3


def test_a_reissue_is_of_the_index_of_what_it_supersedes(catalogue: Catalogue) -> None:
    catalogue.write("sipas_2023_hue.yml", _entry("sipas_2023_hue"))
    catalogue.write("papi_2023_hue_v2.yml", _reissue("papi_2023_hue_v2", "sipas_2023_hue", "PAPI"))
    assert catalogue.problems() == (
        "papi_2023_hue_v2.yml: field supersedes: expected a document of index PAPI, found 'sipas_2023_hue' of SIPAS",
    )


def test_two_documents_cannot_supersede_one(catalogue: Catalogue) -> None:
    catalogue.write("sipas_2023_hue.yml", _entry("sipas_2023_hue"))
    catalogue.write("sipas_2023_hue_v2.yml", _reissue("sipas_2023_hue_v2", "sipas_2023_hue"))
    catalogue.write("sipas_2023_hue_v3.yml", _reissue("sipas_2023_hue_v3", "sipas_2023_hue"))
    (problem,) = catalogue.problems()
    assert problem.startswith("sipas_2023_hue_v3.yml: field supersedes: expected a document that nothing else supersedes")
    assert "sipas_2023_hue_v2.yml supersedes too" in problem


def test_documents_that_supersede_one_another_in_a_ring_are_named_once(catalogue: Catalogue) -> None:
    for name, earlier in (("a_one", "c_one"), ("b_one", "a_one"), ("c_one", "b_one")):
        catalogue.write(f"{name}.yml", _reissue(name, earlier))
    assert catalogue.problems() == (
        "a_one.yml: field supersedes: expected an end of the chain of re-issues, found a ring: a_one -> c_one -> b_one -> a_one",
    )


def test_a_ring_behind_a_chain_is_found(catalogue: Catalogue) -> None:
    for name, earlier in (("a_one", "b_one"), ("b_one", "c_one"), ("c_one", "b_one")):
        catalogue.write(f"{name}.yml", _reissue(name, earlier))
    assert any("found a ring: b_one -> c_one -> b_one" in problem for problem in catalogue.problems())


def test_a_document_that_is_missing_is_told_with_the_folder_it_was_looked_for_in(catalogue: Catalogue) -> None:
    catalogue.write("sipas_2023_hue.yml", _entry("sipas_2023_hue", "file: hue.pdf"))
    assert catalogue.problems() == (
        f"sipas_2023_hue.yml: field file: expected a file in {catalogue.documents}, found none named 'hue.pdf'",
    )
    with pytest.raises(CatalogueError, match=r"expected a file in extractors/documents, found none named 'hue\.pdf'"):
        load_entries(catalogue.entries)


def test_a_catalogue_of_ones_own_has_its_documents_beside_its_entries(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_CATALOGUE", str(tmp_path))
    monkeypatch.setenv("CCHC_HOME", str(tmp_path / "home"))
    (catalogue.documents / "new.pdf").write_bytes(b"%PDF-")
    catalogue.write("sipas_2023_hue.yml", _entry("sipas_2023_hue", "file: new.pdf"))
    assert open_workbench().entry("sipas_2023_hue").file == "new.pdf"
