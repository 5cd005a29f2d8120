"""One set of models, four targets: what DuckDB publishes, DuckLake, PostgreSQL and Spark publish, row by row.

`cchc build` runs every model, data test and unit test on the target and compares every mart in both directions; here it does so on the
documents that ship with the repository, with a PostgreSQL server and a Spark that start and end with the tests.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import REPOSITORY, Instance
from tests.targets.cluster import temporary_server
from warehouse.targets import places_of
from warehouse.targets.attach import attached
from warehouse.targets.parity import compare_marts

pytestmark = pytest.mark.slow

SPARK_SETTINGS = """\
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.sql.adaptive.enabled false
spark.log.level ERROR
"""
"""Compiling each of a thousand small queries takes longer than running it; the figures are the same."""


@pytest.fixture(scope="module")
def server() -> Generator[dict[str, str]]:
    pytest.importorskip("psycopg2", reason="the packages of the other targets are not installed (make setup-scale)")
    with temporary_server() as environment:
        yield environment


def build(instance: Instance, target: str, environment: dict[str, str]) -> dict[str, Any]:
    done = instance.run("build", "--target", target, "--json", environment=environment, timeout=1500)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout)


def published_marts(instance: Instance) -> int:
    return len(json.loads((instance.release / "manifest.json").read_text(encoding="utf-8"))["row_counts"])


@pytest.fixture(scope="module")
def on_postgres(refreshed: Instance, server: dict[str, str]) -> dict[str, Any]:
    return build(refreshed, "postgres", server)


@pytest.fixture(scope="module")
def on_lake(refreshed: Instance, server: dict[str, str]) -> dict[str, Any]:
    return build(refreshed, "lake", server)


def is_whole(found: dict[str, Any], instance: Instance) -> None:
    """Every mart of the release was compared and is equal, and all that dbt runs on DuckDB ran and passed there, too."""
    assert found["differences"] == []
    assert found["marts"] == published_marts(instance)
    assert found["raw_rows"] > 8000
    assert ran(instance, found["target"]) == ran_on_duckdb(instance)


def test_every_mart_of_postgres_is_that_of_duckdb(refreshed: Instance, on_postgres: dict[str, Any]) -> None:
    is_whole(on_postgres, refreshed)


def test_every_mart_of_the_lake_is_that_of_duckdb(refreshed: Instance, on_lake: dict[str, Any]) -> None:
    is_whole(on_lake, refreshed)


def test_every_mart_of_spark_is_that_of_duckdb(refreshed: Instance, tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="the packages of the other targets are not installed (make setup-scale)")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed: scripts/install_system_packages.sh scale")
    (tmp_path / "spark-defaults.conf").write_text(SPARK_SETTINGS, encoding="utf-8")
    is_whole(build(refreshed, "spark", {"SPARK_CONF_DIR": str(tmp_path)}), refreshed)


def results(folder: Path) -> set[str]:
    """Everything dbt ran there that passed: models, seeds, data tests, unit tests."""
    nodes = json.loads((folder / "run_results.json").read_text(encoding="utf-8"))["results"]
    return {
        node["unique_id"]
        for node in nodes
        if node["status"] in ("success", "pass") and not node["unique_id"].startswith("operation.")
    }


def ran(instance: Instance, target: str) -> set[str]:
    return results(instance.home / "dbt_target" / "targets" / target)


def ran_on_duckdb(instance: Instance) -> set[str]:
    (folder,) = {
        path.parent for path in (instance.home / "dbt_target").rglob("run_results.json") if "targets" not in path.parts
    }
    return results(folder)


@pytest.mark.usefixtures("on_postgres")
def test_descriptions_reach_postgres(refreshed: Instance, server: dict[str, str]) -> None:
    with attached(refreshed.home / "build/build.duckdb", "postgres", places_of(server, refreshed.home)) as connection:
        (comment,) = connection.execute(
            """select * from postgres_query('target', $$
                 select col_description('marts.rpt_scores'::regclass, ordinal_position::int) from information_schema.columns
                 where table_schema = 'marts' and table_name = 'rpt_scores' and column_name = 'rank_out_of' $$)"""
        ).fetchone() or ("",)
    assert "VI: " in comment
    assert "EN: " in comment


@pytest.mark.usefixtures("on_postgres")
def test_a_changed_figure_on_the_server_is_found(refreshed: Instance, server: dict[str, str]) -> None:
    places = places_of(server, refreshed.home)
    build_database = refreshed.home / "build/build.duckdb"
    with attached(build_database, "postgres", places) as connection:
        connection.execute(
            "update target.marts.fct_score set score = score + 0.000001 where score_key = "
            "(select min(score_key) from target.marts.fct_score where score is not null)"
        )
    different = [mart for mart in compare_marts(build_database, "postgres", places) if not mart.is_equal]
    assert [(mart.table, mart.missing, mart.added) for mart in different] == [("fct_score", 1, 1)]


@pytest.mark.usefixtures("on_postgres")
def test_a_database_in_another_encoding_is_refused(refreshed: Instance, server: dict[str, str]) -> None:
    create = "create database in_ascii template template0 encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'"
    with attached(refreshed.home / "build/build.duckdb", "postgres", places_of(server, refreshed.home)) as connection:
        connection.execute(f"call postgres_execute('target', $${create}$$, use_transaction = false)")
    done = refreshed.run("build", "--target", "postgres", environment=server | {"CCHC_PG_DATABASE": "in_ascii"})
    assert done.returncode == 2
    assert "expected database in_ascii in UTF8 with collation C, found SQL_ASCII with C" in done.stderr


WRITER = """
import os, sys
from pathlib import Path
from warehouse.targets import places_of
from warehouse.targets.attach import attached
home, name = Path(sys.argv[1]), sys.argv[2]
with attached(home / "build/build.duckdb", "lake", places_of(os.environ, home)) as connection:
    for number in range(20):
        connection.execute(f"insert into target.notes.{name} values ({number}, 'made up')")
"""


@pytest.mark.usefixtures("on_lake")
def test_a_reader_and_two_writers_share_the_lake_while_it_is_built(refreshed: Instance, server: dict[str, str]) -> None:
    home, places = refreshed.home, places_of(server, refreshed.home)
    with attached(home / "build/build.duckdb", "lake", places) as connection:
        connection.execute("create schema if not exists target.notes")
        for name in ("first", "second"):
            connection.execute(f"create or replace table target.notes.{name} (number integer, note varchar)")
        expected = connection.execute("select count(*) from target.marts.fct_claim").fetchone()

    def write(name: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", WRITER, str(home), name]
        own = server | {"PYTHONPATH": str(REPOSITORY), "PATH": "/usr/bin:/bin"}
        return subprocess.run(command, env=own, capture_output=True, text=True, check=False, timeout=600, cwd=REPOSITORY)

    with ThreadPoolExecutor(3) as pool:
        rebuilt = pool.submit(build, refreshed, "lake", server)
        writers = [pool.submit(write, name) for name in ("first", "second")]
        seen: set[Any] = set()
        while not (rebuilt.done() and all(writer.done() for writer in writers)):
            with duckdb_reader(home, server) as reader:
                seen.add(reader.execute("select count(*) from target.marts.fct_claim").fetchone())
            time.sleep(0.2)
        assert rebuilt.result()["differences"] == []
        assert [writer.result().stderr for writer in writers] == ["", ""]
    assert seen == {expected}, "a reader met a half-built mart"
    with duckdb_reader(home, server) as reader:
        for name in ("first", "second"):
            assert reader.execute(f"select count(*), count(distinct number) from target.notes.{name}").fetchone() == (20, 20)


def duckdb_reader(home: Path, server: dict[str, str]) -> Any:
    return attached(home / "build/build.duckdb", "lake", places_of(server, home))


def test_the_release_is_built_on_duckdb_whatever_dbt_target_says(copied: Instance) -> None:
    done = copied.run("refresh", "--force", environment={"DBT_TARGET": "postgres"})
    assert done.returncode == 0, done.stdout + done.stderr
    with duckdb.connect(str(copied.release / "cchc.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) > 0 from rpt_scores").fetchone() == (True,)
