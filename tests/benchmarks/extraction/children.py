"""Starts a reader in a child process and takes down what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[2]


@dataclass(frozen=True, slots=True)
class Run:
    """What a reader gave. `answers` by file; `cpu` in seconds for reading alone, without starting Python; `peak_mb` of its process."""

    answers: dict[str, dict[str, Any]]
    cpu: float
    peak_mb: float

    @property
    def errors(self) -> int:
        return sum("error" in answer for answer in self.answers.values())


def _run(command: Sequence[str], files: Sequence[Path], timeout: float) -> Run:
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            [*command, *map(str, files)], capture_output=True, text=True, timeout=timeout, check=False, env=environment
        ).stdout
    except subprocess.TimeoutExpired as error:
        done = (error.stdout or b"").decode() if isinstance(error.stdout, bytes) else error.stdout or ""
    lines = [json.loads(line) for line in done.splitlines() if line.startswith("{") and line.endswith("}")]
    answers = {answer["file"]: answer for answer in lines if "file" in answer}
    for file in files:
        answers.setdefault(str(file), {"file": str(file), "error": "no answer", "cpu": 0.0})
    peak = next((line["peak_mb"] for line in lines if "peak_mb" in line), float("nan"))
    return Run(answers, sum(answer["cpu"] for answer in answers.values()), peak)


def run_ours(mode: str, files: Sequence[Path], timeout: float = 3600) -> Run:
    return _run([sys.executable, "-m", "tests.benchmarks.extraction.ours", mode], files, timeout)


def run_peer(python: Path, name: str, files: Sequence[Path], timeout: float = 3600) -> Run:
    return _run([str(python), str(HERE / "peers.py"), name], files, timeout)
