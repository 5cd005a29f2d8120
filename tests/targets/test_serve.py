"""SQL over PostgreSQL, tried with clients that people use: psql, psycopg, the drivers of BI tools, another DuckDB. Read-only, of one
release at a time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from tests.conftest import Instance
from tests.targets.cluster import temporary_server
from tests.targets.readers import publish_marked, reading
from warehouse.releases import read_manifest
from warehouse.serving.errors import ServingError
from warehouse.serving.postgres import publish_to_postgres
from warehouse.serving.roles import Limits, add_reader, drop_reader, readers, stop_late
from warehouse.serving.server import connect
from warehouse.targets import Places, places_of
from warehouse.targets.attach import quoted

if TYPE_CHECKING:
    from warehouse.serving.server import Connection

pytestmark = pytest.mark.slow

PASSWORD = "một mật khẩu dài"  # noqa: S105 (of a server that lives as long as the test)
READER = "so_noi_vu_hue"
JDBC = (Path("/usr/share/java/postgresql.jar"), Path("/usr/share/java/postgresql-jdbc4.jar"))


@pytest.fixture(scope="module")
def server() -> Generator[dict[str, str]]:
    pytest.importorskip("psycopg", reason="the packages of servers are not installed (make setup-scale)")
    with temporary_server() as environment:
        yield environment


@pytest.fixture(scope="module")
def places(server: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Places:
    return places_of(server, tmp_path_factory.mktemp("home"))


def _own(places: Places, database: str) -> Places:
    from dataclasses import replace

    return replace(places, database=database)


@pytest.fixture(scope="module")
def served(refreshed: Instance, server: dict[str, str], places: Places) -> Places:
    done = refreshed.run("serve", "postgres", "--json", environment=server)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["release_id"], said["was_there"]) == (refreshed.release.name, False)
    assert {"postgres", "template1"} <= set(said["open_elsewhere"])
    assert 'revoke connect on database "' in done.stderr
    add_reader(places, READER, PASSWORD, Limits(seconds=5))
    again = refreshed.run("serve", "postgres", environment=server)
    assert f"{refreshed.release.name} stands on 127.0.0.1" in again.stdout
    return places


def _psql(places: Places, sql: str, *, user: str = READER, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    command = [
        "psql",
        "-h",
        places.host,
        "-p",
        str(places.port),
        "-U",
        user,
        "-d",
        places.database,
        "-At",
        "-v",
        "ON_ERROR_STOP=1",
        "-c",
        sql,
    ]
    return subprocess.run(
        command, env=os.environ | {"PGPASSWORD": password}, capture_output=True, text=True, check=False, timeout=60
    )


def _started(places: Places, sql: str, *, user: str = READER) -> subprocess.Popen[str]:
    """A client that is still busy when this returns."""
    place = f"host={places.host} port={places.port} user={user} dbname={places.database}"
    command = ["psql", place, "-v", "ON_ERROR_STOP=1", *(part for one in sql.split("; ") for part in ("-c", one))]
    own = os.environ | {"PGPASSWORD": PASSWORD}
    return subprocess.Popen(command, env=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_psql_answers_a_question_of_the_readme_and_tells_what_a_column_means(served: Places, refreshed: Instance) -> None:
    asked = (
        "select score, rank, rank_out_of from rpt_scores where year = 2023 and province_code = '46' and criterion_code = 'S'"
    )
    assert _psql(served, asked).stdout.strip() == "82.28|32|63"
    assert _psql(served, "select release_id from release").stdout.strip() == refreshed.release.name
    meaning = _psql(served, "select col_description('cchc.rpt_scores'::regclass, 15)").stdout
    assert meaning.startswith("VI: Điểm được chọn")
    assert "rpt_scores" in _psql(served, "\\dv").stdout


FIGURES = """select cast(sum(score) as {1}(18, 4)), count(raw_text), count(distinct criterion_name_vi), max(length(source_note)),
    count(*) filter (where has_conflict), max(year) from {0}"""


def test_every_table_on_the_server_equals_the_release(served: Places, refreshed: Instance) -> None:
    counts = read_manifest(refreshed.release).row_counts
    with connect(served) as server:
        for table, count in counts.items():
            row = server.execute(f"select count(*) from cchc.{table}").fetchone()  # type: ignore[arg-type]
            assert row == (count,), table
        figures = server.execute(FIGURES.format("cchc.rpt_scores", "numeric")).fetchone()  # type: ignore[arg-type]
    with duckdb.connect(str(refreshed.release / "cchc.duckdb"), read_only=True) as connection:
        wanted = connection.execute(FIGURES.format("rpt_scores", "decimal")).fetchone()
    assert figures == wanted


def test_another_duckdb_reads_the_server_through_its_own_extension(served: Places, tmp_path: Path) -> None:
    import importlib

    packaged = importlib.import_module("duckdb_extensions")
    with duckdb.connect(config={"extension_directory": str(tmp_path)}) as connection:
        packaged.import_extension("postgres_scanner", con=connection)
        connection.execute("load postgres_scanner")
        connection.execute(
            f"create secret (type postgres, host '127.0.0.1', port {served.port}, user '{READER}', password {quoted(PASSWORD)}, "
            f"database '{served.database}')"
        )
        connection.execute("attach '' as server (type postgres, read_only)")
        row = connection.execute("select count(*) from server.cchc.rpt_scores where year = 2023").fetchone()
    assert row is not None
    assert row[0] > 700


def _odbc(places: Places, sql: str) -> str:
    """What the ODBC driver of PostgreSQL gives, the one by which Excel reads (here through unixODBC's own client)."""
    if shutil.which("isql") is None:
        pytest.skip("unixODBC is not installed: scripts/install_system_packages.sh scale")
    address = f"DRIVER=PostgreSQL Unicode;SERVER={places.host};PORT={places.port};DATABASE={places.database};UID={READER}"
    command = ["isql", "-v", "-k", "-b", "-d|", f"{address};PWD={{{PASSWORD}}}"]
    done = subprocess.run(command, input=f"{sql}\n", capture_output=True, text=True, check=False, timeout=60)
    return done.stdout


def test_the_odbc_driver_that_excel_uses_gives_the_figures_with_their_diacritics(served: Places) -> None:
    asked = "select province, score, rank, rank_out_of, has_conflict from rpt_scores where year = 2023 and province_code = '46' and "
    assert _odbc(served, asked + "criterion_code = 'S'").strip() == "Thừa Thiên Huế|82.28|32|63|0"
    assert _odbc(served, "select count(*) from cchc.release").strip() == "1", "also under the name of the schema"
    assert "permission denied" in _odbc(served, "select * from cchc_internal.active")


@contextmanager
def _java() -> Generator[Any]:
    """Java's virtual machine with the JDBC driver of PostgreSQL, the one by which DBeaver and Metabase read."""
    py4j = pytest.importorskip("py4j.java_gateway", reason="the packages of servers are not installed (make setup-scale)")
    driver = next((path for path in JDBC if path.is_file()), None)
    if driver is None or shutil.which("java") is None:
        pytest.skip("the JDBC driver of PostgreSQL is not installed: scripts/install_system_packages.sh scale")
    gateway = py4j.JavaGateway.launch_gateway(classpath=str(driver), die_on_exit=True)
    try:
        yield gateway.jvm
    finally:
        gateway.shutdown()


def _rows(result: Any, *columns: str) -> list[tuple[str, ...]]:
    """What a ResultSet of Java holds."""
    found: list[tuple[str, ...]] = []
    while result.next():
        found.append(tuple(str(result.getString(column)) for column in columns))
    return found


def test_the_jdbc_driver_that_dbeaver_and_metabase_use_lists_the_tables_with_their_meaning(served: Places) -> None:
    """As they do it: the catalogue by DatabaseMetaData, then a read-only transaction that fetches by parts."""
    with _java() as java:
        address = f"jdbc:postgresql://{served.host}:{served.port}/{served.database}"
        connection = java.java.sql.DriverManager.getConnection(address, READER, PASSWORD)
        about = connection.getMetaData()
        tables = _rows(about.getTables(None, "cchc", "%", None), "REMARKS")
        columns = _rows(about.getColumns(None, "cchc", "rpt_scores", "%"), "COLUMN_NAME", "TYPE_NAME", "REMARKS")
        schemas = {name for (name,) in _rows(about.getSchemas(), "TABLE_SCHEM")}
        connection.setReadOnly(True)
        connection.setAutoCommit(False)
        statement = connection.createStatement()
        statement.setFetchSize(500)
        hue = "select province, score, rank from rpt_scores where year = 2023 and province_code = '46' and criterion_code = 'S'"
        assert _rows(statement.executeQuery(hue), "province", "score", "rank") == [("Thừa Thiên Huế", "82.28", "32")]
        papi = _rows(statement.executeQuery("select claim_id from rpt_scores where index_code = 'PAPI'"), "claim_id")
        connection.rollback()
        connection.close()
    with connect(served) as server:
        assert server.execute("select count(*) from cchc.rpt_scores where index_code = 'PAPI'").fetchone() == (len(papi),)
    assert len(papi) > 5000
    assert "cchc" in schemas
    assert all(remark.startswith("VI: ") for (remark,) in tables), "a table without its meaning"
    assert len(tables) > 40
    assert all(remark.startswith("VI: ") for _, _, remark in columns), "a column without its meaning"
    assert {name: kind for name, kind, _ in columns}["score"] == "float8"


def test_sqlalchemy_by_which_superset_reads_finds_the_views_and_their_comments(served: Places) -> None:
    import sqlalchemy

    address = sqlalchemy.URL.create("postgresql+psycopg2", READER, PASSWORD, served.host, served.port, served.database)
    engine = sqlalchemy.create_engine(address)
    try:
        found = sqlalchemy.inspect(engine)
        assert "rpt_scores" in found.get_view_names(schema="cchc")
        columns = {column["name"]: column for column in found.get_columns("rpt_scores", schema="cchc")}
        assert str(columns["score"].get("comment")).startswith("VI: Điểm được chọn")
        with engine.connect() as connection:
            asked = "select score from cchc.rpt_scores where year = :year and province = :province and criterion_code = 'S'"
            values = {"year": 2023, "province": "Thừa Thiên Huế"}
            assert connection.execute(sqlalchemy.text(asked), values).scalar_one() == 82.28
    finally:
        engine.dispose()


ATTEMPTS = """
create table x (i int)
create table cchc.x (i int)
create temp table x (i int)
create schema s
create view v as select 1
create function f() returns int language sql as 'select 1'
do $$ begin end $$
create extension dblink
load 'plpgsql'
insert into cchc.release select * from cchc.release
update cchc.release set release_id = 'x'
delete from cchc.rpt_scores
truncate cchc.rpt_scores
drop view cchc.rpt_scores
lock table cchc.rpt_scores in access exclusive mode
select * from release_1_a.rpt_scores
select * from cchc_internal.active
update cchc_internal.active set slot = 'b'
copy (select 1) to '/tmp/x'
copy cchc.release from '/etc/passwd'
copy (select 1) to program 'id'
select pg_read_file('/etc/passwd')
select pg_ls_dir('/')
select lo_create(0)
select lo_import('/etc/passwd')
select lo_from_bytea(0, 'x')
select pg_logical_emit_message(false, 'x', repeat('x', 1000))
select pg_logical_emit_message(true, 'x', 'y'::bytea)
update cchc_internal.reader set seconds = 100000
lock table cchc_internal.publisher
comment on role so_noi_vu_hue is 'x'
set role cchc
set session authorization cchc
alter role so_noi_vu_hue superuser
alter role so_noi_vu_hue connection limit 1000
create role x
grant cchc_reader to public
select * from pg_authid
alter system set work_mem = '1GB'
vacuum cchc.release
""".strip().splitlines()


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_reader_cannot_write_nor_reach_files_nor_gain_rights(served: Places, attempt: str) -> None:
    """Also when he has lifted what only his own settings forbid."""
    done = _psql(served, f"set default_transaction_read_only = off; {attempt}")
    lifted = _psql(served, f"begin read write; {attempt}; commit")
    for one in (done, lifted):
        assert one.returncode != 0, one.stdout
        assert "ERROR" in one.stderr


def _stopped(server: Connection) -> str:
    """What is said of the first statement that is stopped."""
    end, said = time.monotonic() + 30, list[str]()
    while not said and time.monotonic() < end:
        time.sleep(0.3)
        said = stop_late(server)
    return "; ".join(said)


def test_time_limits_hold_also_for_who_lifts_his_own_and_each_reader_has_his_own(served: Places) -> None:
    late = _psql(served, "select pg_sleep(20)")
    assert "canceling statement due to statement timeout" in late.stderr
    add_reader(served, "bao_cao_lon", PASSWORD, Limits(seconds=600, connections=3))
    allowed = _started(served, "set statement_timeout = 0; select pg_sleep(9)", user="bao_cao_lon")
    started = _started(_own(served, "postgres"), "set statement_timeout = 0; select pg_sleep(60)")  # another database than ours
    with connect(served) as server:
        assert _stopped(server).startswith(f"{READER}: a statement stopped after ")
        assert {one.name: one.limits.seconds for one in readers(server)} == {"bao_cao_lon": 600, READER: 5}
    assert started.communicate(timeout=30)[1].count("canceling statement due to user request") == 1
    allowed.communicate(timeout=30)
    assert allowed.returncode == 0, "who may have ten minutes is not held to another's five seconds"
    drop_reader(served, "bao_cao_lon")


def test_the_list_of_readers_tells_what_each_may_take(served: Places, refreshed: Instance, server: dict[str, str]) -> None:
    done = refreshed.run("serve", "reader", "list", environment=server)
    assert done.stdout.strip() == f"{READER}: 5 s a statement, 20 connections"
    listed = json.loads(refreshed.run("serve", "reader", "list", "--json", environment=server).stdout)
    assert (listed[0]["name"], listed[0]["seconds"], listed[0]["connections"]) == (READER, 5, 20)


def test_no_reader_keeps_a_release_from_being_served_and_two_publishers_do_not_mix(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, published = _own(places, "cchc_lock"), tmp_path / "published"
    publish_to_postgres(publish_marked(tmp_path, published, "synthetic0", monkeypatch), own)
    add_reader(own, READER, PASSWORD, Limits())
    holder = _started(own, "select pg_advisory_lock(n) from generate_series(7242000, 7242020) n; select pg_sleep(15)")
    with connect(own) as server:
        while not server.execute("select 1 from pg_locks where locktype = 'advisory'").fetchone():
            time.sleep(0.1)
        following = publish_marked(tmp_path, published, "synthetic1", monkeypatch)
        with server.transaction():
            server.execute("lock table cchc_internal.publisher in exclusive mode")
            with pytest.raises(ServingError, match="another process fills database cchc_lock just now; try again"):
                publish_to_postgres(following, own)
        assert publish_to_postgres(following, own).release_id == following.release_id
        assert server.execute("select release_id from cchc.release").fetchone() is not None
    assert holder.poll() is None, "he holds his locks all the while"
    holder.kill()
    holder.communicate()


@pytest.fixture(scope="module")
def of_a_plain_owner(refreshed: Instance, server: dict[str, str], places: Places) -> tuple[Places, str]:
    """The release in a database whose owner may make roles and is no superuser, with a reader in it; what the command said."""
    from dataclasses import replace

    with connect(places) as superuser:
        superuser.execute("create role chu login createrole")
        superuser.execute("create database cua_chu owner chu template template0 lc_collate 'C' lc_ctype 'C'")
    environment = server | {"CCHC_PG_USER": "chu", "CCHC_PG_DATABASE": "cua_chu"}
    done = refreshed.run("serve", "postgres", environment=environment)
    assert done.returncode == 0, done.stderr
    return replace(places, user="chu", database="cua_chu"), done.stderr


def test_an_owner_who_is_no_superuser_is_told_what_he_cannot_take_from_readers(
    of_a_plain_owner: tuple[Places, str],
) -> None:
    owner, said = of_a_plain_owner
    assert (
        "readers may also run blocks of code (do) and store large objects of their own and write into the server's log" in said
    )
    assert "run `cchc serve postgres` once as one" in said
    add_reader(owner, "bao_chi", PASSWORD, Limits())
    stored = _psql(owner, "begin read write; select lo_from_bytea(0, 'x'); commit", user="bao_chi")
    assert stored.returncode == 0, "else the warning would not be needed"
    assert _psql(owner, "select count(*) > 7000 from rpt_scores", user="bao_chi").stdout.strip() == "t"
    drop_reader(owner, "bao_chi")
    with connect(owner) as server:
        assert "bao_chi" not in {one.name for one in readers(server)}
        assert server.execute("select count(*) from pg_largeobject_metadata").fetchone() == (0,)
    assert "does not exist" in _psql(owner, "select 1", user="bao_chi").stderr


def test_a_reader_who_lifted_his_limits_for_good_is_stopped_by_an_owner_who_is_no_superuser(
    of_a_plain_owner: tuple[Places, str],
) -> None:
    owner, _ = of_a_plain_owner
    add_reader(owner, "co_quan", PASSWORD, Limits(seconds=2))
    lifted = _psql(
        owner, "begin read write; alter role co_quan in database cua_chu set statement_timeout = 0; commit", user="co_quan"
    )
    assert lifted.returncode == 0, "else nothing would have to be held"
    sleeper = _started(owner, "select pg_sleep(60)", user="co_quan")
    with connect(owner) as server:
        assert _stopped(server).startswith("co_quan: a statement stopped after ")
    assert "canceling statement due to user request" in sleeper.communicate(timeout=30)[1]
    add_reader(owner, "co_quan", PASSWORD, Limits(seconds=3))
    assert _psql(owner, "show statement_timeout", user="co_quan").stdout.strip() == "3s", "adding him again puts them back"
    sleeper = _started(owner, "set statement_timeout = 0; select pg_sleep(60)", user="co_quan")
    with connect(owner) as server:
        while not server.execute("select 1 from pg_stat_activity where usename = 'co_quan'").fetchone():
            time.sleep(0.1)
    drop_reader(owner, "co_quan")
    assert "terminating connection" in sleeper.communicate(timeout=30)[1]


def test_a_reader_who_owns_something_elsewhere_is_shut_out_and_the_next_step_is_said(served: Places, places: Places) -> None:
    add_reader(served, "co_so_huu", PASSWORD, Limits())
    with connect(_own(places, "elsewhere")) as superuser:
        superuser.execute("create schema of_his authorization co_so_huu")
    with pytest.raises(ServingError, match=r"co_so_huu can no longer log in.*in database elsewhere\. As a superuser"):
        drop_reader(served, "co_so_huu")
    with connect(served) as server:
        assert {one.name: one.may_log_in for one in readers(server)}["co_so_huu"] is False
    assert "is not permitted to log in" in _psql(served, "select 1", user="co_so_huu").stderr
    with connect(_own(places, "elsewhere")) as superuser:
        superuser.execute("drop owned by co_so_huu")
    drop_reader(served, "co_so_huu")


def test_readers_are_added_changed_and_taken_away_by_name(served: Places) -> None:
    for name, words in (
        ("Robert'); drop", "expected a name of small letters"),
        ("cchc_reader", "expected a name"),
        ("cchc", "is no reader"),
    ):
        with pytest.raises(ServingError, match=words):
            add_reader(served, name, PASSWORD, Limits())
    with pytest.raises(ServingError, match="at least 12 letters"):
        add_reader(served, "bao_chi", "ngắn", Limits())
    add_reader(served, "bao_chi", "dài \" và ' nữa", Limits(connections=1))
    assert _psql(served, "show search_path", user="bao_chi", password=PASSWORD).returncode in (0, 2)
    with connect(served) as server:
        assert {"bao_chi", READER} <= {one.name for one in readers(server)}
    drop_reader(served, "bao_chi")
    with pytest.raises(ServingError, match=rf"expected a reader of .*{READER}.*, found 'bao_chi'"):
        drop_reader(served, "bao_chi")


def test_a_server_that_is_not_there_is_named_without_a_traceback(refreshed: Instance) -> None:
    done = refreshed.run("serve", "postgres", environment={"CCHC_PG_PORT": "1", "CCHC_PG_PASSWORD": "geheim"})
    assert done.returncode == 2
    assert "expected a PostgreSQL server at 127.0.0.1:1" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Connection refused. Start the server" in done.stderr, "libpq's question below that line is left out"
    assert "geheim" not in done.stderr


def test_a_login_that_cannot_serve_is_told_what_it_lacks(
    of_a_plain_owner: tuple[Places, str], refreshed: Instance, server: dict[str, str]
) -> None:
    owner, _ = of_a_plain_owner
    add_reader(owner, "doc_thoi", PASSWORD, Limits())
    for own, words in (
        ({"CCHC_PG_USER": "chu", "CCHC_PG_DATABASE": "chua-co"}, 'As a superuser: create database "chua-co" owner "chu"'),
        (
            {"CCHC_PG_USER": "doc_thoi", "CCHC_PG_DATABASE": owner.database, "CCHC_PG_PASSWORD": PASSWORD},
            "a reader's login cannot",
        ),
    ):
        for command in (("serve", "postgres"), ("serve", "reader", "list")):
            done = refreshed.run(*command, environment=server | own)
            assert done.returncode == 2
            assert words in done.stderr
            assert "Traceback" not in done.stderr
    drop_reader(owner, "doc_thoi")


def test_fifty_readers_of_postgres_meet_no_error_and_no_mixture_in_twenty_publishes(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, published = _own(places, "cchc_readers"), tmp_path / "published"
    publish_to_postgres(publish_marked(tmp_path, published, "synthetic0", monkeypatch), own)
    add_reader(own, READER, PASSWORD, Limits(connections=60))
    address = f"host=127.0.0.1 port={own.port} user={READER} password='{PASSWORD}' dbname={own.database}"
    with reading("postgres", address, tmp_path, processes=2, threads=25) as seen:
        for number in range(1, 21):
            publish_to_postgres(publish_marked(tmp_path, published, f"synthetic{number}", monkeypatch), own)
    print(f"{seen.answers} answers of {len(seen.marks)} releases")
    assert (seen.errors, seen.mixed) == ([], [])
    assert len(seen.marks) > 10


def test_readers_meet_no_error_when_a_release_has_other_columns(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, published = _own(places, "cchc_columns"), tmp_path / "published"
    release = publish_marked(tmp_path, published, "synthetic0", monkeypatch)
    publish_to_postgres(release, own)
    add_reader(own, READER, PASSWORD, Limits(connections=60))
    address = f"host=127.0.0.1 port={own.port} user={READER} password='{PASSWORD}' dbname={own.database}"
    with reading("postgres", address, tmp_path, processes=2, threads=5) as seen:
        for number in range(1, 7):
            release = publish_marked(tmp_path, published, f"synthetic{number}", monkeypatch)
            with duckdb.connect(str(release.database)) as connection:
                connection.execute(f"alter table two add column extra_{number} integer")
            publish_to_postgres(release, own)
    assert (seen.errors, seen.mixed) == ([], [])
    with connect(own) as server:
        rows = server.execute("select nspname from pg_namespace where nspname like 'release%' order by 1").fetchall()
    assert [name for (name,) in rows] == ["release_7_a", "release_7_b"], "what nobody is pointed at any more is gone"
