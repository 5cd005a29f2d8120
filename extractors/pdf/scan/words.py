"""Words that Tesseract reads, and whether the second engine reads the same figures in them: no figure rests on one reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.pdf.cells import NO_SECOND_READING, NOTHING_READ
from extractors.pdf.lines import join_lines
from extractors.pdf.scan import engines, ink, status
from extractors.pdf.scan.engines import Gray, Word
from extractors.pdf.scan.votes import plain
from extractors.records import UNSETTLED
from extractors.text.fold import nfc

_FIGURES = re.compile(r"\d+(?:[.,/\-]\d+)*")
_MARGIN = 0.2
"""Heights of a word that are cut out around it for the second engine."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A word, and what the second engine reads there if it finds other figures in it; "" if it agrees or there are none."""

    word: Word
    other: str = ""

    @property
    def is_settled(self) -> bool:
        return not self.other


def numbers_in(text: str) -> list[str]:
    """The figures of a text with the marks between them."""
    return _FIGURES.findall(plain(text))


def confirm(words: Sequence[Word], picture: Gray) -> list[Confirmed]:
    """The words with the verdict of the second engine on each that holds figures. `picture`: on which their boxes count."""
    with_figures = [index for index, word in enumerate(words) if numbers_in(word.text)]
    others: dict[int, str] = {}
    if with_figures and status.has_rapid():
        crops = [
            ink.cropped(picture, words[i].box, max(3, round(_MARGIN * (words[i].box[3] - words[i].box[1]))))
            for i in with_figures
        ]
        readings = [text for text, _ in engines.rapid_lines(crops)]
        others = {
            index: reading or NOTHING_READ
            for index, reading in zip(with_figures, readings, strict=True)
            if numbers_in(reading) != numbers_in(words[index].text)
        }
    elif with_figures:
        others = dict.fromkeys(with_figures, NO_SECOND_READING)
    return [Confirmed(word, others.get(index, "")) for index, word in enumerate(words)]


def without_doubts(words: Sequence[Word], picture: Gray) -> list[Word]:
    """The words; one whose figures the second engine does not confirm is the mark of what is not settled."""
    return [item.word if item.is_settled else replace(item.word, text=UNSETTLED) for item in confirm(words, picture)]


def words_to_text(words: Sequence[Word]) -> tuple[str, float]:
    """Words as one NFC text, lines joined as everywhere, and their mean confidence by length."""
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text)
    weight = sum(len(word.text) for word in words)
    sure = sum(word.confidence * len(word.text) for word in words) / weight if weight else 0.0
    return nfc(join_lines([" ".join(line) for line in lines.values()])), sure
