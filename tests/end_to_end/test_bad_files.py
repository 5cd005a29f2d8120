"""Files that are damaged, hostile or absurd: each ends within its limits, in one clear issue or in what can be read of it."""

from __future__ import annotations

import http.server
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from dagster_project.extract_json import ExtractedFile
from dagster_project.extract_text import failure_line
from dagster_project.extraction import FileExtraction, extract_file
from dagster_project.settings import load_settings
from dagster_project.workbench import Workbench, open_workbench
from extractors.isolation import Limits
from scripts.fixtures.bad_others import external_links
from scripts.fixtures.make_bad_files import LARGE
from tests.conftest import REPOSITORY, Instance

BAD = REPOSITORY / "tests" / "fixtures" / "bad"
LIMITS = Limits(seconds=60, memory_bytes=1 << 30)

REFUSED = {
    "empty.pdf": "empty_file",
    "zero_pages.pdf": "no_pages",
    "html_in_disguise.pdf": "wrong_kind",
    "zip_in_disguise.pdf": "wrong_kind",
    "comment_bomb.pdf": "wrong_kind",
    "cut_in_the_middle.pdf": "cut_off",
    "wrong_password.pdf": "needs_password",
    "page_tree_loop.pdf": "damaged_page",
    "recursive_forms_bomb.pdf": "reader_out_of_memory",
    "entity_bomb.xlsx": "workbook_unsafe",
    "entity_leak.xlsx": "workbook_unsafe",
    "entity_bomb.docx": "document_unsafe",
    "entity_leak.docx": "document_unsafe",
    "lying_size.xlsx": "workbook_damaged",
    "truncated.xls": "wrong_kind",
    "broken_directory.xls": "wrong_kind",
    "unknown.bin": "wrong_kind",
}
"""Files of which nothing can be read, and the code that says why."""

READ = {
    "junk_before_header.pdf": 1,
    "damaged_xref.pdf": 1,
    "empty_password.pdf": 1,
    "no_tables.pdf": 0,
    "recursive_forms.pdf": 1,
    "million_objects.pdf": 1,
    "count_claim.pdf": 1,
    "page_of_14400_points.pdf": 1,
    "page_of_a_billion_points.pdf": 1,
    "odd_numbers.pdf": 1,
    "macros.xlsm": 1,
    "external_links.docx": 1,
}
"""Files that can be read in spite of all, and how many tables they have: the one table of each has nine cells or six."""

EITHER = (
    "glyphs_200000.pdf",
    "image_20000.pdf",
    "image_20000.png",
    "page_without_area.pdf",
    "page_box_of_no_numbers.pdf",
)
"""Files of which a reader may or may not make something; what counts is that it comes to an end and says so."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    settings = replace(load_settings(), home=tmp_path_factory.mktemp("home"))
    return replace(open_workbench(settings), limits=LIMITS)


def children() -> set[str]:
    """Processes of this test run that read a file: those below a helper."""
    lines = subprocess.check_output(["ps", "-eo", "pid=,ppid=,args="], text=True).splitlines()
    table = [line.split(None, 2) for line in lines]
    helpers = {pid for pid, parent, args in table if parent == str(os.getpid()) and "isolation.zygote" in args}
    return {pid for pid, parent, _ in table if parent in helpers}


def ends(setting: str) -> bool:
    """Whether every process with this setting in its environment goes away within ten seconds."""
    deadline = time.monotonic() + 10
    while setting in subprocess.check_output(["ps", "axe", "-o", "command="], text=True, errors="replace"):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def failure_of(found: FileExtraction) -> tuple[str, str]:
    """Code and line of the one issue of a file that could not be read."""
    assert found.failure is not None, [str(issue) for issue in found.issues]
    issue = found.failure
    assert found.issues == (issue,)
    assert issue.severity == "error"
    assert issue.message.startswith("expected ")
    assert "found" in issue.message
    assert issue.hint
    line = failure_line(issue)
    assert "\n" not in line
    assert "Traceback" not in line
    TypeAdapter(ExtractedFile).validate_python(found.as_dict())
    assert children() == set()
    return issue.code, line


def test_every_fixture_is_tested() -> None:
    assert {path.name for path in BAD.iterdir()} == {*REFUSED, *READ, *EITHER}


@pytest.mark.parametrize(("name", "code"), REFUSED.items())
def test_what_cannot_be_read_is_refused_in_one_line(bench: Workbench, name: str, code: str) -> None:
    found, _ = failure_of(extract_file(BAD / name, bench))
    assert found == code


@pytest.mark.parametrize(("name", "tables"), READ.items())
def test_what_can_be_read_is_read(bench: Workbench, name: str, tables: int) -> None:
    found = extract_file(BAD / name, bench)
    assert found.failure is None
    assert not found.has_errors, [str(issue) for issue in found.issues]
    assert len(found.tables) == tables
    for table in found.tables:
        texts = [cell.text for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column))]
        if found.kind == "pdf":
            assert texts == ["Tinh", "Diem", "Hang", "A", "88,09", "1", "B", "87,15", "2"]
        else:
            assert texts == ["Tỉnh", "Chỉ số", "synthetic A", "82.28", "synthetic B", "81.5"]


@pytest.mark.parametrize("name", EITHER)
def test_what_may_be_read_comes_to_an_end(bench: Workbench, name: str) -> None:
    found = extract_file(BAD / name, bench)
    if found.failure is not None:
        code, _ = failure_of(found)
        assert code != "reader_crashed"
    TypeAdapter(ExtractedFile).validate_python(found.as_dict())
    assert children() == set()


def made(name: str, folder: Path) -> Path:
    path = folder / name
    path.write_bytes(LARGE[name]())
    return path


def test_ten_thousand_empty_pages(bench: Workbench, tmp_path: Path) -> None:
    found = extract_file(made("empty_pages_10000.pdf", tmp_path), bench)
    assert found.pages == 10_000
    assert found.tables == ()
    assert len(found.issues) == 1


def test_a_workbook_that_unpacks_to_ten_gigabytes(bench: Workbench, tmp_path: Path) -> None:
    code, _ = failure_of(extract_file(made("unpacks_to_10_gb.xlsx", tmp_path), bench))
    assert code == "workbook_too_large"


def test_a_csv_of_one_line_of_100_megabytes(bench: Workbench, tmp_path: Path) -> None:
    failure_of(extract_file(made("one_line_of_100_mb.csv", tmp_path), bench))


@pytest.mark.slow
def test_a_page_of_200_000_figures(bench: Workbench, tmp_path: Path) -> None:
    """Forty thousand numbers in a hundred columns: more than any page holds, and still read, or refused in one issue."""
    patient = replace(bench, limits=Limits())
    found = extract_file(made("figures_200000.pdf", tmp_path), patient)
    assert found.tables or failure_of(found)


def test_arrays_in_arrays(bench: Workbench, tmp_path: Path) -> None:
    found = extract_file(made("nested_arrays.pdf", tmp_path), bench)
    assert found.failure is not None or len(found.tables) == 1


def test_drawing_orders_that_unpack_for_minutes(bench: Workbench, tmp_path: Path) -> None:
    patient = replace(bench, limits=replace(LIMITS, seconds=3, memory_bytes=8 << 30))
    code, line = failure_of(extract_file(made("stream_bomb.pdf", tmp_path), patient))
    assert code == "reader_timed_out"
    assert "expected a file that is read within 3.0 s" in line
    assert "CCHC_READ_SECONDS" in line


def test_pictures_of_a_page_of_a_billion_points(bench: Workbench, tmp_path: Path) -> None:
    found = extract_file(BAD / "page_of_a_billion_points.pdf", bench, picture=tmp_path)
    assert len(found.tables) == 1
    assert len(found.pictures) == 1 or [issue.severity for issue in found.issues] == ["warning"]


@pytest.fixture
def visitors() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine, and the addresses that somebody asked it for."""
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name is the library's)
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()


def test_nothing_is_fetched_for_a_document(bench: Workbench, tmp_path: Path, visitors: tuple[str, list[str]]) -> None:
    address, asked = visitors
    path = tmp_path / "external_links.docx"
    path.write_bytes(external_links(address))
    found = extract_file(path, bench)
    assert len(found.tables) == 1
    assert asked == []


@pytest.mark.parametrize("name", ["recursive_forms_bomb.pdf", "wrong_password.pdf", "unknown.bin"])
def test_the_command_ends_in_one_line_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    instance = Instance(tmp_path / "home")
    done = instance.run("extract", str(BAD / name), environment={"CCHC_READ_MEMORY_MB": "1024"})
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"cchc: {name}: {REFUSED[name]}: expected ")
    assert ends(f"CCHC_HOME={instance.home}")
