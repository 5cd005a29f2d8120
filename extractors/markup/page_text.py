"""The shown text of a web page's elements: runs with the font that style and tags give them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from extractors.runs import Run, plain_text

_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_FONT_FAMILY = re.compile(r"font-family\s*:\s*[\"']?([^;,\"'}]+)", re.IGNORECASE)
_CLASS_FONT = re.compile(r"\.([\w-]+)\s*\{[^{}]*?font-family\s*:\s*[\"']?([^;,\"'}]+)", re.IGNORECASE)
_UNREAD = frozenset(
    {"script", "style", "noscript", "template", "head", "select", "option", "textarea", "object", "svg", "iframe"}
)
INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q", "s"}
    | {"samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
)

Element = Any
"""An element of lxml, which carries no types."""


def is_read(element: Element) -> bool:
    return isinstance(element.tag, str) and element.tag not in _UNREAD


def is_hidden(element: Element) -> bool:
    return element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "") is not None


@dataclass(frozen=True, slots=True)
class Look:
    """What the text of an element inherits: its font and whether it is raised."""

    font: str = ""
    is_raised: bool = False

    def inside(self, element: Element, classes: Mapping[str, str]) -> Look:
        named = _FONT_FAMILY.search(element.get("style") or "")
        by_class = next((classes[name] for name in (element.get("class") or "").split() if name in classes), "")
        face = element.get("face") if element.tag == "font" else None
        font = named[1].strip() if named else face or by_class or self.font
        return Look(font, self.is_raised or element.tag == "sup")


def runs_of(element: Element, classes: Mapping[str, str], look: Look, *, with_tables: bool = False) -> Iterator[Run]:
    """The shown text below an element; inner tables are left out unless wanted."""
    yield Run(element.text or "", look.font, look.is_raised)
    for child in element:
        if is_read(child) and (with_tables or child.tag != "table") and not is_hidden(child):
            edge = Run("" if child.tag in INLINE else " ", look.font)
            yield edge
            yield from runs_of(child, classes, look.inside(child, classes), with_tables=with_tables)
            yield edge
        yield Run(child.tail or "", look.font, look.is_raised)


def plain(element: Element) -> str:
    return plain_text(runs_of(element, {}, Look()))


def fonts_of_classes(root: Element) -> dict[str, str]:
    """Style class -> font, as the style sheets inside the page say."""
    sheets = "\n".join(style.text or "" for style in root.iter("style"))
    return {name: font.strip() for name, font in _CLASS_FONT.findall(sheets)}
