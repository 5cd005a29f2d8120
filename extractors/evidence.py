"""What the pages of a file say about itself: index names, years, decisions, issuers, provinces, as quotes with their place.

A quote is shown to the person who decides; it never decides. All is found verbatim; nothing is inferred.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from extractors.catalogue.reference import Reference
from extractors.records import Locator, Reading
from extractors.text.fold import nfc

About = Literal["index", "year", "decision", "date", "issuer", "province"]
_MOST_EACH = 5
_MOST_ROWS = 6
"""Rows of a table that are searched for words about the document; names of provinces are looked for in all rows."""
_CONTEXT = 60
_MANY_PROVINCES = 5

_PATTERNS: dict[About, re.Pattern[str]] = {
    "year": re.compile(r"(?:(?:năm|year|giai đoạn|index|sipas|papi|pci)[\s:]*)?\b((?:19|20)\d\d)\b", re.IGNORECASE),
    "decision": re.compile(r"\b\d{1,5}\s?/\s?(?:\d{4}/)?(?:QĐ|KH|BC|NQ|TB|CT|TT|QÐ)\s?[-–]\s?[A-ZĐ]{2,}(?:-[A-ZĐ]+)*"),
    "date": re.compile(r"ngày\s+\d{1,2}\s*(?:tháng\s+\d{1,2}\s+năm|/\s?\d{1,2}\s?/)\s*\d{4}", re.IGNORECASE),
    "issuer": re.compile(r"^(?:ủy ban nhân dân|uỷ ban nhân dân|ubnd|bộ|sở)\s+[^,.;:()\d]{3,60}$", re.IGNORECASE),
}
_SHORT_NAMES = {"PAR INDEX", "SIPAS", "PAPI", "PCI", "DDCI", "DTI", "ICT INDEX"}


@dataclass(frozen=True, slots=True)
class Quote:
    """`value`: what was found; `text`: the words around it; `place`: page, sheet, cell or paragraph."""

    about: About
    value: str
    text: str
    place: str

    def __str__(self) -> str:
        return f'"{self.text}" ({self.place})'


def _index_pattern(reference: Reference) -> re.Pattern[str]:
    names = {name for index in reference.indices for name in (index.name_vi, index.name_en) if name} | _SHORT_NAMES
    return re.compile(
        r"(?<!\w)(?:" + "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) + r")(?!\w)", re.I
    )


def _texts(reading: Reading) -> Iterator[tuple[str, Locator]]:
    """Texts that speak about the document, the most telling first: names of sheets, titles, paragraphs, the first rows of tables."""
    for sheet in dict.fromkeys(table.sheet for table in reading.tables if table.sheet):
        yield sheet, Locator(sheet=sheet)
    for table in reading.tables:
        if table.title:
            yield (
                table.title,
                Locator(page=table.pages[0] if table.pages else None, table_number=table.number, sheet=table.sheet),
            )
    for paragraph in reading.paragraphs:
        yield paragraph.text, paragraph.locator()
    for table in reading.tables:
        for cell in table.cells:
            if cell.row <= max(_MOST_ROWS, table.header_rows) and cell.text:
                yield cell.text, table.locator(cell)


def _around(text: str, start: int, end: int) -> str:
    left, right = max(0, start - _CONTEXT), min(len(text), end + _CONTEXT)
    return ("…" if left else "") + text[left:right].strip() + ("…" if right < len(text) else "")


def _provinces(reading: Reading, reference: Reference) -> Iterator[Quote]:
    """Names of provinces as they are printed: whole cells, and words of the text. Many are told as their number and the first."""
    names = {nfc(entity.name_vi): entity.name_vi for entity in reference.entities if entity.entity_type == "province"}
    pattern = re.compile(
        r"(?<!\w)(?:" + "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) + r")(?!\w)"
    )
    found: dict[str, Quote] = {}
    for table in reading.tables:
        for cell in table.cells:
            if cell.text in names and cell.text not in found:
                found[cell.text] = Quote("province", cell.text, cell.text, str(table.locator(cell)))
    for text, place in _texts(reading):
        for match in pattern.finditer(text):
            found.setdefault(match[0], Quote("province", match[0], _around(text, match.start(), match.end()), str(place)))
    if len(found) > _MANY_PROVINCES:
        first = next(iter(found.values()))
        yield Quote("province", f"{len(found)} provinces", f"{first.text} and {len(found) - 1} more names", first.place)
    else:
        yield from found.values()


def quotes(reading: Reading, reference: Reference) -> tuple[Quote, ...]:
    """At most five different finds of each sort, in the order of the document."""
    patterns: dict[About, re.Pattern[str]] = {"index": _index_pattern(reference), **_PATTERNS}
    found: dict[tuple[str, str], Quote] = {}
    counts: dict[str, int] = {}
    for raw, place in _texts(reading):
        text = nfc(raw)
        for about, pattern in patterns.items():
            for match in pattern.finditer(text):
                value = match[1] if about == "year" else match[0]
                key = (about, value.casefold())
                if key in found or counts.get(about, 0) >= _MOST_EACH:
                    continue
                counts[about] = counts.get(about, 0) + 1
                found[key] = Quote(about, value, _around(text, match.start(), match.end()), _short(place))
    return (*found.values(), *_provinces(reading, reference))


def _short(place: Locator) -> str:
    """The place without the box; a text that is the name of a sheet says so."""
    if place == Locator(sheet=place.sheet):
        return f"name of sheet {place.sheet}"
    return str(place)
