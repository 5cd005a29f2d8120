"""Characters -> lines -> text, the same way for cells and for running text, and for whichever engine read the characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from extractors.pdf.page import Char
from extractors.records import Box
from extractors.text.fold import nfc
from extractors.text.legacy import Decoded

WORD_GAP = 0.12
"""Gap between two signs, in sizes, from which a blank is read where the file holds none. pdfium drops blanks at the end of a text
object, and the boxes of Ơ and Ư reach beyond their advance: a blank of a quarter may measure less than a fifth."""

MARK_SIZE = 0.85
"""A sign of at most this share of its line's size that is also raised is a footnote mark."""

MARK_RAISE = 0.15
SAME_LINE = 0.5

_SUPERSCRIPTS = str.maketrans("0123456789*", "⁰¹²³⁴⁵⁶⁷⁸⁹*")
_SUPERSCRIPT_SIGNS = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹")
_UNIT_BEFORE_POWER = re.compile(r"(?:^|[\s\d/(])[kcm]?m$")


class Line(NamedTuple):
    """Signs of one line in reading order; `baseline` and `size` are those of its largest signs."""

    chars: tuple[Char, ...]
    baseline: float
    size: float

    @property
    def box(self) -> Box:
        return union(char.box for char in self.chars)

    @property
    def text(self) -> str:
        return nfc(line_text(self)[0])


class ReadText(NamedTuple):
    """NFC text without footnote marks, and the marks that stood in it, in order. `is_decoded`: it rests on an old encoding."""

    text: str
    marks: tuple[str, ...] = ()
    is_decoded: bool = False


_NOTHING = ReadText("")


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all; there must be at least one."""
    found = list(boxes)
    if len(found) == 1:
        return found[0]
    return min(b[0] for b in found), min(b[1] for b in found), max(b[2] for b in found), max(b[3] for b in found)


def upright(char: Char, turn: int) -> Char:
    """The sign in a frame turned so that text of direction `turn` reads from left to right."""
    x0, y0, x1, y1 = char.box
    if turn == 1:
        return char._replace(box=(y0, -x1, y1, -x0), baseline=-char.baseline, turn=0)
    if turn == 2:
        return char._replace(box=(-x1, -y1, -x0, -y0), baseline=-char.baseline, turn=0)
    if turn == 3:
        return char._replace(box=(-y1, x0, -y0, x1), turn=0)
    return char


def lines_of(chars: Iterable[Char]) -> list[Line]:
    """Lines from top to bottom of signs that read from left to right. Large signs make lines; small ones join the nearest."""
    runs: dict[tuple[float, float], list[Char]] = {}
    for char in chars:
        runs.setdefault((char.size, round(char.baseline, 1)), []).append(char)
    # Blanks alone make no line: a trailing blank in another size is no text.
    solid = {key: run for key, run in runs.items() if any(not char.text.isspace() for char in run)}
    found: list[tuple[float, float, list[Char]]] = []
    for (size, baseline), run in sorted(solid.items(), key=lambda item: (-item[0][0], item[0][1])):
        near = [line for line in found if abs(line[0] - baseline) < SAME_LINE * line[1]]
        if near:
            min(near, key=lambda line: abs(line[0] - baseline))[2].extend(run)
        else:
            found.append((baseline, size, list(run)))
    for key, run in runs.items():
        if key not in solid:
            near = [line for line in found if abs(line[0] - key[1]) < SAME_LINE * line[1]]
            if near:
                near[0][2].extend(run)
    return [
        Line(tuple(sorted(signs, key=lambda char: (char.box[0], char.box[2]))), baseline, size)
        for baseline, size, signs in sorted(found, key=lambda line: line[0])
    ]


def word_gap(line: Line) -> float:
    """Points of white from which two neighbours are two words. In a line of spaced-out letters their usual distance comes on top."""
    solid = [char for char in line.chars if not char.text.isspace()]
    # Signs of one run stand close together.
    gaps = [0.0] * sum(len(char.text) - 1 for char in solid)
    gaps += [max(0.0, after.box[0] - before.box[2]) for before, after in pairwise(solid)]
    # The lower quarter: in a line of short words every other neighbour may stand a blank apart.
    usual = sorted(gaps)[len(gaps) // 4] if len(gaps) >= 4 else 0.0
    return WORD_GAP * line.size + (usual if usual < WORD_GAP * 2.5 * line.size else 0.0)


def is_raised(char: Char, line: Line) -> bool:
    return char.size <= MARK_SIZE * line.size and char.baseline <= line.baseline - MARK_RAISE * line.size


def line_text(line: Line, *, keep_marks: bool = False) -> tuple[str, list[str]]:
    """Text of a line and the footnote marks in it. A power of a unit (m², km²) is text. `keep_marks`: marks stay as ⁴ in the text."""
    if len(line.chars) == 1 and line.chars[0].text not in _SUPERSCRIPT_SIGNS:
        return line.chars[0].text, []
    text, marks = "", []
    from_gap = word_gap(line)
    previous: Char | None = None
    was_mark = False
    for char in line.chars:
        mark = is_raised(char, line) or char.text in _SUPERSCRIPT_SIGNS
        if mark and not char.text.isspace():
            sign = char.text.translate(_SUPERSCRIPTS)
            if keep_marks or (sign in "²³" and not was_mark and _UNIT_BEFORE_POWER.search(text)):
                text += sign
            elif was_mark:
                marks[-1] += char.text
            else:
                marks.append(char.text)
            was_mark = True
            previous = char
            continue
        if previous is not None and not text.endswith(" ") and not char.text.isspace():
            gap = char.box[0] - previous.box[2]
            if gap > from_gap:
                text += " "
        text += char.text
        previous, was_mark = char, False
    return text, marks


def _is_glued(text: str) -> bool:
    """Whether the next line goes on without a blank: a slash or a hyphen stands at the end, no blank before it."""
    return len(text) > 1 and text[-1] in "/-" and text[-2] != " "


def join_lines(texts: Sequence[str]) -> str:
    """Lines to one NFC text: a blank between, none where `_is_glued`."""
    if len(texts) == 1:
        return nfc(texts[0])
    whole = ""
    for text in map(nfc, texts):
        if not text:
            continue
        whole += text if not whole or _is_glued(whole) else f" {text}"
    return nfc(whole)


def text_of(chars: Sequence[Char], *, keep_marks: bool = False) -> ReadText:
    """The text of the signs in one box, upright ones first, then those of each other direction."""
    if not chars:
        return _NOTHING
    if len(chars) == 1 and chars[0].turn is not None and chars[0].text not in _SUPERSCRIPT_SIGNS:
        return ReadText(nfc(chars[0].text))
    texts: list[str] = []
    marks: list[str] = []
    for turn in (0, 3, 1, 2):
        turned = [upright(char, turn) for char in chars if char.turn == turn]
        for line in lines_of(turned) if turned else ():
            text, found = line_text(line, keep_marks=keep_marks)
            texts.append(text)
            marks.extend(found)
    return ReadText(join_lines(texts), tuple(marks), any(isinstance(char.text, Decoded) for char in chars))
