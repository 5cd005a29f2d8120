"""The benchmark: `python -m tests.benchmarks.mutations [--cases 2000] [--seed 1] [--layout NAME …] [--mutation NAME …]`."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

from tests.benchmarks.mutations.cases import LAYOUTS, MUTATIONS, draw_cases
from tests.benchmarks.mutations.gate1 import Seen, judge_cases, judge_clean
from tests.benchmarks.mutations.gate2 import Shown, judge_at_gate_2
from tests.benchmarks.mutations.report import Measured, markdown, write
from tests.benchmarks.mutations.specimens import Bench, load_bench
from tests.benchmarks.mutations.verdicts import Verdict, after_gate_2, is_let_through, verdict

GATE_2_BATCH = 150
"""Cases in one build: some 400,000 claims."""

BATCH = 330
"""Damaged documents in one database: some 300,000 claims."""


@dataclass(frozen=True)
class Options:
    """`gate_2`: at most so many cases are judged at gate 2. `out`: folder for the results."""

    cases: int
    seed: int
    layouts: tuple[str, ...]
    mutations: tuple[str, ...]
    gate_2: int
    out: Path


def _through_gate_2(bench: Bench, verdicts: Sequence[Verdict], folder: Path, at_most: int, seed: int) -> list[Verdict]:
    """The verdicts, those let through by gate 1 judged at gate 2; if there are more than `at_most`, as many drawn from them."""
    let_through = [found for found in verdicts if is_let_through(found)]
    if len(let_through) > at_most:
        let_through = Random(seed).sample(let_through, at_most)  # noqa: S311 - repeatable, not secret
    shown: dict[int, Shown] = {}
    for start in range(0, len(let_through), GATE_2_BATCH):
        batch = [found.case for found in let_through[start : start + GATE_2_BATCH]]
        shown |= judge_at_gate_2(bench, batch, folder / "gate2")
        print(f"gate 2: {len(shown)} of {len(let_through)} judged", flush=True)
    return [after_gate_2(found, shown[found.case.number]) if found.case.number in shown else found for found in verdicts]


def measure(options: Options, folder: Path) -> Measured:
    """Draw, judge and sort the cases, batch by batch; what is known so far is written after each. `folder` takes the databases."""
    started = time.monotonic()
    bench = load_bench(folder, options.layouts)
    clean = judge_clean(bench, folder / "clean.duckdb")
    documents = len({specimen.entry.id for specimen in bench.specimens})
    verdicts: list[Verdict] = []
    missing: dict[tuple[str, str], str] = {}

    def measured() -> Measured:
        seconds = time.monotonic() - started
        return Measured(tuple(verdicts), documents, clean.accused, bench.absent, missing, seconds)

    drawn = draw_cases(bench, options.cases, options.seed, missing, options.mutations)
    while batch := list(islice(drawn, BATCH)):
        judged = [case for case in batch if not case.is_held_whole and not case.difference.is_none]
        seen = judge_cases(bench, judged, clean, folder / "gate1.duckdb")
        verdicts += [verdict(case, seen.get(case.number, Seen()), clean) for case in batch]
        print(f"{len(verdicts)} cases judged after {time.monotonic() - started:.0f} s", flush=True)
        write(measured(), options.out)
    if options.gate_2:
        verdicts = _through_gate_2(bench, verdicts, folder, options.gate_2, options.seed)
    return measured()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Damages real documents at random and counts what is caught, and where.")
    parser.add_argument("--cases", type=int, default=2000, help="at least so many cases; default 2000")
    parser.add_argument("--seed", type=int, default=1, help="equal seeds give equal cases; default 1")
    parser.add_argument("--layout", action="append", default=[], choices=LAYOUTS, help="only this layout; may be repeated")
    parser.add_argument(
        "--mutation", action="append", default=[], choices=tuple(MUTATIONS), help="only this one; may be repeated"
    )
    parser.add_argument("--gate-2", type=int, default=10_000, help="at most so many cases at gate 2; 0 for none; default all")
    parser.add_argument("--out", type=Path, default=Path("benchmark_mutations"), help="folder for the results")
    given = parser.parse_args(arguments)
    mutations = tuple(given.mutation) or tuple(MUTATIONS)
    options = Options(given.cases, given.seed, tuple(given.layout), mutations, given.gate_2, given.out)
    with tempfile.TemporaryDirectory(prefix="synthetic_mutations_") as folder:
        found = measure(options, Path(folder))
    write(found, options.out)
    print("\n" + markdown(found))


if __name__ == "__main__":
    main()
