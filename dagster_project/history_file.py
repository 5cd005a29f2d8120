"""`$CCHC_HOME/runs/history.jsonl`: one line per refresh and per alert, kept for ever; a year of them is a few hundred kilobytes."""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster_project.settings import Settings

Event = dict[str, Any]

_LOG = logging.getLogger("cchc.history")


def history_path(settings: Settings) -> Path:
    return settings.runs / "history.jsonl"


def append_event(settings: Settings, event: Mapping[str, Any]) -> None:
    """Add one line, fsynced; a line of before that was cut off by a crash is ended first. A full disk harms no run: it is logged."""
    path = history_path(settings)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            end = stream.seek(0, os.SEEK_END)
            is_cut = False
            if end:
                stream.seek(end - 1)
                is_cut = stream.read(1) != b"\n"
            line = json.dumps(event, ensure_ascii=False, default=str).encode() + b"\n"
            stream.write(b"\n" + line if is_cut else line)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        _LOG.warning("%s: cannot be written: %s; this event is missing in `cchc history`", path, error.strerror)


def read_events(settings: Settings) -> tuple[list[Event], int]:
    """All lines that can be read, in the order they were written, and how many could not."""
    path = history_path(settings)
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return [], 0
    found: list[Event] = []
    damaged = 0
    for line in lines:
        if not line.strip():
            continue
        try:
            event = json.loads(line)
        except ValueError:
            damaged += 1
            continue
        if isinstance(event, dict) and "kind" in event and "at" in event:
            found.append(event)
        else:
            damaged += 1
    return found, damaged
