"""The benchmark: `python -m tests.benchmarks.residuals [--trials N] [--table TEXT …] [--out FILE]`.

N trials for each table, number of errors and place of the errors, half of them with digits that look alike, half with any digits; each
with one reading (detected, located) and with two (repaired). Prints Markdown. Every trial is drawn from a seed of its own, so that
two runs print the same.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.residuals.errors import OTHER_RIGHT, OTHER_WRONG
from tests.benchmarks.residuals.tables import Table, tables
from tests.benchmarks.residuals.trials import NEAR, SCATTERED, Bench, Tally

ERRORS = (1, 2, 3)
HEAD_ONE = "| table | errors | detected | located | among ties | part of it | other cells | not explained |"
HEAD_TWO = "| table | errors | open cells | truth among readings | repaired right | repaired wrong | held back |"


def run(table: Table, errors: int, where: str, trials: int) -> Tally:
    bench, tally = Bench(table), Tally()
    for number in range(trials):
        rng = random.Random(f"{table.name} {errors} {where} {number}")  # noqa: S311
        kind = "confusable" if number % 2 == 0 else "uniform"
        bench.one_reading(errors, kind, where, rng, tally)
        bench.two_readings(errors, kind, where, rng, tally)
    return tally


def _share(count: int, of: int) -> str:
    return f"{100 * count / of:.1f} %" if of else "–"


def one_row(name: str, errors: int, tally: Tally) -> str:
    other = tally.accused + tally.misled
    counts = (tally.detected, tally.located, tally.tied, tally.partly, other, tally.unexplained)
    return f"| {name} | {errors} | " + " | ".join(_share(count, tally.trials) for count in counts) + " |"


def two_row(name: str, errors: int, tally: Tally) -> str:
    right, wrong, cells = tally.repaired_right, tally.repaired_wrong, tally.open_cells
    shares = (
        _share(tally.open_right, cells),
        _share(right, tally.open_right),
        str(wrong),
        _share(cells - right - wrong, cells),
    )
    return f"| {name} | {errors} | {cells} | " + " | ".join(shares) + " |"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Digit errors in tables of the real shapes.")
    parser.add_argument("--trials", type=int, default=200, help="for each table, number of errors and place of the errors")
    parser.add_argument("--table", action="append", help="only tables with this in their name; may be given again")
    parser.add_argument("--out", type=Path, help="write the Markdown there too")
    options = parser.parse_args(arguments)
    chosen = [table for table in tables() if not options.table or any(text in table.name for text in options.table)]
    lines = ["| table | figures | bound to others | relations |", "|---|---|---|---|"]
    lines += [f"| {t.name} | {len(t.figures)} | {len(t.bound)} | {len(t.relations)} |" for t in chosen]
    started, wrong = time.process_time(), 0
    for where in (SCATTERED, NEAR):
        one, two = [], []
        sums = {errors: Tally() for errors in ERRORS}
        for table in chosen:
            for errors in ERRORS if where == SCATTERED else ERRORS[1:]:
                tally = run(table, errors, where, options.trials)
                one.append(one_row(table.name, errors, tally))
                two.append(two_row(table.name, errors, tally))
                wrong += tally.repaired_wrong
                sums[errors] = sums[errors] + tally
                print(one[-1], two[-1], f"{time.process_time() - started:.0f} s", sep="\n", flush=True)
        for errors, tally in sums.items():
            if tally.trials:
                one.append(one_row("**all**", errors, tally))
                two.append(two_row("**all**", errors, tally))
        lines += ["", f"Errors {where}, one reading, {options.trials} trials a row:", "", HEAD_ONE, "|---" * 8 + "|", *one]
        alike = 1 - OTHER_RIGHT - OTHER_WRONG
        share = f"the second right {OTHER_RIGHT:.0%}, wrong in another way {OTHER_WRONG:.0%}, wrong alike {alike:.0%}"
        lines += ["", f"Errors {where}, two readings ({share}):", "", HEAD_TWO, "|---" * 7 + "|", *two]
    lines += ["", f"Repaired wrong in all: {wrong}. {time.process_time() - started:.0f} s of one core."]
    print("\n".join(lines))
    if options.out is not None:
        options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
