"""What this machine has of what the project needs, and how to get the rest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dagster_project.settings import REPOSITORY, load_settings
from extractors.pdf.scan.status import ocr_status

_PACKAGES = (
    "dagster",
    "dagster-dbt",
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "great-expectations",
    "pypdfium2",
    "pdfplumber",
    "openpyxl",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked for. `found` is its version or place, empty if it is missing; `how` says how to get it."""

    name: str
    found: str
    needed_for: str
    is_required: bool
    how: str

    @property
    def is_missing(self) -> bool:
        return not self.found

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "is_missing": self.is_missing}


def _package(name: str, needed_for: str = "refresh", how: str = "make setup") -> Finding:
    try:
        found = version(name)
    except PackageNotFoundError:
        found = ""
    return Finding(name, found, needed_for, needed_for == "refresh", how)


def _program(name: str, needed_for: str, how: str, *arguments: str) -> Finding:
    path = shutil.which(name)
    if path is None:
        return Finding(name, "", needed_for, False, how)
    done = subprocess.run([path, *(arguments or ("--version",))], capture_output=True, text=True, check=False, timeout=20)
    text = (done.stdout or done.stderr).strip()
    return Finding(name, text.splitlines()[0] if text else path, needed_for, False, how)


def _scans() -> list[Finding]:
    """What reading scans and photographs needs; without it, such pages are named and not read."""
    return [Finding(item.name, item.found, "reading scans", False, item.how) for item in ocr_status()]


def _home() -> Finding:
    home = load_settings().home
    existing = next(path for path in (home, *home.parents) if path.exists())
    found = str(home) if os.access(existing, os.W_OK) else ""
    return Finding("state folder", found, "refresh", True, f"make {existing} writable, or set CCHC_HOME to another folder")


def diagnose() -> list[Finding]:
    debian = "sudo scripts/install_system_packages.sh"
    supported = (3, 11) <= sys.version_info < (3, 14)
    python = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    return [
        Finding("python", python if supported else "", "everything", True, "Python 3.11, 3.12 or 3.13"),
        *[_package(name) for name in _PACKAGES],
        _home(),
        _program("git", "the revision in each release", "your system's packages"),
        _program("make", "make refresh, make test", "your system's packages"),
        _program("node", "make reports", "Node.js 20 from your system's packages"),
        _program("npm", "make reports", "npm, with Node.js"),
        _program("chromium", "browser tests of the reports", debian),
        _program("soffice", "make documents (setting the embedded documents anew)", debian),
        _program("pdftoppm", "looking at pages of PDFs", debian, "-v"),
        *_scans(),
        _package("dagster-postgres", "a server (cchc server)", "make setup-scale"),
        _package("dagster-dask", "cchc backfill on several machines", "make setup-scale"),
        _package("duckdb-extension-ducklake", "cchc build --target lake", "make setup-scale"),
        _package("dbt-postgres", "cchc build --target postgres", "make setup-scale"),
        _package("pyspark", "cchc build --target spark", "make setup-scale"),
        _program("java", "cchc build --target spark", f"{debian} scale", "-version"),
    ]


def diagnosis_lines(found: list[Finding]) -> list[str]:
    width = max(len(item.name) for item in found)
    lines = [f"checkout: {Path(REPOSITORY)}"]
    for item in found:
        mark = "ok     " if not item.is_missing else "MISSING" if item.is_required else "absent "
        detail = item.found or f"needed for {item.needed_for}; get it: {item.how}"
        lines.append(f"{mark} {item.name:<{width}}  {detail}")
    missing = [item.name for item in found if item.is_missing and item.is_required]
    lines.append("nothing that a refresh needs is missing" if not missing else f"a refresh needs: {', '.join(missing)}")
    return lines
