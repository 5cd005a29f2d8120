"""What a reader may ask over Quack: selects of the release; nothing that writes, reaches files, or acts on the server."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from warehouse.serving.errors import ServingError
from warehouse.serving.quack import token_of
from warehouse.serving.quack_rules import Rules

RULES = Rules()


@pytest.mark.parametrize(
    "statement",
    [
        "select province, score from rpt_scores where year = 2023 and province = 'Thừa Thiên Huế'",
        "FROM main.rpt_scores",
        "with a as (select 1 as x) select count(*) from a join rpt_scores on true",
        "select * from range(3), unnest([1, 2])",
        "select schema_name, sql, 'table' from duckdb_tables() union all select schema_name, view_name, 'view' from duckdb_views()",
        "select catalog_name from information_schema.schemata",
        "describe rpt_scores",
        "show tables",
        "summarize rpt_scores",
        "BEGIN TRANSACTION",
        "commit;",
        "select 'drop table x; quack_stop' as words",
    ],
)
def test_what_asks_the_release_may_run(statement: str) -> None:
    assert RULES.why_not(statement) is None


@pytest.mark.parametrize(
    "statement",
    [
        "create table x (i int)",
        "create temp table x (i int)",
        "create or replace view rpt_scores as select 1",
        "insert into rpt_scores select * from rpt_scores",
        "update rpt_scores set score = 1",
        "delete from rpt_scores",
        "drop view rpt_scores",
        "copy rpt_scores to '/tmp/x.csv'",
        "export database '/tmp/x'",
        "attach '/tmp/x.db'",
        "detach release_1",
        "install httpfs",
        "load httpfs",
        "set memory_limit = '1TB'",
        "reset memory_limit",
        "use release_1",
        "checkpoint",
        "pragma database_list",
        "call quack_stop('quack:127.0.0.1:9494')",
        "select * from quack_stop('quack:127.0.0.1:9494')",
        "select * from quack_serve('quack:0.0.0.0:1', token := 'x')",
        "select * from quack_active_connections()",
        "select quack_check_token('a', 'b', 'c')",
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from parquet_scan('/x')",
        "select * from glob('/etc/*')",
        "select * from sniff_csv('/etc/passwd')",
        "from '/etc/passwd'",
        "from 'https://example.invalid/x.parquet'",
        'from "file.csv"',
        "select * from duckdb_secrets()",
        "select * from duckdb_settings()",
        "select current_setting('quack_authorization_function')",
        "select getenv('HOME')",
        "select * from query('select 1')",
        "select * from query_table('rpt_scores')",
        "select (select count(*) from read_csv('/etc/passwd'))",
        "with a as (from read_text('/etc/passwd')) select 1",
        "select 1; drop view rpt_scores",
        "prepare v as select 1",
        "explain analyze select 1",
        "not sql at all",
        "",
    ],
)
def test_what_writes_reaches_out_or_acts_on_the_server_is_refused_with_words(statement: str) -> None:
    words = RULES.why_not(statement)
    assert words
    assert not RULES.may("session", statement)


def test_a_token_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "serving" / "quack.token"
    token = token_of(path)
    assert len(token) >= 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert token_of(path) == token


def test_a_token_that_others_can_read_or_guess_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "quack.token"
    path.write_text("x" * 40, encoding="utf-8")
    os.chmod(path, 0o644)  # noqa: PTH101
    with pytest.raises(ServingError, match="expected a token that only its owner may read, found rights 644; run: chmod 600"):
        token_of(path)
    path.write_text("short", encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(ServingError, match="expected a token of at least 16 letters, found 5"):
        token_of(path)
