"""Many readers at once of something that is published again and again: each result must be of one release, and none an error.

Run as a program: `python -m tests.targets.readers KIND ADDRESS STOP_FILE THREADS`; it prints what its threads saw as JSON. `KIND` is
`file`, `postgres` or `quack`. The releases are synthetic: every row of tables `one` and `two` carries the mark of its release, which is
also the fingerprint in table `release`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import REPOSITORY
from tests.unit.releases import NOW, without_marts
from warehouse.publish import publish
from warehouse.releases import Release

SINGLE = "select distinct mark from one"
JOINED = "select distinct one.mark || ' ' || two.mark || ' ' || fingerprint from one join two using (i) cross join release"
COUNTED = "select mark || ' ' || count(*) from two group by mark"
QUERIES = (SINGLE, JOINED, COUNTED)
ROWS = 400


def publish_marked(folder: Path, published: Path, mark: str, monkeypatch: pytest.MonkeyPatch) -> Release:
    """A release of which every row says `mark`."""
    without_marts(monkeypatch)
    build = folder / "build.duckdb"
    build.unlink(missing_ok=True)
    with duckdb.connect(str(build)) as connection:
        connection.execute("create schema marts")
        for table in ("one", "two"):
            connection.execute(f"create table marts.{table} as select '{mark}' as mark, i::int as i from range({ROWS}) as t(i)")
    return publish(build, published, fingerprint=mark, facts={}, now=NOW)


@dataclass
class Seen:
    """What readers saw. `mixed`: results that are not of one release; `marks`: releases that were seen."""

    answers: int = 0
    errors: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)

    def judge(self, query: str, rows: Sequence[Sequence[Any]]) -> str | None:
        """The release that an answer is of."""
        self.answers += 1
        marks = {word for row in rows for word in str(row[0]).split() if word.startswith("synthetic")}
        if len(rows) != 1 or len(marks) != 1 or (query == COUNTED and not str(rows[0][0]).endswith(f" {ROWS}")):
            self.mixed.append(f"{query}: {rows}")
            return None
        (mark,) = marks
        self.marks.add(mark)
        return mark

    def add(self, other: Seen) -> None:
        self.answers += other.answers
        self.errors += other.errors
        self.mixed += other.mixed
        self.marks |= other.marks


Ask = Callable[[str], Sequence[Sequence[Any]]]


@contextmanager
def _file(address: str) -> Generator[Ask]:
    def ask(query: str) -> Sequence[Sequence[Any]]:
        with duckdb.connect(str((Path(address) / "current").resolve() / "cchc.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()

    yield ask


@contextmanager
def _postgres(address: str) -> Generator[Ask]:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:

        def ask(query: str) -> Sequence[Sequence[Any]]:
            cursor = connection.execute(query)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

        yield ask


@contextmanager
def _quack(address: str) -> Generator[Ask]:
    from warehouse.targets.attach import quoted

    uri, token, extensions = address.split(" ")
    with duckdb.connect(config={"extension_directory": extensions}) as connection:
        for name in ("httpfs", "quack"):
            connection.execute(f"load {name}")
        connection.execute(f"create secret (type quack, token {quoted(token)})")
        connection.execute(f"attach {quoted(uri)} as remote")
        yield lambda query: connection.execute(f"from remote.query({quoted(query)})").fetchall()


KINDS = {"file": _file, "postgres": _postgres, "quack": _quack}


def _read(kind: str, address: str, stop: Path, number: int, seen: Seen) -> None:
    try:
        with KINDS[kind](address) as ask:
            while not stop.exists():
                query = QUERIES[number % len(QUERIES)]
                seen.judge(query, ask(query))
                if kind == "postgres" and number % 7 == 0:
                    _one_transaction(ask, seen)
                number += 1
    except Exception as error:  # noqa: BLE001 (any error of a reader is what is looked for)
        seen.errors.append(f"{type(error).__name__}: {str(error)[:300]}")


def _one_transaction(ask: Ask, seen: Seen) -> None:
    """Several statements at `repeatable read` are of one release, whatever is published in between."""
    ask("begin isolation level repeatable read")
    marks = {seen.judge(query, ask(query)) for query in QUERIES for _ in range(3)}
    ask("commit")
    if len(marks) != 1:
        seen.mixed.append(f"one transaction saw {sorted(map(str, marks))}")


@contextmanager
def reading(kind: str, address: str, folder: Path, *, processes: int, threads: int) -> Generator[Seen]:
    """Readers at work while inside; what they saw stands in the record afterwards."""
    stop = folder / f"stop_{kind}"
    stop.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.targets.readers", kind, address, str(stop), str(threads)]
    started = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=REPOSITORY)
        for _ in range(processes)
    ]
    seen = Seen()
    try:
        yield seen
    finally:
        stop.touch()
        for process in started:
            said, complaint = process.communicate(timeout=120)
            assert process.returncode == 0, complaint
            found = json.loads(said)
            seen.add(Seen(found["answers"], found["errors"], found["mixed"], set(found["marks"])))


def main() -> None:
    kind, address, stop, threads = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
    seen = [Seen() for _ in range(threads)]
    workers = [threading.Thread(target=_read, args=(kind, address, stop, number, found)) for number, found in enumerate(seen)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    whole = Seen()
    for found in seen:
        whole.add(found)
    print(json.dumps(asdict(whole) | {"marks": sorted(whole.marks)}))


if __name__ == "__main__":
    main()
