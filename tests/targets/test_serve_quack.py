"""SQL over Quack, tried with another DuckDB: read-only, of one release at a time, and one server on a port."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from tests.conftest import REPOSITORY, Instance
from tests.targets.readers import publish_marked, reading
from warehouse.targets.attach import quoted

pytestmark = pytest.mark.slow


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def quack(home: Path, *arguments: str, environment: dict[str, str] | None = None) -> Generator[tuple[int, Path, Path]]:
    """`cchc serve quack` on a home: port, file with the token, and its messages."""
    pytest.importorskip("duckdb_extension_quack", reason="the packages of servers are not installed (make setup-scale)")
    port, token, log = _free_port(), home / "serving" / "quack.token", home / "quack.log"
    command = [str(Path(sys.executable).parent / "cchc"), "serve", "quack", "--port", str(port), *arguments]
    with log.open("w", encoding="utf-8") as stream:
        own = os.environ | {"CCHC_HOME": str(home), "PYTHONUNBUFFERED": "1"} | (environment or {})
        process = subprocess.Popen(command, env=own, stdout=stream, stderr=subprocess.STDOUT, cwd=REPOSITORY)
        try:
            end = time.monotonic() + 60
            while "is served on" not in log.read_text(encoding="utf-8"):
                assert process.poll() is None, log.read_text(encoding="utf-8")
                assert time.monotonic() < end, log.read_text(encoding="utf-8")
                time.sleep(0.2)
            yield port, token, log
        finally:
            process.terminate()
            process.wait(timeout=30)


@pytest.fixture(scope="module")
def extensions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import importlib

    pytest.importorskip("duckdb_extension_quack", reason="the packages of servers are not installed (make setup-scale)")
    folder = tmp_path_factory.mktemp("extensions")
    packaged = importlib.import_module("duckdb_extensions")
    with duckdb.connect(config={"extension_directory": str(folder)}) as connection:
        for name in ("httpfs", "quack"):
            packaged.import_extension(name, con=connection)
    return folder


@contextmanager
def attached(port: int, token: str, extensions: Path) -> Generator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"extension_directory": str(extensions)}) as connection:
        for name in ("httpfs", "quack"):
            connection.execute(f"load {name}")
        connection.execute(f"create secret (type quack, token {quoted(token)})")
        connection.execute(f"attach 'quack:127.0.0.1:{port}' as cchc")
        yield connection


def test_a_second_duckdb_reads_the_release_over_quack_and_nothing_else(
    refreshed: Instance, extensions: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(refreshed.home / "published", home / "published", symlinks=True)
    with (
        quack(home) as (port, token_file, log),
        attached(port, token_file.read_text(encoding="utf-8").strip(), extensions) as connection,
    ):
        asked = "select score, rank from rpt_scores where year = 2023 and province = 'Thừa Thiên Huế' and criterion_code = 'S'"
        assert connection.execute(f"from cchc.query({quoted(asked)})").fetchall() == [(82.28, 32)]
        assert connection.execute("select count(*) from cchc.rpt_scores where year = 2023").fetchone() is not None
        assert ("rpt_scores",) in connection.execute("from cchc.query('show tables')").fetchall()
        told = "select comment from duckdb_columns() where table_name = 'rpt_scores' and column_name = 'score'"
        (comment,) = connection.execute(f"from cchc.query({quoted(told)})").fetchone() or ("",)
        assert str(comment).startswith("VI: Điểm được chọn")
        for attempt in (
            "create table x (i int)", "drop view rpt_scores", "select * from read_csv('/etc/passwd')",
            "copy rpt_scores to '/tmp/x.csv'", "attach '/tmp/x.db'", "load httpfs", "set memory_limit = '1TB'",
            "select * from quack_stop('quack:127.0.0.1:1')",
            "select * from duckdb_secrets()", f"from '{home}/published/current/csv/release.csv'",
        ):  # fmt: skip
            with pytest.raises(duckdb.Error, match="Authorization failed"):
                connection.execute(f"from cchc.query({quoted(attempt)})")
        with pytest.raises(duckdb.Error):
            connection.execute("create table cchc.x as select 1 as i")
        assert "Traceback" not in log.read_text(encoding="utf-8")
        assert token_file.read_text(encoding="utf-8").strip() not in log.read_text(encoding="utf-8")
        with pytest.raises(duckdb.Error, match="Authentication failed"):
            connection.execute(f"from quack_query('quack:127.0.0.1:{port}', 'select 1', token = 'another one, quite long')")


def test_a_statement_that_runs_too_long_is_ended_and_the_server_is_back(
    refreshed: Instance, extensions: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(refreshed.home / "published", home / "published", symlinks=True)
    with quack(home, "--seconds", "2") as (port, token_file, log):
        token = token_file.read_text(encoding="utf-8").strip()
        with pytest.raises(duckdb.Error), attached(port, token, extensions) as connection:
            connection.execute("from cchc.query('select count(*) from range(300000000000)')")
        end = time.monotonic() + 60
        while log.read_text(encoding="utf-8").count("is served on") < 2:
            assert time.monotonic() < end, log.read_text(encoding="utf-8")
            time.sleep(0.2)
        assert "a statement ran for" in log.read_text(encoding="utf-8")
        with attached(port, token, extensions) as connection:
            assert connection.execute("from cchc.query('select 1')").fetchall() == [(1,)]
        for _ in range(10):  # a port that the server inherited from itself would take some of them and never answer
            with attached(port, token, extensions) as connection:
                assert connection.execute("from cchc.query('select 1')").fetchall() == [(1,)]


def test_a_second_server_does_not_share_the_port_of_the_first(refreshed: Instance, tmp_path: Path) -> None:
    """Quack by itself does, and readers would reach now one, now the other."""
    home = tmp_path / "home"
    shutil.copytree(refreshed.home / "published", home / "published", symlinks=True)
    with quack(home) as (port, _, _):
        second = Instance(home).run("serve", "quack", "--port", str(port), timeout=60)
    assert second.returncode == 2
    assert "somebody answers there" in second.stderr
    wrong = Instance(home).run("serve", "quack", "--memory", "lots", timeout=60)
    assert wrong.returncode == 2
    assert "--memory: expected a size such as 2GB or 500MiB, found 'lots'" in wrong.stderr


def test_a_port_that_is_taken_and_a_home_without_a_release_are_told(refreshed: Instance, tmp_path: Path) -> None:
    nothing = Instance(tmp_path / "empty").run("serve", "quack")
    assert nothing.returncode == 2
    assert "nothing is published yet" in nothing.stderr
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = refreshed.run("serve", "quack", "--port", str(taken.getsockname()[1]), timeout=60)
    assert done.returncode == 2
    assert "choose one with --port" in done.stderr
    assert "Traceback" not in done.stderr


def test_fifty_readers_over_quack_meet_no_error_and_no_mixture_in_twenty_publishes(
    extensions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    publish_marked(tmp_path, home / "published", "synthetic0", monkeypatch)
    with quack(home) as (port, token_file, log):
        address = f"quack:127.0.0.1:{port} {token_file.read_text(encoding='utf-8').strip()} {extensions}"
        with reading("quack", address, tmp_path, processes=2, threads=25) as seen:
            for number in range(1, 21):
                publish_marked(tmp_path, home / "published", f"synthetic{number}", monkeypatch)
                time.sleep(0.6)
        said = log.read_text(encoding="utf-8")
    print(f"{seen.answers} answers of {len(seen.marks)} releases")
    assert (seen.errors, seen.mixed) == ([], [])
    assert len(seen.marks) > 10, said
