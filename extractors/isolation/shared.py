"""One helper for all that a process reads."""

from __future__ import annotations

import os
from functools import lru_cache

from extractors.isolation.client import Isolation


def shared_isolation(*preload: str) -> Isolation:
    """The isolation of this process for these modules. A forked copy of a process gets its own: it must not speak into its parent's."""
    return _of_process(os.getpid(), preload)


@lru_cache
def _of_process(_process: int, preload: tuple[str, ...]) -> Isolation:
    return Isolation(preload)
