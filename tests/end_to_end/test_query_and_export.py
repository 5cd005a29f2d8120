"""Questions and exports as analysts use them: the forms, the files, what is refused and how it is said."""

from __future__ import annotations

import csv
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from pathlib import Path

import duckdb
import frictionless
import openpyxl
import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, InMemoryHistory

from dagster_project.answer_files import whole_file
from dagster_project.query_prompt import Prompt, history_of
from dagster_project.settings import Settings
from tests.conftest import REPOSITORY, Instance
from tests.disks import other_file_system
from warehouse.export import ExportError, Selection, copy_release, places_named, select_of
from warehouse.releases import DamagedReleaseError, read_manifest, read_release

HUE = (
    "select province, score, rank, change_is_comparable from rpt_scores "
    "where year = 2023 and province_code = '46' and criterion_code = 'S'"
)


def test_one_question_in_every_form(refreshed: Instance, tmp_path: Path) -> None:
    as_json = json.loads(refreshed.run("query", HUE, "--json").stdout)
    assert as_json == [{"province": "Thừa Thiên Huế", "score": 82.28, "rank": 32, "change_is_comparable": False}]
    assert json.loads(refreshed.run("query", HUE, "--format", "jsonl").stdout) == as_json[0]
    assert (
        refreshed.run("query", HUE, "--csv").stdout
        == "province,score,rank,change_is_comparable\nThừa Thiên Huế,82.28,32,False\n"
    )
    assert "| Thừa Thiên Huế | 82.28 | 32 | False |" in refreshed.run("query", HUE, "--format", "markdown").stdout
    target = tmp_path / "hue.parquet"
    assert refreshed.run("query", HUE, "-o", str(target)).stdout == f"1 row in {target}\n"
    with duckdb.connect() as connection:
        rows = connection.execute("select *, typeof(score), typeof(rank) from read_parquet(?)", [str(target)]).fetchall()
    assert rows == [("Thừa Thiên Huế", 82.28, 32, False, "DOUBLE", "INTEGER")]


def test_a_statement_comes_from_a_file_or_a_pipe_with_parameters(refreshed: Instance, tmp_path: Path) -> None:
    file = tmp_path / "question.sql"
    file.write_text("select count(*) as n from rpt_scores where year = $year and province = $province", encoding="utf-8")
    done = refreshed.run("query", "-f", str(file), "--param", "year=2023", "--param", "province=Thừa Thiên Huế", "--json")
    assert json.loads(done.stdout)[0]["n"] > 90, done.stderr
    command = [str(Path(sys.executable).parent / "cchc"), "query", "--csv"]
    own = os.environ | {"CCHC_HOME": str(refreshed.home)}
    piped = subprocess.run(command, input="select 1 as one", env=own, capture_output=True, text=True, check=False)
    assert piped.stdout == "one\n1\n"


def test_a_csv_for_excel_has_its_mark_and_no_formula(refreshed: Instance, tmp_path: Path) -> None:
    target, sql = tmp_path / "a.csv", "select '=1+1' as text, 'Tên \"có\", phẩy' as name, -0.28 as figure"
    refreshed.run("query", sql, "-o", str(target), "--bom")
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    with target.open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream)) == [["text", "name", "figure"], ["'=1+1", 'Tên "có", phẩy', "-0.28"]]
    assert "\n=1+1," in refreshed.run("query", sql, "--csv", "--raw").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("delete from rpt_scores",), "The published release is read-only"),
        (("copy rpt_scores to '/tmp/x.csv'",), "-o answer.csv"),
        (("select 1", "--json", "--bom"), "--bom is for CSV in a file"),
        (("select 1", "--raw"), "--raw is for CSV"),
        (("select * from read_text('/etc/passwd')",), "only the tables of the release can be read"),
        (("select scroe from rpt_scores",), 'Candidate bindings: "score"'),
        (("select 1; select 2",), "expected one SQL statement, found several"),
        (("select 1", "--format", "excel"), "expected a --format of table, csv"),
        (("select 1", "--format", "parquet"), "name a file with --output"),
        (("select 1", "-o", "answer.doc"), "expected a file whose name ends in .csv"),
        (("select 1", "--param", "year"), "expected --param NAME=VALUE"),
        (("select 1", "-o", "/proc/answer.csv"), "cannot write /proc/answer.csv"),
        (("-f", "/no/such.sql"), "cannot read /no/such.sql"),
    ],
)
def test_what_cannot_be_asked_is_said_in_words(refreshed: Instance, arguments: tuple[str, ...], words: str) -> None:
    done = refreshed.run("query", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


# ---------------------------------------------------------------- export


def test_the_criteria_of_a_province_go_into_a_file_of_ones_own(refreshed: Instance, tmp_path: Path) -> None:
    target = tmp_path / "hue.csv"
    done = refreshed.run(
        "export", "rpt_scores", "--province", "thua thien hue", "--index", "sipas", "--year", "2023", "-o", str(target)
    )
    assert done.returncode == 0, done.stderr
    with target.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["province"] for row in rows} == {"Thừa Thiên Huế"}
    assert {row["score"] for row in rows if row["criterion_code"] == "S.2.1.1"} == {"82.83"}
    nothing = refreshed.run("export", "rpt_lost_points", "-o", str(tmp_path / "none.csv"))
    assert nothing.returncode == 1
    assert "0 rows of rpt_lost_points" in nothing.stdout
    assert (tmp_path / "none.csv").read_text(encoding="utf-8").count("\n") == 1, "the header stands"


def test_the_workbook_of_a_province_is_found_by_its_name_and_a_name_of_two_is_asked_back(
    refreshed: Instance, tmp_path: Path
) -> None:
    done = refreshed.run("export", "--province", "Quảng Nam", "-o", str(tmp_path / "qn.xlsx"))
    assert done.stdout.startswith("Quảng Nam (vn63)"), done.stderr
    assert openpyxl.load_workbook(tmp_path / "qn.xlsx").sheetnames[0] == "Hồ sơ"
    both = refreshed.run("export", "--province", "Bắc Ninh", "-o", str(tmp_path / "bn.xlsx"))
    assert both.returncode == 2
    assert "Bắc Ninh of vn63, code 27; Bắc Ninh of vn34, code 24" in both.stderr
    near = refreshed.run("export", "--province", "Quảng Nm", "-o", str(tmp_path / "x.xlsx"))
    assert "near: Quảng Nam" in near.stderr
    assert not (tmp_path / "x.xlsx").exists(), "a near name is shown, never taken"


def test_a_filter_that_would_do_nothing_is_refused(refreshed: Instance, tmp_path: Path) -> None:
    for arguments in (
        ("--province", "Quảng Nam", "--year", "2023", "-o", str(tmp_path / "q.xlsx")),
        ("--all", str(tmp_path / "all"), "--year", "2023"),
    ):
        done = refreshed.run("export", *arguments)
        assert done.returncode == 2
        assert "--year chooses rows of a table or how" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_places_and_filters_are_exact(refreshed: Instance) -> None:
    published = refreshed.home / "published"
    assert {place.slug for place in places_named(published, "46")} == {"thua-thien-hue", "hue", "hue-34"}
    assert [place.slug for place in places_named(published, "TT-Huế")] == ["thua-thien-hue"]
    with pytest.raises(ExportError, match="near: rpt_scores"):
        select_of(published, "rpt_score", Selection())
    with pytest.raises(ExportError, match="table release has no column year"):
        select_of(published, "release", Selection(year=2023))


@pytest.fixture
def other_disk() -> Generator[Path]:
    with other_file_system() as folder:
        yield folder


def test_a_whole_release_goes_to_another_file_system_and_can_be_checked_there(refreshed: Instance, other_disk: Path) -> None:
    release = read_manifest(refreshed.release)
    target = other_disk / "cchc"
    assert copy_release(release, target) == sum(1 for path in refreshed.release.rglob("*") if path.is_file())
    assert read_release(target, is_thorough=True).release_id == release.release_id
    copy_release(release, other_disk / "part", ["csv"])
    copy_release(release, other_disk / "part", ["csv"])  # over an earlier copy
    assert not (other_disk / "part" / "parquet").exists()
    found = read_release(other_disk / "part", is_thorough=True)
    assert found.fingerprint == release.fingerprint, "a copy of a part says which files it has"
    shutil.rmtree(other_disk / "part")
    assert [path.name for path in other_disk.iterdir()] == ["cchc"], "nothing half written is left"


def test_a_copy_of_a_part_describes_that_part_and_no_other(refreshed: Instance, tmp_path: Path) -> None:
    release = read_manifest(refreshed.release)
    count = copy_release(release, tmp_path / "books", ["xlsx"])
    assert frictionless.validate(str(tmp_path / "books" / "datapackage.json")).valid
    package, linked = (
        json.loads((tmp_path / "books" / name).read_text(encoding="utf-8")) for name in ("datapackage.json", "metadata.jsonld")
    )
    books = {f"xlsx/{path.name}" for path in (refreshed.release / "xlsx").iterdir()}
    licences = (tmp_path / "books" / "LICENCES.md").read_text(encoding="utf-8")
    assert "| `xlsx/` | các bảng" in licences
    assert "dictionary/" not in licences
    assert "| papi_2011_2024_dimensions |" in licences, "the documents stay"
    assert {one["path"] for one in package["resources"]} == {one["contentUrl"] for one in linked["distribution"]} == books
    assert set(read_release(tmp_path / "books", is_thorough=True).row_counts) == set(release.row_counts)
    assert count == len(books) + 5, "the manifest and what describes the release"
    copy_release(release, tmp_path / "differences", ["diff"])
    assert sorted(path.name for path in (tmp_path / "differences").iterdir()) == [
        "CITATION.cff", "LICENCES.md", "diff", "manifest.json",
    ], "a package of no file is none"  # fmt: skip


def test_a_copy_never_takes_away_what_is_not_its_own(refreshed: Instance, tmp_path: Path) -> None:
    """A folder of the published releases, another release, a link, an earlier copy with a note of somebody's in it, one with more."""
    release = read_manifest(refreshed.release)
    published = refreshed.home / "published"
    before = sorted(path.relative_to(published).as_posix() for path in published.rglob("*"))
    (tmp_path / "link").symlink_to(tmp_path)
    for target in (
        refreshed.release, published, published / "current", published / "current" / "xx", published / "releases" / "v2020.01.0",
        tmp_path / "link",
    ):  # fmt: skip
        with pytest.raises(ExportError, match="outside the published releases"):
            copy_release(release, target, ["csv"])
    assert sorted(path.relative_to(published).as_posix() for path in published.rglob("*")) == before
    copy_release(release, tmp_path / "all", ["csv", "diff"])
    with pytest.raises(ExportError, match=r"with more parts \(diff\), which this one would remove"):
        copy_release(release, tmp_path / "all", ["csv"])
    (tmp_path / "all" / "ghi_chu.txt").write_text("của tôi", encoding="utf-8")
    with pytest.raises(ExportError, match=r"and nothing else, found ghi_chu\.txt too"):
        copy_release(release, tmp_path / "all", ["csv", "diff"])
    assert (tmp_path / "all" / "ghi_chu.txt").read_text(encoding="utf-8") == "của tôi"


def test_a_folder_of_other_things_is_not_overwritten_and_a_damaged_release_not_copied(
    refreshed: Instance, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("of mine", encoding="utf-8")
    with pytest.raises(ExportError, match="found something else"):
        copy_release(read_manifest(refreshed.release), mine)
    damaged = tmp_path / "damaged"
    shutil.copytree(refreshed.release, damaged)
    (damaged / "csv" / "rpt_scores.csv").write_text("cut", encoding="utf-8")
    with pytest.raises(DamagedReleaseError, match=r"rpt_scores\.csv"):
        copy_release(read_manifest(damaged), tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_disk_that_fills_leaves_the_file_of_before(tmp_path: Path) -> None:
    target = tmp_path / "answer.csv"
    target.write_text("of before", encoding="utf-8")

    def write() -> None:
        with whole_file(target) as beside:
            beside.write_text("half", encoding="utf-8")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(beside))

    with pytest.raises(OSError, match="No space left"):
        write()
    assert target.read_text(encoding="utf-8") == "of before"
    assert [path.name for path in tmp_path.iterdir()] == ["answer.csv"]


# ---------------------------------------------------------------- the prompt


@pytest.fixture
def session(refreshed: Instance) -> Generator[Prompt]:
    folder = refreshed.home
    found = Prompt(Settings(home=folder, entries=folder, documents=folder, corrections=folder, inbox=None))
    yield found
    found.connection.close()


def _completions(session: Prompt, text: str) -> dict[str, str]:
    found = session.completer.get_completions(Document(text), CompleteEvent())
    return {one.text: one.display_meta_text for one in found}


def test_completion_knows_tables_columns_with_their_meaning_and_names_without_diacritics(session: Prompt) -> None:
    assert "rpt_scores" in _completions(session, "select * from rpt_")
    columns = _completions(session, "select rank_ou from rpt_scores"[:14])
    assert columns["rank_out_of"], "its meaning stands beside it"
    assert set(_completions(session, "select * from rpt_scores where province = 'thua th")) == {"Thừa Thiên Huế'"}
    assert _completions(session, "select * from x where index_code = 'SIP") == {"SIPAS'": ""}
    indices = list(_completions(session, "select * from rpt_scores where index_code in ('SIPAS', '"))
    assert indices[0] == "SIPAS'"
    assert "An Giang'" not in indices, "no province is offered as an index"
    assert "An Giang'" in _completions(session, "select * from rpt_scores where index_code = 'SIPAS' and province = '")
    assert "effective_date" in _completions(session, "select * from bridge_province_succession where effec")
    assert "where" in _completions(session, "select * from rpt_scores whe")


def test_the_prompt_answers_describes_and_survives_mistakes(session: Prompt) -> None:
    assert "82.28" in session.answer(HUE + ";")
    assert "Điểm được chọn" in session.answer(".describe rpt_scores")
    assert "rpt_conflicts" in session.answer(".tables")
    assert session.answer(".describe nothing") == "no table 'nothing'; .tables lists them"
    assert "read-only" in session.answer("drop table rpt_scores;")
    assert session.answer("select 1; select 2;") == "one statement at a time"
    assert ".reopen" in session.answer(".help")
    assert session.news() is None
    assert session.answer(".reopen") == f"release {session.release_id}"


def test_ctrl_c_stops_a_statement_and_not_the_prompt(session: Prompt) -> None:
    timer = threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    try:
        said = session.answer("select sum(a.i * b.i) from range(1000000000) a(i), range(1000000) b(i);")
    finally:
        timer.cancel()
    assert said == "stopped before it was done"
    assert "82.28" in session.answer(HUE + ";"), "and the next is answered"


def test_ctrl_c_ends_the_command_in_one_line(refreshed: Instance) -> None:
    sql = "select sum(a.i * b.i) from range(1000000000) a(i), range(1000000) b(i)"
    command = [str(Path(sys.executable).parent / "cchc"), "query", sql]
    own = os.environ | {"CCHC_HOME": str(refreshed.home)}
    process = subprocess.Popen(command, env=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert "Traceback" not in said
    assert len(said.splitlines()) <= 3
    assert process.returncode != 0


def test_who_may_not_write_the_home_may_ask_at_the_prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    settings = Settings(home=tmp_path, entries=tmp_path, documents=tmp_path, corrections=tmp_path, inbox=None)
    assert isinstance(history_of(settings), FileHistory)
    monkeypatch.setattr(Path, "touch", refused)
    assert isinstance(history_of(settings), InMemoryHistory)


def test_a_question_of_the_repository_is_asked_from_its_file(refreshed: Instance) -> None:
    """The files name marts as dbt does: {{ ref('rpt_scores') }}."""
    for path in sorted((REPOSITORY / "dbt_project/analyses").glob("q0[1-3]*.sql")):
        done = refreshed.run("query", "-f", str(path), "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout), path.name
