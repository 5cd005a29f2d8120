"""The benchmark: `python -m tests.benchmarks.extraction [--half …] [--peers PYTHON] [--scans] [--speed] [--memory] [--out DIR]`.

Prints and writes one table per question, as Markdown and as JSON. What the repository does not keep (large scans, the long reports) is
made first, into the folder of --work.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from scripts.corpus.model import Half
from tests.benchmarks.extraction import measures
from tests.benchmarks.extraction.children import REPOSITORY

KEPT = REPOSITORY / "tests" / "fixtures" / "corpus"


def make(work: Path) -> None:
    """The whole corpus of both halves, once."""
    if not (work / "held_out").exists():
        subprocess.run([sys.executable, "-m", "scripts.corpus", "--all", "--out", str(work)], check=True, cwd=REPOSITORY)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Measures our reader and others on the corpus.")
    parser.add_argument("--half", choices=get_args(Half), action="append", help="development, held_out or (default) both")
    parser.add_argument(
        "--peers", type=Path, help="Python of the environment of peers-requirements.txt: measure the others too"
    )
    parser.add_argument("--scans", action="store_true", help="the scans (minutes: two engines for every number)")
    parser.add_argument("--speed", action="store_true", help="the 150-page report, interleaved, best of three")
    parser.add_argument("--memory", action="store_true", help="peak memory at 150 and at 1,500 pages")
    parser.add_argument("--work", type=Path, default=Path("/tmp/cchc-corpus"), help="folder for what is made on demand")  # noqa: S108
    parser.add_argument("--out", type=Path, default=Path("benchmark_extraction"), help="folder for the results")
    options = parser.parse_args(arguments)
    results: dict[str, Any] = {}
    parts: list[str] = []
    halves: list[Half] = options.half or list(get_args(Half))
    if options.scans or options.speed or options.memory:
        make(options.work)
    if not (options.scans or options.speed or options.memory):
        for half in halves:
            results[half] = measures.text_layer(sorted((KEPT / half).glob("*.json")), options.peers)
            parts.append(f"## Text layer, {half} half\n\n{measures.text_layer_markdown(results[half])}")
    if options.scans:
        for half in halves:
            results[f"scans_{half}"] = measures.scans(sorted((options.work / half).glob("synthetic_i_*.json")))
            parts.append(f"## Scans, {half} half\n\n{measures.scans_markdown(results[f'scans_{half}'])}")
    if options.speed:
        results["speed"] = measures.speed(options.work / "development" / "synthetic_j_report_reportlab.pdf", options.peers)
        parts.append(f"## Speed\n\n{measures.speed_markdown(results['speed'])}")
    if options.memory:
        results["memory"] = measures.memory(
            [options.work / "development" / f"synthetic_j_{name}_reportlab.json" for name in ("report", "book")]
        )
        parts.append(f"## Memory\n\n{measures.memory_markdown(results['memory'])}")
    options.out.mkdir(parents=True, exist_ok=True)
    name = "_".join(results)
    (options.out / f"{name}.json").write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    text = "\n\n".join(parts) + "\n"
    (options.out / f"{name}.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
