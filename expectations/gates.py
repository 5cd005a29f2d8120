"""The two gates: every rule of a rule book, run by Great Expectations on a database file, and what came of it.

Gate 1 judges schema `raw` before dbt builds on it; gate 2 judges the built marts before they are published. Both only read.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, cast

from expectations.judged import BATCH, Judged, judged
from expectations.listings import KnownFailure, listings_for, listings_of
from expectations.models import (
    JUDGED_COLUMNS,
    RULES_DIR,
    GateName,
    Rule,
    RuleBook,
    load_rule_book,
)
from expectations.report import Failure, GateReport, RuleResult, RuleStatus, covers
from extractors.catalogue.corrections import load_decisions
from extractors.records import Locator

if TYPE_CHECKING:
    from types import ModuleType

    import duckdb
    from great_expectations.core.validation_definition import ValidationDefinition
    from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource

__all__ = ["Failure", "GateError", "GateReport", "RuleResult", "load_rule_book", "run_gate"]

READING_ORDER = "document_id, sheet, page, table_number, row_number, column_number, edition_id, entity_code, criterion_code"
PLACE = ("page", "table_number", "row_number", "column_number")
VERDICTS = frozenset({"pass", "fail", "incomplete"})


class GateError(RuntimeError):
    """A gate that cannot run at all: no database, or not the schema it judges."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What Great Expectations says about one rule: number of failing rows, or why it could not tell."""

    failed_count: int = 0
    error: str = ""


def run_gate(
    gate: GateName,
    database: Path,
    *,
    today: date,
    run_id: str,
    rules_dir: Path = RULES_DIR,
    listings: Iterable[KnownFailure] | None = None,
) -> GateReport:
    """Judge `database` by the rule book of `gate`. `today` decides which listings of known failures are still in force;
    `listings` are by default those of the catalogue that ships with the code.

    Opens the file read-only and leaves no connection behind. Raises GateError if the database or the table that the gate starts
    from is missing, RuleBookError if a rule file is malformed. A rule that breaks is a result (`crashed`), never an exception.
    """
    book = load_rule_book(gate, rules_dir)
    every = listings_for(book, listings_of(load_decisions()) if listings is None else listings)
    in_force = tuple(listing for listing in every if listing.is_in_force(today))
    require_batch(book, database)
    expired = tuple(listing for listing in every if listing not in in_force)
    with judged(book, database) as rows:
        verdicts = _great_expectations_verdicts(book, rows)
        results = _results(book, rows, verdicts, in_force, expired)
    tolerated = [failure for result in results for failure in result.tolerated]
    return GateReport(
        gate=gate,
        run_id=run_id,
        checked_at=datetime.now(UTC),
        results=results,
        known_failures=in_force,
        unmatched_listings=tuple(k for k in in_force if not any(covers(k, failure) for failure in tolerated)),
    )


def require_batch(book: RuleBook, database: Path) -> None:
    import duckdb

    table = f"{book.batch_schema}.{book.batch_table}"
    if not database.is_file():
        raise GateError(
            f"{database}: expected a database with {table} for {book.gate}, found no file -> run the steps before it"
        )
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            found = connection.execute(
                "select count(*) from information_schema.tables where table_schema = ? and table_name = ?",
                [book.batch_schema, book.batch_table],
            ).fetchone()
    except duckdb.Error as error:
        raise GateError(f"{database}: expected a DuckDB database that can be read, found: {error}") from error
    if not found or not found[0]:
        raise GateError(f"{database}: expected {table} for {book.gate}, found no such table -> run the steps before it")


@contextmanager
def _unseen(module: str) -> Generator[None]:
    """Great Expectations loads PySpark wherever it is installed, which warns of its own neighbours, and ends a program without a file.

    While inside, importing `module` fails as if it were not there; the gates never use it.
    """
    if module in sys.modules:
        yield
        return
    sys.modules[module] = cast("ModuleType", None)
    try:
        yield
    finally:
        del sys.modules[module]


def validation_of(book: RuleBook, rows: Judged) -> tuple[EphemeralDataContext, ValidationDefinition]:
    """One suite per gate, one UnexpectedRowsExpectation per rule, in a context that lives as long as its caller keeps it."""
    # Loading Great Expectations takes about four seconds: only a run of a gate pays for it.
    with _unseen("pyspark"):
        import great_expectations as gx
        from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
    from sqlalchemy.pool import NullPool

    from expectations.dialect import engine_url

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # pyright: ignore[reportAttributeAccessIssue]
    # Its type stub leaves out `kwargs`, which are those of SQLAlchemy's create_engine.
    add_sql = cast("Callable[..., SQLDatasource]", context.data_sources.add_sql)
    source = add_sql(
        f"{book.gate}_database",
        connection_string=engine_url(rows.database).render_as_string(hide_password=False),
        create_temp_table=False,
        # A pooled connection would keep the file open after the gate has ended.
        kwargs={"poolclass": NullPool},
    )
    asset = source.add_table_asset(book.batch_table, table_name=BATCH, schema_name="main")
    suite = context.suites.add(gx.ExpectationSuite(book.gate))
    for rule in book.rules:
        suite.add_expectation(
            UnexpectedRowsExpectation(
                unexpected_rows_query=_failing_sql(rule),
                description=rule.title_en,
                meta={"rule_id": rule.id, "severity": rule.severity, "owner": rule.owner},
            )
        )
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=book.gate, data=asset.add_batch_definition_whole_table("whole"), suite=suite)
    )
    return context, definition


def _failing_sql(rule: Rule) -> str:
    """The failing rows of a rule. Great Expectations warns of a query that does not name its batch; the rows were judged from it."""
    columns = ", ".join(JUDGED_COLUMNS)
    return f"select {columns} from \"{rule.id}\" where verdict = 'fail' and (select count(*) from {{batch}}) >= 0"


def _great_expectations_verdicts(book: RuleBook, rows: Judged) -> Mapping[str, _Verdict]:
    _, definition = validation_of(book, rows)
    outcome = definition.run(result_format="BASIC")
    verdicts: dict[str, _Verdict] = {}
    for result in outcome.results:
        meta = cast("dict[str, str]", result.expectation_config.meta if result.expectation_config else {})
        rule_id = meta["rule_id"]
        error = rows.wrong.get(rule_id) or crash_message(cast("Mapping[str, object]", result.exception_info or {}))
        count = 0 if error else int(cast("dict[str, int]", result.result)["observed_value"])
        verdicts[rule_id] = _Verdict(count, error)
    return verdicts


def crash_message(exception_info: Mapping[str, object]) -> str:
    """Why a check did not run, or "". Great Expectations gives one record, or one record for each metric that broke."""
    records = [exception_info, *(value for value in exception_info.values() if isinstance(value, Mapping))]
    for record in cast("list[Mapping[str, object]]", records):
        if record.get("raised_exception"):
            message = " ".join(str(record.get("exception_message") or "no message").split())
            # SQLAlchemy repeats the whole query behind the reason; the rule file holds it already.
            return message.partition(" [SQL:")[0]
    return ""


def _results(
    book: RuleBook,
    rows: Judged,
    verdicts: Mapping[str, _Verdict],
    listings: tuple[KnownFailure, ...],
    expired: tuple[KnownFailure, ...],
) -> tuple[RuleResult, ...]:
    import duckdb

    with duckdb.connect(str(rows.database), read_only=True) as connection:
        return tuple(_result(rule, connection, verdicts[rule.id], listings, expired) for rule in book.rules)


def _result(
    rule: Rule,
    connection: duckdb.DuckDBPyConnection,
    verdict: _Verdict,
    listings: tuple[KnownFailure, ...],
    expired: tuple[KnownFailure, ...],
) -> RuleResult:
    if verdict.error:
        return RuleResult(rule, "crashed", 0, error=verdict.error)
    # Great Expectations hands out 200 rows at most; a document is judged by all of its failures, so they are read here.
    table, columns = f'"{rule.id}"', ", ".join(JUDGED_COLUMNS)
    rows = _query(connection, f"select {columns} from {table} where verdict is distinct from 'pass' order by {READING_ORDER}")
    passed = int(str(_query(connection, f"select count(*) as n from {table} where verdict = 'pass'")[0]["n"]))
    strange = {str(row["verdict"]) for row in rows} - VERDICTS
    if strange:
        return RuleResult(rule, "crashed", 0, error=f"expected verdict pass, fail or incomplete, found {sorted(strange)}")
    failed = [_failure(rule, row) for row in rows if row["verdict"] == "fail"]
    if len(failed) != verdict.failed_count:
        return RuleResult(rule, "crashed", 0, error=f"two readings differ: {verdict.failed_count} and {len(failed)} failures")
    tolerated = tuple(f for f in failed if any(covers(listing, f) for listing in listings))
    failures = tuple(_with_expiry(f, expired) for f in failed if f not in tolerated)
    status: RuleStatus = "failed" if failures else "passed_with_listed_failures" if tolerated else "passed"
    return RuleResult(
        rule,
        status,
        checked_count=passed + len(failed),
        failures=failures,
        tolerated=tolerated,
        incomplete=tuple(_failure(rule, row) for row in rows if row["verdict"] == "incomplete"),
    )


def _with_expiry(failure: Failure, expired: tuple[KnownFailure, ...]) -> Failure:
    """The failure, saying that it was accepted once and until when."""
    ended = next((listing for listing in expired if covers(listing, failure)), None)
    if ended is None:
        return failure
    note = f"accepted as printed until {ended.expires_on.isoformat()} ({ended.correction_id}), which is past: look again"
    return replace(failure, detail=f"{failure.detail}; {note}" if failure.detail else note)


def _query(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Mapping[str, object]]:
    answer = connection.execute(sql)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def figure_text(value: object) -> str:
    """A figure as a person writes it: no trailing zeros, no binary noise; text stays as it is, null is empty."""
    if value is None:
        return ""
    if isinstance(value, float):
        value = Decimal(repr(value)).quantize(Decimal("1e-6"))
    if isinstance(value, Decimal):
        text = format(value, "f")
        return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
    return str(value)


def _failure(rule: Rule, row: Mapping[str, object]) -> Failure:
    page, table, line, column = (cast("int | None", row[name]) for name in PLACE)
    text = {name: figure_text(row[name]) for name in JUDGED_COLUMNS}
    return Failure(
        rule_id=rule.id,
        document_id=text["document_id"],
        original_id=text["original_id"],
        edition_id=text["edition_id"],
        entity_code=text["entity_code"],
        criterion_code=text["criterion_code"],
        measure=text["measure"],
        locator=Locator(page, table, line, column, sheet=cast("str | None", row["sheet"]), a1=cast("str | None", row["a1"])),
        raw_text=text["raw_text"],
        expected=text["expected"],
        found=text["found"],
        tolerance=text["tolerance"],
        detail=text["detail"],
        is_incomplete=row["verdict"] == "incomplete",
    )
