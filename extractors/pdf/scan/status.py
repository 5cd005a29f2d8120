"""What reading scans needs on this machine, found or missing, and how to install it. Loads none of it.

Tesseract with its letters of Vietnamese comes from the system's packages, everything else from the optional extra `ocr`.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

INSTALL_EXTRA = "pip install 'cchc[ocr]'"
INSTALL_SYSTEM = "sudo apt-get install tesseract-ocr tesseract-ocr-vie"
DEBIAN_PACKAGES = ("tesseract-ocr", "tesseract-ocr-vie")
LANGUAGES = ("eng", "vie")

_USUAL_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)
_LISTED = re.compile(r'"([^"]+)"')


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """One thing that reading scans needs. `found`: its version or folder, empty if it is missing; `how`: what installs it."""

    name: str
    found: str
    how: str

    @property
    def is_missing(self) -> bool:
        return not self.found


def _module(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def _has_languages(folder: Path) -> bool:
    return all((folder / f"{language}.traineddata").is_file() for language in LANGUAGES)


def _listed_folder() -> Path | None:
    """The folder that the `tesseract` program names, None without the program."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    try:
        done = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _LISTED.search(done.stdout + done.stderr)
    return Path(match[1]) if match else None


@cache
def tessdata() -> Path | None:
    """The folder with the letters of Vietnamese and the figures: TESSDATA_PREFIX, the usual folders, what `tesseract` itself says."""
    prefix = os.environ.get("TESSDATA_PREFIX", "")
    named = [Path(prefix), Path(prefix) / "tessdata"] if prefix else []
    for folder in [*named, *map(Path, _USUAL_FOLDERS)]:
        if _has_languages(folder):
            return folder
    listed = _listed_folder()
    return listed if listed is not None and _has_languages(listed) else None


def ocr_status() -> tuple[EngineStatus, ...]:
    """What reading scans needs, found or missing, and how to install it."""
    extras = [
        EngineStatus(name, "installed" if _module(name) else "", INSTALL_EXTRA)
        for name in ("tesserocr", "rapidocr_onnxruntime", "cv2")
    ]
    return (*extras, EngineStatus("tesseract languages (vie, eng)", str(tessdata() or ""), INSTALL_SYSTEM))


def has_pictures_support() -> bool:
    return _module("cv2")


def has_tesseract() -> bool:
    return _module("tesserocr") and tessdata() is not None


def has_rapid() -> bool:
    return _module("rapidocr_onnxruntime")


def missing_hint() -> str:
    """What to install so that the numbers of a scan can be read; empty if nothing is missing."""
    return "; ".join(dict.fromkeys(status.how for status in ocr_status() if status.is_missing))


def engine_versions() -> tuple[str, ...]:
    """What readings of scans depend on: "tesserocr==2.13.0", "vie.traineddata: 531275 bytes"; "absent" where a part is missing."""
    found: list[str] = []
    for name in ("tesserocr", "rapidocr-onnxruntime", "opencv-python-headless"):
        try:
            found.append(f"{name}=={version(name)}")
        except PackageNotFoundError:
            found.append(f"{name}: absent")
    folder = tessdata()
    for language in LANGUAGES:
        size = f"{(folder / f'{language}.traineddata').stat().st_size} bytes" if folder is not None else "absent"
        found.append(f"{language}.traineddata: {size}")
    return tuple(found)
