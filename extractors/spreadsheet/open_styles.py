"""Styles of an OpenDocument file, as far as they say how a text is encoded, a percentage is shown or a sheet is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_NUMBER = "{urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_FORMAT = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_DEPTH = 20

Element = Any
"""An element of lxml, which carries no types."""


@dataclass(frozen=True, slots=True)
class Style:
    """A style by its name; "" and None: as its parent says."""

    parent: str
    font: str
    data_style: str
    is_hidden: bool
    is_raised: bool


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles of a file, and of each percentage format how many digits it shows: (fixed, optional)."""

    styles: Mapping[str, Style]
    percentages: Mapping[str, tuple[int, int]]

    def _line(self, name: str | None) -> list[Style]:
        """The style and its parents; a circle of parents ends."""
        found: list[Style] = []
        style = self.styles.get(name or "")
        while style is not None and len(found) < _DEPTH:
            found.append(style)
            style = self.styles.get(style.parent)
        return found

    def font(self, name: str | None, otherwise: str) -> str:
        return next((style.font for style in self._line(name) if style.font), otherwise)

    def percent_decimals(self, name: str | None) -> tuple[int, int]:
        """Two fixed digits where the style says nothing, as LibreOffice shows a percentage."""
        formats = (self.percentages.get(style.data_style) for style in self._line(name) if style.data_style)
        return next((decimals for decimals in formats if decimals is not None), (2, 0))

    def is_raised(self, name: str | None) -> bool:
        return any(style.is_raised for style in self._line(name))

    def is_hidden(self, name: str | None) -> bool:
        return any(style.is_hidden for style in self._line(name))


def _font(text: Element | None) -> str:
    if text is None:
        return ""
    return str(text.get(f"{_STYLE}font-name") or text.get(f"{_FORMAT}font-family") or "").strip("'\"")


def read_styles(roots: Iterable[Element]) -> Styles:
    """The styles of the parts of a file; those of a later part stand before those of an earlier one."""
    styles: dict[str, Style] = {}
    percentages: dict[str, tuple[int, int]] = {}
    families: dict[str, str] = {}
    for root in roots:
        for face in root.iter(f"{_STYLE}font-face"):
            family = str(face.get("{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}font-family", ""))
            families[str(face.get(f"{_STYLE}name"))] = family.strip("'\"")
        for style in root.iter(f"{_STYLE}style"):
            table = style.find(f"{_STYLE}table-properties")
            text = style.find(f"{_STYLE}text-properties")
            font = _font(text)
            position = "" if text is None else str(text.get(f"{_STYLE}text-position", ""))
            styles[str(style.get(f"{_STYLE}name"))] = Style(
                str(style.get(f"{_STYLE}parent-style-name", "")),
                families.get(font, font),
                str(style.get(f"{_STYLE}data-style-name", "")),
                table is not None and table.get(f"{_TABLE}display") == "false",
                position.startswith("super") or (position[:1].isdecimal() and not position.startswith("0%")),
            )
        for style in root.iter(f"{_NUMBER}percentage-style"):
            number = style.find(f"{_NUMBER}number")
            if number is not None:
                most = int(number.get(f"{_NUMBER}decimal-places", "0"))
                fixed = min(int(number.get(f"{_NUMBER}min-decimal-places", str(most))), most)
                percentages[str(style.get(f"{_STYLE}name"))] = (fixed, most - fixed)
    return Styles(styles, percentages)
