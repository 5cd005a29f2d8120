"""Descriptions in two languages, as they stand in comments of the marts: `VI: … | EN: …`."""

from __future__ import annotations

from dataclasses import dataclass

_VI, _EN = "VI: ", " | EN: "


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
    """The two texts of a comment. One that is not of that form has none, which a test of the marts does not let pass."""
    text = comment or ""
    if not text.startswith(_VI) or _EN not in text:
        return Described()
    vi, _, en = text.removeprefix(_VI).partition(_EN)
    return Described(vi.strip(), en.strip())
