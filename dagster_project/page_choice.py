"""The pages a person asks for: `3-9,12`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PART = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?", re.ASCII)


class PageChoiceError(ValueError):
    """No choice of pages of this file; the message says what was expected and what was found."""


@dataclass(frozen=True, slots=True)
class PageChoice:
    """Ranges of pages from 1, both ends included, as they were asked for."""

    ranges: tuple[tuple[int, int], ...]

    def __str__(self) -> str:
        """In words: "page 2", "pages 3 to 9, 12"."""
        parts = [f"{first}" if first == last else f"{first} to {last}" for first, last in self.ranges]
        is_one = len(self.ranges) == 1 and self.ranges[0][0] == self.ranges[0][1]
        return ("page " if is_one else "pages ") + ", ".join(parts)

    def within(self, count: int) -> frozenset[int]:
        """The chosen pages of a file of `count` pages.

        Raises:
            PageChoiceError: a page lies beyond the last.
        """
        beyond = max(last for _, last in self.ranges)
        if beyond > count:
            raise PageChoiceError(f"expected pages between 1 and {count}, the last of this file, found {beyond}")
        return frozenset(page for first, last in self.ranges for page in range(first, last + 1))


def _quoted(part: str, text: str) -> str:
    return f"{part.strip()!r} in {text!r}" if part.strip() != text.strip() else repr(text)


def choose_pages(text: str) -> PageChoice:
    """The choice in words of the command line: page numbers and ranges, divided by commas.

    Raises:
        PageChoiceError: something else, page 0, or a range that runs backwards.
    """
    ranges: list[tuple[int, int]] = []
    for part in text.split(","):
        match = _PART.fullmatch(part.strip())
        if match is None:
            raise PageChoiceError(f"expected page numbers and ranges such as 3-9,12, found {_quoted(part, text)}")
        first = int(match[1])
        last = int(match[2] or first)
        if first == 0:
            raise PageChoiceError(f"expected pages from 1 on, found page 0 in {text!r}")
        if last < first:
            raise PageChoiceError(f"expected the smaller page first, as in {last}-{first}, found {part.strip()!r}")
        ranges.append((first, last))
    return PageChoice(tuple(ranges))
