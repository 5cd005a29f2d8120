"""The benchmark: `python -m tests.benchmarks.warehouse [--scale 1 --scale 10 …] [--work DIR] [--models]`.

Builds a synthetic warehouse of each size with the project's own dbt models, tests and unit tests, and prints what it took.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from tests.benchmarks.warehouse.generate import write_synthetic

REPOSITORY = Path(__file__).resolve().parents[3]
SCALES = (1, 10, 100, 1000)

OF_REAL_EDITIONS = "relationships_known_absence_edition_id__edition_id__ref_stg_raw__edition_"
"""The one test that speaks of editions by name: none of them is in a made-up warehouse."""


@dataclass(frozen=True)
class Measured:
    """One build. `seconds` and `peak_mib` are those of `dbt build` alone, tests and unit tests included."""

    scale: int
    claims: int
    scores: int
    seconds: float
    cpu_seconds: float
    peak_mib: int
    raw_mib: int
    file_mib: int
    slowest: tuple[tuple[str, float], ...]


def _mib(path: Path) -> int:
    return round(path.stat().st_size / 2**20)


def _slowest(run_results: Path, count: int) -> tuple[tuple[str, float], ...]:
    results = json.loads(run_results.read_text(encoding="utf-8"))["results"]
    times = sorted(((r["unique_id"].split(".", 2)[2], round(r["execution_time"], 1)) for r in results), key=lambda x: -x[1])
    return tuple(times[:count])


def measure(scale: int, work: Path) -> Measured:
    """Generate and build one size in a folder of its own, which is removed before, not after.

    Raises:
        SystemExit: dbt build failed; its log is named.
    """
    folder = work / f"synthetic_{scale}x"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    database = folder / "build.duckdb"
    claims = write_synthetic(database, scale)
    raw_mib = _mib(database)
    command = [
        str(Path(sys.executable).parent / "dbt"),
        *("build", "--project-dir", "dbt_project", "--profiles-dir", "dbt_project"),
        *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
        *("--exclude", OF_REAL_EDITIONS),
    ]
    environment = os.environ | {
        "CCHC_BUILD_DB": str(database),
        "DBT_TARGET": "duckdb",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }
    started = time.monotonic()
    with (folder / "dbt.txt").open("w", encoding="utf-8") as output:
        process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{scale}x: dbt build failed; see {folder / 'dbt.txt'}")
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute("select count(*) from marts.fct_score where score is not null").fetchone()
    assert row is not None
    return Measured(
        scale=scale,
        claims=claims,
        scores=int(row[0]),
        seconds=round(seconds, 1),
        cpu_seconds=round(usage.ru_utime + usage.ru_stime, 1),
        peak_mib=round(usage.ru_maxrss / 1024),
        raw_mib=raw_mib,
        file_mib=_mib(database),
        slowest=_slowest(folder / "target" / "run_results.json", 12),
    )


def table(rows: Sequence[Measured]) -> str:
    """Markdown: one line a size, with the growth from the size before."""
    lines = [
        "| size | claims | scores | wall s | CPU s | peak MiB | raw MiB | file MiB | CPU per score, µs |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {r.scale}× | {r.claims:,} | {r.scores:,} | {r.seconds:.0f} | {r.cpu_seconds:.0f} | {r.peak_mib:,} | {r.raw_mib:,} "
        f"| {r.file_mib:,} | {r.cpu_seconds / r.scores * 1e6:.0f} |"
        for r in rows
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Measures dbt build on synthetic warehouses.")
    parser.add_argument("--scale", type=int, action="append", help=f"times today's size; may be repeated; default {SCALES}")
    parser.add_argument("--work", type=Path, default=Path("/tmp/cchc-warehouses"), help="folder for the databases")  # noqa: S108
    parser.add_argument("--models", action="store_true", help="print the slowest models and tests of each size")
    parser.add_argument("--out", type=Path, default=Path("benchmark_warehouse"), help="folder for the results")
    options = parser.parse_args(arguments)
    rows: list[Measured] = []
    for scale in options.scale or SCALES:
        rows.append(measure(scale, options.work))
        print(table(rows[-1:]), flush=True)
        if options.models:
            print("\n".join(f"  {seconds:8.1f} s  {name}" for name, seconds in rows[-1].slowest), flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "results.json").write_text(json.dumps([asdict(row) for row in rows], indent=2), encoding="utf-8")
    (options.out / "results.md").write_text(table(rows) + "\n", encoding="utf-8")
    print("\n" + table(rows))


if __name__ == "__main__":
    main()
