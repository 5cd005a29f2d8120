"""Calls into pdfium that are made for every sign or object of a page."""

from __future__ import annotations

import ctypes
from typing import Any


def by_address(function: Any, result: Any, *arguments: Any) -> Any:
    """An engine function that takes its first argument by address: plain numbers are several times as fast as typed pointers.

    The interpreter's lock is kept during the call: these are too short to let another thread in, and the engine allows but one.
    """
    return ctypes.PYFUNCTYPE(result, ctypes.c_void_p, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)
