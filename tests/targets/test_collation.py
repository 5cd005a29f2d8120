"""A database that sorts by the rules of a language is refused: the order of texts decides ties, so figures would hang on it."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import duckdb
import pytest

from tests.targets.cluster import temporary_server
from warehouse.targets import TargetError, places_of
from warehouse.targets.attach import attached

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Generator[dict[str, str]]:
    pytest.importorskip("duckdb_extensions", reason="the packages of the other targets are not installed (make setup-scale)")
    with temporary_server() as environment:
        yield environment


def test_a_database_that_icu_sorts_is_refused_and_a_missing_one_sorts_by_bytes(server: dict[str, str], tmp_path: Path) -> None:
    build = tmp_path / "build.duckdb"
    duckdb.connect(str(build)).close()
    create = "create database in_icu template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C' locale_provider icu icu_locale 'vi'"
    order = (
        "select * from postgres_query('target', 'select name from (values (''a''), (''B''), (''Đ'')) as t (name) order by 1')"
    )
    with attached(build, "postgres", places_of(server, tmp_path)) as connection:
        assert connection.execute(order).fetchall() == [("B",), ("a",), ("Đ",)]
        connection.execute(f"call postgres_execute('target', $${create}$$, use_transaction = false)")
    with (
        pytest.raises(TargetError, match="expected database in_icu in UTF8 with collation C, found UTF8 with the rules of ICU"),
        attached(build, "postgres", places_of(server | {"CCHC_PG_DATABASE": "in_icu"}, tmp_path)),
    ):
        pass
    with attached(build, "postgres", places_of(server, tmp_path)) as connection:
        assert len(connection.execute(order).fetchall()) == 3
