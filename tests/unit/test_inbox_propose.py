"""A file that no entry knows: what it looks like, what a person is asked, what is written; never an index or a year by itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from dagster_project import inbox_cli
from dagster_project.cli import app
from dagster_project.inbox_proposal import inbox_name, slug
from dagster_project.inbox_shapes import Recognition, recognise
from dagster_project.judging import inbox_notes
from dagster_project.workbench import Workbench, open_workbench
from extractors.archive.inbox import match_inbox
from extractors.archive.store import Facts
from extractors.catalogue.loader import load_entries
from tests.conftest import REPOSITORY

ANSWERS = {
    "--index": "PAPI",
    "--year": "2025",
    "--entity": "none",
    "--title-vi": "PAPI 2025, nội dung thành phần của các tỉnh",
    "--title-en": "PAPI 2025, sub-dimensions of the provinces",
    "--publisher": "hnks-gh",
    "--publisher-code": "panel",
    "--source-class": "publisher_dataset",
    "--language": "en",
    "--licence": "MIT",
    "--licence-page": "LICENSE of the repository",
    "--reset": "no",
}


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of one's own that can be written, a home and an inbox."""
    folder = tmp_path / "catalogue"
    shutil.copytree(REPOSITORY / "extractors/catalogue/entries", folder / "entries")
    shutil.copyfile(REPOSITORY / "extractors/catalogue/sources.lock.yml", folder / "sources.lock.yml")
    (folder / "documents").symlink_to(REPOSITORY / "extractors/documents")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name, value in {"CCHC_CATALOGUE": folder, "CCHC_HOME": tmp_path / "home", "CCHC_INBOX": inbox}.items():
        monkeypatch.setenv(name, str(value))
    return folder


@pytest.fixture
def panel(catalogue: Path, tmp_path: Path, reference_data: Path) -> Path:
    """The panel of 2023 under a name that says nothing."""
    path = tmp_path / "inbox" / "Dữ liệu [mới].csv"
    shutil.copyfile(reference_data / "papi" / "2023.csv", path)
    return path


def _run(*arguments: str, given: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(app, ["inbox", *arguments], input=given)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def _propose(path: Path, answers: dict[str, str], *more: str, given: str = "") -> tuple[int, str]:
    return _run("propose", str(path), *(part for pair in answers.items() for part in pair), *more, given=given)


def test_the_list_says_what_each_file_is_and_what_an_unknown_one_looks_like(panel: Path, reference_data: Path) -> None:
    shutil.copyfile(reference_data / "papi" / "2022.csv", panel.parent / "2022.csv")
    (panel.parent / "scan.pdf.crdownload").write_bytes(b"%PDF-")
    code, output = _run("--json")
    assert code == 1
    files = {file["name"]: file for file in json.loads(output)["files"]}
    assert (files["2022.csv"]["state"], files["2022.csv"]["document_id"]) == ("known", "papi_2022_panel")
    assert files["scan.pdf.crdownload"]["state"] == "unfinished"
    seen = files[panel.name]["recognition"]
    assert files[panel.name]["state"] == "unknown"
    assert [fit["layout"] for fit in seen["layouts"]] == ["papi_panel_csv"]
    assert {"papi_2022_panel", "papi_2023_panel"} <= set(seen["layouts"][0]["read_as"]), "several years fit: none is chosen"
    (panel.parent / "scan.pdf.crdownload").unlink()
    panel.unlink()
    code, output = _run()
    assert code == 0
    assert f'next: cchc refresh --inbox "{panel.parent}"' in output


def test_without_answers_the_entry_is_printed_with_its_questions_and_nothing_is_written(panel: Path, catalogue: Path) -> None:
    before = sorted((catalogue / "entries").iterdir())
    code, output = _propose(panel, {})
    assert code == 1
    assert "index_code: ?" in output
    assert "reference_years: ?" in output
    assert "layout: papi_panel_csv" in output
    assert "kind: csv" in output
    assert "address: unknown" in output
    assert sorted((catalogue / "entries").iterdir()) == before


def test_with_all_answers_the_entry_is_written_checked_and_known(
    panel: Path, catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, output = _propose(panel, ANSWERS)
    assert code == 0, output
    assert "editions.yml" in output, "an edition that nobody has described holds the document back; that is said now"
    assert f'`cchc refresh --inbox "{panel.parent}"` reads, judges and publishes it' in output
    entry = next(one for one in load_entries(catalogue / "entries", catalogue / "documents") if one.id == "papi_2025_panel")
    assert (entry.index_code, entry.reference_years, entry.layout, entry.kind) == ("PAPI", (2025,), "papi_panel_csv", "csv")
    assert entry.cited_source.title == ANSWERS["--title-vi"]
    assert match_inbox(panel.parent, [entry]).files == {"papi_2025_panel": panel}
    code, output = _run()
    assert (code, "known: papi_2025_panel" in output) == (0, True)
    monkeypatch.delenv("CCHC_INBOX")
    code, output = _propose(panel, {}, "--inbox", str(panel.parent))
    assert (code, "knows this file as papi_2025_panel" in output) == (2, True)


def test_a_file_with_the_name_of_a_known_one_is_not_asked_about_wherever_it_lies(
    panel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CCHC_INBOX")
    elsewhere = tmp_path / "2022.csv"
    shutil.copyfile(panel, elsewhere)
    code, output = _propose(elsewhere, {})
    assert (code, "knows a file of this name as papi_2022_panel; put it into the inbox" in output) == (2, True)


def test_a_note_of_a_refresh_does_not_advise_to_catalogue_a_running_download(tmp_path: Path) -> None:
    for name in ("báo cáo.pdf.crdownload", "lạ.csv"):
        (tmp_path / name).write_bytes(b"x")
    download, unknown = inbox_notes(match_inbox(tmp_path, ()).issues)
    assert "báo cáo.pdf.crdownload: still being written, by its name" in download
    assert "1 files of the inbox are no document" in unknown
    assert "crdownload" not in unknown


def test_an_id_is_never_taken_twice_and_a_re_issue_is_a_second_vintage(panel: Path, catalogue: Path) -> None:
    known = (catalogue / "entries" / "papi_2023_panel.yml").read_bytes()
    code, output = _propose(panel, {**ANSWERS, "--year": "2023"})
    assert code == 2
    assert "--supersedes papi_2023_panel" in output
    code, output = _propose(panel, {**ANSWERS, "--year": "2023", "--supersedes": "papi_2023_panel"})
    assert code == 0, output
    written = yaml.safe_load((catalogue / "entries" / "papi_2023_panel_v2.yml").read_text(encoding="utf-8"))
    assert written["supersedes"] == "papi_2023_panel"
    assert (catalogue / "entries" / "papi_2023_panel.yml").read_bytes() == known


@pytest.mark.parametrize(
    ("option", "wrong", "expected"),
    [
        ("--index", "PAPIX", "SIPAS"),
        ("--year", "năm ngoái", "2023"),
        ("--entity", "Tỉnh Không Có", "do not know"),
        ("--publisher-code", "UBND tỉnh", "lower-case"),
        ("--reset", "maybe", "yes or no"),
    ],
)
def test_an_answer_that_cannot_be_right_is_refused(
    panel: Path, catalogue: Path, option: str, wrong: str, expected: str, bench: Workbench
) -> None:
    from dagster_project.inbox_questions import AnswerError, answered

    with pytest.raises(AnswerError, match=expected):
        answered({}, option.removeprefix("--").replace("-", "_"), wrong, Recognition(Path("tai-ve.csv")), bench.reference)


@pytest.fixture
def bench(catalogue: Path) -> Workbench:
    return open_workbench()


def test_in_a_terminal_each_open_question_is_asked_with_what_the_file_says(
    catalogue: Path, tmp_path: Path, reference_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "inbox" / "tai-ve.xls"
    shutil.copyfile(reference_data / "pci" / "PCI_2006.xls", path)
    monkeypatch.setattr(inbox_cli, "is_terminal", lambda: True)
    answers = {key: value for key, value in ANSWERS.items() if key not in ("--index", "--year")}
    code, output = _propose(path, {**answers, "--publisher-code": "vcci_ban_2"}, given="chưa rõ\nPCI\n2006\n")
    assert code == 0, output
    assert "layout pci_workbook reads" in output
    assert "may be a re-issue of pci_2006_vcci" in output
    assert "expected one of SIPAS" in output, "a wrong answer is asked for again"
    assert (catalogue / "entries" / "pci_2006_vcci_ban_2.yml").is_file()


def test_bytes_that_are_known_are_not_proposed_again(panel: Path, bench: Workbench) -> None:
    from datetime import UTC, datetime

    facts = Facts("papi_2023_panel", "2023.csv", datetime(2024, 5, 1, tzinfo=UTC), "text/csv")
    bench.archive.put(panel.read_bytes(), facts, "csv")
    code, output = _propose(panel, ANSWERS)
    assert code == 2
    assert "the very bytes of papi_2023_panel" in output


def test_a_file_of_a_known_plan_is_told_by_its_decision_and_place(catalogue: Path, bench: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "inbox" / "so-noi-vu.docx"
    shutil.copyfile(REPOSITORY / "extractors/documents/sipas_2022_quang_nam_so_noi_vu.docx", path)
    found = recognise(path, bench)
    assert found.same_bytes == ("sipas_2022_quang_nam_so_noi_vu",)
    assert found.layout == "sipas_department_answer"
    said = {(quote.about, quote.value) for quote in found.quotes}
    assert {("year", "2022"), ("index", "SIPAS"), ("province", "Quảng Nam")} <= said
    assert all(quote.place for quote in found.quotes)


def test_a_file_that_no_reader_opens_says_so(catalogue: Path, tmp_path: Path) -> None:
    path = tmp_path / "inbox" / "bang.pdf"
    path.write_text("<html><body>404</body></html>")
    code, output = _propose(path, ANSWERS)
    assert code == 2
    assert "found a web page" in output
    assert _run("--inbox", str(tmp_path / "none"))[0] == 2


def test_names_become_patterns_and_ids_that_mean_themselves(tmp_path: Path) -> None:
    (tmp_path / "2024").mkdir()
    path = tmp_path / "2024" / "bảng [1]*.csv"
    path.touch()
    assert inbox_name(path, tmp_path) == "2024/bảng [[]1][*].csv"
    assert slug("Thừa Thiên Huế") == "thua_thien_hue"
    assert slug("Bà Rịa – Vũng Tàu") == "ba_ria_vung_tau"


@pytest.mark.slow
def test_a_long_table_of_another_publisher_is_no_known_layout(catalogue: Path, bench: Workbench, reference_data: Path) -> None:
    found = recognise(reference_data / "pdf" / "gso_unfpa_projection_by_province.pdf", bench)
    assert found.failure is None
    assert found.fits == ()
    assert any(quote.about == "year" for quote in found.quotes)
