"""Descriptions in two languages, as they stand in comments of the marts: `VI: … | EN: …`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_VI, _EN = "VI: ", " | EN: "
_LINK = re.compile(r" \| \S*dictionary/vi/\w+\.html(#\w+)?$")


@dataclass(frozen=True, slots=True)
class Described:
    """One text in Vietnamese and in English; empty where nothing is written."""

    vi: str = ""
    en: str = ""

    @property
    def comment(self) -> str:
        """Both, as a comment says them."""
        return f"{_VI}{self.vi}{_EN}{self.en}"


def described(comment: str | None) -> Described:
    """The two texts of a comment, without the link to the dictionary at its end.

    One that is not of that form has none, which a test of the marts does not let pass.
    """
    text = _LINK.sub("", comment or "")
    if not text.startswith(_VI) or _EN not in text:
        return Described()
    vi, _, en = text.removeprefix(_VI).partition(_EN)
    return Described(vi.strip(), en.strip())


def with_link(comment: str, table: str, column: str | None = None, base: str = "") -> str:
    """A comment that ends with the link to its entry in the dictionary.

    `base`: address of the folder of the release, without a slash at its end; empty: the link is relative to that folder.
    """
    anchor = f"#{column}" if column else ""
    return f"{comment} | {base + '/' if base else ''}dictionary/vi/{table}.html{anchor}"
