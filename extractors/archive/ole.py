"""The names at the top of an OLE file (the container of xls, doc and of protected xlsx and docx), read from its directory.

Embedded objects lie deeper: a letter with a sheet inside is a letter.
"""

from __future__ import annotations

import struct

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = 128
_NO_ENTRY = 0xFFFFFFFF
_MAX_ENTRIES = 100_000


def _directory(data: bytes) -> bytes:
    """The directory stream: its sectors in the order of the allocation table. Cut off at the first sector that is not there."""
    size = 1 << struct.unpack_from("<H", data, 0x1E)[0]
    if size not in (512, 4096):
        return b""
    per_sector = size // 4
    table: list[int] = []
    for sector in struct.unpack_from("<109I", data, 0x4C):
        if (sector + 2) * size > len(data):
            break
        table += struct.unpack_from(f"<{per_sector}I", data, (sector + 1) * size)
    sector, parts, seen = struct.unpack_from("<I", data, 0x30)[0], list[bytes](), set[int]()
    while sector not in seen and (sector + 1) * size < len(data) and len(parts) * size < _MAX_ENTRIES * _ENTRY:
        seen.add(sector)
        parts.append(data[(sector + 1) * size : (sector + 2) * size])
        if sector >= len(table):
            break
        sector = table[sector]
    return b"".join(parts)


def top_names(data: bytes) -> frozenset[str]:
    """Names of the streams and storages at the top; empty if the directory cannot be read."""
    if not data.startswith(MAGIC) or len(data) < 512:
        return frozenset()
    directory = _directory(data)
    count = len(directory) // _ENTRY
    if not count:
        return frozenset()
    names: set[str] = set()
    seen: set[int] = set()
    waiting = [struct.unpack_from("<I", directory, 76)[0]]
    while waiting:
        number = waiting.pop()
        if number == _NO_ENTRY or number in seen or number >= count:
            continue
        seen.add(number)
        start = number * _ENTRY
        length = struct.unpack_from("<H", directory, start + 64)[0]
        names.add(directory[start : start + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace"))
        waiting += struct.unpack_from("<2I", directory, start + 68)
    return frozenset(names)
