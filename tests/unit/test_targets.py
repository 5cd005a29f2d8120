"""Other targets, without a server: what a person is told when one is missing, and what counts as equal."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from scripts.lock_difference import difference
from tests.conftest import REPOSITORY, Instance
from warehouse.targets import TargetError, places_of
from warehouse.targets.attach import byte_order_problem
from warehouse.targets.parity import compare_marts

MART = (
    "select 'S' as criterion_code, cast(82.28 as decimal(18, 6)) as score, cast(0.1 as double) as gap, date '2025-07-01' as day"
)


def build_database(folder: Path, sql: str = MART) -> Path:
    file = folder / "build.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"create schema marts; create table marts.rpt_scores as {sql}")
    return file


def parquet_mart(folder: Path, sql: str) -> None:
    table = folder / "targets/spark/marts.db/rpt_scores"
    table.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(f"copy ({sql}) to '{table}/part-0.parquet' (format parquet)")


def compared(folder: Path, sql: str) -> tuple[bool, str]:
    parquet_mart(folder, sql)
    (found,) = compare_marts(build_database(folder), "spark", places_of({}, folder))
    return found.is_equal, found.message()


def test_an_equal_mart_is_equal(tmp_path: Path) -> None:
    assert compared(tmp_path, MART) == (True, "marts.rpt_scores: 0 of 1 rows only on DuckDB, 0 only on the target")


def test_a_figure_that_differs_in_the_sixth_decimal_is_found(tmp_path: Path) -> None:
    equal, message = compared(tmp_path, MART.replace("82.28", "82.280001"))
    assert not equal
    assert message == "marts.rpt_scores: 1 of 1 rows only on DuckDB, 1 only on the target"


def test_a_double_that_differs_in_its_last_bit_is_found(tmp_path: Path) -> None:
    assert compared(tmp_path, MART.replace("0.1", "0.10000000000000002"))[0] is False


def test_a_row_too_many_is_found(tmp_path: Path) -> None:
    equal, message = compared(tmp_path, f"{MART} union all {MART}")
    assert not equal
    assert message.endswith("0 of 1 rows only on DuckDB, 1 only on the target")


def test_another_column_is_named(tmp_path: Path) -> None:
    equal, message = compared(tmp_path, MART.replace("as gap", "as gap_to_best"))
    assert not equal
    assert message == "marts.rpt_scores: lacks the columns gap; has the columns gap_to_best besides"


def test_a_mart_that_the_target_has_not_is_named(tmp_path: Path) -> None:
    (found,) = compare_marts(build_database(tmp_path), "spark", places_of({}, tmp_path))
    assert not found.is_equal
    assert "rpt_scores: cannot be read on the target" in found.message()


def test_folders_lie_under_home_and_settings_come_from_the_environment(tmp_path: Path) -> None:
    places = places_of({"CCHC_PG_PORT": "6432", "CCHC_LAKE_DATA": "s3://bucket/lake"}, tmp_path)
    assert (places.host, places.port, places.lake_data) == ("127.0.0.1", 6432, "s3://bucket/lake")
    assert places.spark_warehouse == tmp_path / "targets/spark"


def test_a_port_that_is_no_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="expected a number in CCHC_PG_PORT, found 'postgres'"):
        places_of({"CCHC_PG_PORT": "postgres"}, tmp_path)


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        ((), {}, "expected a target of lake, postgres, spark, found none"),
        (("--target", "oracle"), {}, "expected a target of lake, postgres, spark, found oracle"),
        ((), {"DBT_TARGET": "duckdb"}, "DuckDB is what `cchc refresh` builds on"),
        (("--target", "spark"), {"JAVA_HOME": "/nowhere"}, "there is none at /nowhere/bin/java; install Java 17"),
    ],
)
def test_what_cannot_be_built_is_said_in_words(
    arguments: tuple[str, ...], environment: dict[str, str], message: str, tmp_path: Path
) -> None:
    if "spark" in arguments:
        pytest.importorskip("pyspark", reason="the packages of the other targets are not installed (make setup-scale)")
    done = Instance(tmp_path).run("build", *arguments, environment={"DBT_TARGET": ""} | environment)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_release_nothing_is_built(tmp_path: Path) -> None:
    pytest.importorskip("psycopg2", reason="the packages of the other targets are not installed (make setup-scale)")
    done = Instance(tmp_path).run("build", "--target", "postgres")
    assert done.returncode == 2
    assert "found none; run `cchc refresh` first" in done.stderr


def test_figures_that_a_gate_held_back_reach_no_server(tmp_path: Path) -> None:
    """The build database is that of a refresh which published nothing; the release of before is another."""
    pytest.importorskip("psycopg2", reason="the packages of the other targets are not installed (make setup-scale)")
    for folder in ("published/current", "build"):
        (tmp_path / folder).mkdir(parents=True)
    release = {"release_id": "v2026.11.0", "fingerprint": "of the release", "row_counts": {}}
    (tmp_path / "published/current/manifest.json").write_text(json.dumps(release), encoding="utf-8")
    (tmp_path / "build/refresh.json").write_text(json.dumps({"fingerprint": "of what was held back"}), encoding="utf-8")
    build_database(tmp_path / "build")
    done = Instance(tmp_path).run("build", "--target", "postgres")
    assert done.returncode == 2
    assert "the last refresh published nothing" in done.stderr
    assert "is not what release v2026.11.0 was made of" in done.stderr


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    from warehouse.targets.attach import attached

    pytest.importorskip("duckdb_extensions", reason="the packages of the other targets are not installed (make setup-scale)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = places_of({"CCHC_PG_PORT": str(port), "CCHC_PG_PASSWORD": "a secret of ours"}, tmp_path)
    with pytest.raises(TargetError) as caught, attached(build_database(tmp_path), "postgres", places):
        pass
    assert f"expected a PostgreSQL server at 127.0.0.1:{port} that lets in user cchc" in str(caught.value)
    assert "Connection refused" in str(caught.value)
    assert "a secret of ours" not in str(caught.value)


def test_the_lock_of_the_other_targets_adds_to_the_default_one_and_names_no_package_twice() -> None:
    base, added = ((REPOSITORY / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-scale.lock"))
    assert difference(base + "\n" + added, base).split() == added.split()
    assert "pyspark==" in added
    assert "pyspark==" not in base


GATE = """
import sys
from datetime import date
from pathlib import Path
from expectations import run_gate
from extractors.catalogue.reference import load_reference
from warehouse.load import write_raw
database = Path(sys.argv[1])
write_raw(database, reference=load_reference(), documents=[], claims=[], issues=[])
print(len(run_gate("gate1", database, today=date(2026, 11, 22), run_id="test").results))
"""


def test_a_gate_does_not_load_pyspark_where_it_is_installed(tmp_path: Path) -> None:
    """Loaded by Great Expectations, PySpark ends a program that has no file of its own, with code 0 and nothing judged."""
    (tmp_path / "pyspark").mkdir()
    (tmp_path / "pyspark/__init__.py").write_text("raise SystemExit('PySpark was loaded')", encoding="utf-8")
    path = os.pathsep.join((str(tmp_path), str(REPOSITORY)))
    done = subprocess.run(
        [sys.executable, "-c", GATE, str(tmp_path / "build.duckdb")],
        env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (("UTF8", "C", "c", None), None),
        (("UTF8", "C.UTF-8", None, None), None),
        (("UTF8", "vi_VN.UTF-8", "b", "C.UTF-8"), None),
        (("UTF8", "C", "i", "vi"), "UTF8 with the rules of ICU locale vi"),
        (("UTF8", "vi_VN.UTF-8", "c", None), "UTF8 with vi_VN.UTF-8"),
        (("SQL_ASCII", "C", "c", None), "SQL_ASCII with C"),
    ],
)
def test_a_database_that_sorts_by_a_language_is_told_from_one_that_sorts_by_bytes(
    settings: tuple[str, str, str | None, str | None], problem: str | None
) -> None:
    assert byte_order_problem(*settings) == problem
