"""Other readers on the same files, with their defaults, in a child process of their own: `python peers.py NAME FILE...`.

Runs in the environment of peers-requirements.txt, not in ours, and so imports nothing of ours. Writes one line of JSON per file:
{"file", "cpu", "tables": [{"page", "rows"}]} or {"file", "cpu", "error"}, and at last {"peak_mb"}.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Found = Iterator[tuple[int, list[list[str]]]]


def pdfplumber_lines(path: str) -> Found:
    pdfplumber: Any = importlib.import_module("pdfplumber")
    with pdfplumber.open(path) as pdf:
        for number, page in enumerate(pdf.pages, start=1):
            for rows in page.extract_tables():
                yield number, [[cell or "" for cell in row] for row in rows]
            page.close()


def _camelot(path: str, flavor: str) -> Found:
    camelot: Any = importlib.import_module("camelot")
    for table in camelot.read_pdf(path, pages="all", flavor=flavor, suppress_stdout=True):
        yield int(table.page), [[str(cell) for cell in row] for row in table.df.values.tolist()]


def pymupdf_lines(path: str) -> Found:
    pymupdf: Any = importlib.import_module("pymupdf")
    with pymupdf.open(path) as document:
        for number, page in enumerate(document, start=1):
            for table in page.find_tables().tables:
                yield number, [[cell or "" for cell in row] for row in table.extract()]


def img2table_native(path: str) -> Found:
    documents: Any = importlib.import_module("img2table.document")
    found = documents.PDF(path).extract_tables(borderless_tables=True, implicit_rows=False)
    for number, tables in found.items():
        for table in tables:
            yield number + 1, table.df.fillna("").astype(str).values.tolist()


def _columns(lines: list[str]) -> list[list[str]]:
    """Lines of one block cut where no line has a sign over two places or more."""
    width = max(map(len, lines))
    blank = [all(place >= len(line) or line[place] == " " for line in lines) for place in range(width)]
    cuts = [m.span() for m in re.finditer(r"1{2,}", "".join("1" if b else "0" for b in blank))]
    starts = [0, *(end for start, end in cuts if start > 0)]
    return [[line[a:b].strip() for a, b in zip(starts, [*starts[1:], width], strict=True)] for line in lines]


def pdftotext_layout(path: str) -> Found:
    run = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
    for number, page in enumerate(run.stdout.split("\f"), start=1):
        block: list[str] = []
        for line in [*page.split("\n"), "", "", ""]:
            fields = len(re.split(r" {2,}", line.strip()))
            if line.strip() and (fields >= 3 or (block and fields >= 2)):
                block.append(line)
            elif line.strip() or not block:
                if len(block) >= 3:
                    yield number, _columns(block)
                block = []
        if len(block) >= 3:
            yield number, _columns(block)


PEERS: dict[str, Callable[[str], Found]] = {
    "pdfplumber (lines)": pdfplumber_lines,
    "camelot lattice": lambda path: _camelot(path, "lattice"),
    "camelot stream": lambda path: _camelot(path, "stream"),
    "camelot hybrid": lambda path: _camelot(path, "hybrid"),
    "PyMuPDF 1.26": pymupdf_lines,
    "img2table": img2table_native,
    "pdftotext -layout": pdftotext_layout,
}


def seconds() -> float:
    """CPU of this process and of its children."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def peak_mb() -> float:
    """VmHWM: the ru_maxrss of a child carries the size of its parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # pyright: ignore[reportOptionalSubscript]


def main() -> None:
    name, *files = sys.argv[1:]
    out = sys.stdout
    for file in files:
        start = seconds()
        answer: dict[str, Any] = {"file": file}
        with contextlib.redirect_stdout(sys.stderr):
            try:
                answer["tables"] = [{"page": page, "rows": rows} for page, rows in PEERS[name](file)]
            except Exception as error:  # noqa: BLE001 (whatever a library throws at a file is its result)
                answer["error"] = f"{type(error).__name__}: {error}"[:200]
        answer["cpu"] = seconds() - start
        print(json.dumps(answer), file=out, flush=True)
    print(json.dumps({"peak_mb": peak_mb()}), file=out, flush=True)


if __name__ == "__main__":
    main()
