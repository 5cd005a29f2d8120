"""Signs of a page by pdfium, in runs: the signs of one text object that stand together are one `Char`.

A call into the engine for every sign costs more than all other work on a page, so only the ends of a run are measured. A run is taken
apart into single signs where that could matter: where a ruling line crosses it, where it holds raised figures, and wherever the
caller asks for it (`SignReader.letters`).
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as c

from extractors.pdf.calls import by_address
from extractors.pdf.marks import compose_marks, is_mark, lines_near
from extractors.pdf.page import Char, Frame, Rule, turn_of
from extractors.pdf.run_places import Crossings, lean_of, unslanted, with_holes
from extractors.records import UNSETTLED, Box

_SUPERSCRIPTS = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]")
_ENGINE_SIGNS = {0: UNSETTLED, 2: "-", 0xFFFE: "-"} | dict.fromkeys(range(0xD800, 0xE000), UNSETTLED)
"""pdfium shows a sign that the font does not decode as 0, and a hyphen at the end of a line as 2 (sign by sign) or FFFE (in its
text as a whole); whether it was a soft one is lost."""

_ENGINE_SIGN = re.compile("[\x00\x02\ufffe\ud800-\udfff]")


_NARROWEST_BLANK = 0.1
"""Width of a blank in sizes, at least."""


_ADDED = (" ", "\r")
"""What the engine adds between signs: a blank, or the end of a line (where it takes two pieces of a line for two lines)."""

_LAST_PLAIN = "\x7f"
"""Letters with marks come after it."""

_HIDDEN = 3
"""Text render mode of text that is not painted."""


_text_object = by_address(c.FPDFText_GetTextObject, ctypes.c_void_p, ctypes.c_int)
_code = by_address(c.FPDFText_GetUnicode, ctypes.c_uint, ctypes.c_int)
_is_generated = by_address(c.FPDFText_IsGenerated, ctypes.c_int, ctypes.c_int)
_loose_box = by_address(c.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
_origin = by_address(c.FPDFText_GetCharOrigin, ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_matrix = by_address(c.FPDFText_GetMatrix, ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
_size = by_address(c.FPDFText_GetFontSize, ctypes.c_double, ctypes.c_int)
_font_of = by_address(c.FPDFTextObj_GetFont, ctypes.c_void_p)
_render_mode = by_address(c.FPDFTextObj_GetTextRenderMode, ctypes.c_int)

_LINE_ENDS = re.compile(r"[\r\n]")


class SignReader:
    """The text of one open page. Close it before the page."""

    def __init__(self, page: pdfium.PdfPage, frame: Frame) -> None:
        self._textpage = page.get_textpage()
        self._raw: Any = self._textpage.raw
        self._address = ctypes.cast(self._raw, ctypes.c_void_p).value
        self._frame = frame
        self._fonts: dict[int, str] = {}
        self._loose, self._matrix = c.FS_RECTF(), c.FS_MATRIX()
        self._tight = tuple(ctypes.c_double() for _ in range(4))
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._loose_at, self._matrix_at = ctypes.addressof(self._loose), ctypes.addressof(self._matrix)
        self._origin_at = ctypes.addressof(self._x), ctypes.addressof(self._y)
        self.has_hidden_text = False
        self._text = self._all_text()

    def close(self) -> None:
        self._textpage.close()

    def _all_text(self) -> str:
        """One letter for each number of the engine's text."""
        count = self._textpage.count_chars()
        buffer = (ctypes.c_ushort * (count + 1))()
        written = c.FPDFText_GetText(self._raw, 0, count, buffer) if count else 0
        text = bytes(buffer)[: 2 * count].decode("utf-16-le", "surrogatepass")
        # The engine leaves signs without a code out of its text: then each sign is asked for, lest the numbers shift.
        if written != count + 1 or len(text) != count:
            text = "".join(chr(_code(self._address, index)) for index in range(count))
        return text.translate(_ENGINE_SIGNS) if _ENGINE_SIGN.search(text) else text

    def _box(self, index: int) -> Box | None:
        loose, frame = self._loose, self._frame
        if not _loose_box(self._address, index, self._loose_at):
            return None
        if loose.right - loose.left < 0.01 or loose.top - loose.bottom < 0.01:
            return self._ink(index)
        return frame.box(loose.left, loose.bottom, loose.right, loose.top)

    def _ink(self, index: int) -> Box:
        left, right, bottom, top = self._tight
        c.FPDFText_GetCharBox(self._raw, index, left, right, bottom, top)
        return self._frame.box(left.value, bottom.value, right.value, top.value)

    def _span(self, first: int, last: int) -> Box | None:
        start = self._box(first)
        if first == last:
            return start
        end = self._box(last)
        if start is None or end is None:
            return None
        return min(start[0], end[0]), min(start[1], end[1]), max(start[2], end[2]), max(start[3], end[3])

    def _font(self, handle: int) -> str:
        address = _font_of(handle)
        if not address:
            return ""
        if address not in self._fonts:
            font = ctypes.cast(address, c.FPDF_FONT)
            length = c.FPDFFont_GetBaseFontName(font, None, 0)
            buffer = ctypes.create_string_buffer(max(length, 1))
            c.FPDFFont_GetBaseFontName(font, buffer, length)
            self._fonts[address] = buffer.value.decode("utf-8", "replace")
        return self._fonts[address]

    def _is_hidden(self, handle: int) -> bool:
        return _render_mode(handle) == _HIDDEN

    def _run(self, text: str, first: int, font: str) -> Char | None:
        """One run; `text` begins and ends with printed signs, or is one blank."""
        box = self._span(first, first + len(text) - 1)
        if box is None:
            return None
        x, y, matrix, frame = self._x, self._y, self._matrix, self._frame
        _origin(self._address, first, *self._origin_at)
        _matrix(self._address, first, self._matrix_at)
        origin, ahead = frame.point(x.value, y.value), frame.point(x.value + matrix.a, y.value + matrix.b)
        turn = turn_of(ahead[0] - origin[0], ahead[1] - origin[1])
        set_size = _size(self._address, first)
        size = set_size * math.hypot(matrix.c, matrix.d)
        if matrix.c and turn == 0 and (lean := lean_of(matrix)):
            box = unslanted(box, origin[1], lean)
        if turn == 0 and text[-1] > _LAST_PLAIN and set_size:
            box = self._up_to_advance(box, first + len(text) - 1, size / set_size)
        return Char(text, box, origin[1] if turn in (0, 2) else origin[0], round(size, 3), turn, font, first)

    def _up_to_advance(self, box: Box, last: int, scale: float) -> Box:
        """The box of a run up to where its last sign ends by its advance, which shows where the engine adds a sign behind it.

        The marks of a slanted letter reach far beyond its advance, over all of a blank that the file holds not as a sign.
        """
        if self._text[last + 1 : last + 2] not in _ADDED or _is_generated(self._address, last + 1) != 1:
            return box
        x, y = self._x, self._y
        _origin(self._address, last, *self._origin_at)
        start = x.value, y.value
        _origin(self._address, last + 1, *self._origin_at)
        # The engine leaves the scale of the text matrix out.
        end = self._frame.point(*start)[0] + math.dist(start, (x.value, y.value)) * scale
        return (box[0], box[1], min(box[2], end), box[3]) if end > box[0] else box

    def letters(self, char: Char) -> list[Char]:
        """The single signs of a run, marks composed; a sign by itself stays as it is."""
        if char.first < 0 or len(char.text) == 1:
            return [char]
        found: list[Char] = []
        _matrix(self._address, char.first, self._matrix_at)
        lean = lean_of(self._matrix) if char.turn == 0 else 0.0
        for index, sign in enumerate(self._text[char.first : char.first + len(char.text)], char.first):
            box = self._box(index)
            if box is not None:
                box = unslanted(box, char.baseline, lean) if lean else box
                found.append(Char(sign, box, char.baseline, char.size, char.turn, char.font, index))
        return list(compose_marks(found))

    def _marks(self, char: Char) -> Iterator[Char]:
        """The signs of a run that begins with combining marks, each mark with the box of its ink."""
        for offset, sign in enumerate(char.text):
            index = char.first + offset
            box = self._ink(index) if unicodedata.combining(sign) else self._box(index)
            if box is not None:
                yield char._replace(text=sign, box=box, first=index)

    def _parts(self, first: int, last: int) -> Iterator[tuple[int, str]]:
        """Text of some numbers, parted at line ends and at the blanks that the engine adds, each with its first number."""
        text = self._text[first:last]
        if text.isalnum():
            yield first, text
            return
        address = self._address
        ends = [match.start() for match in _LINE_ENDS.finditer(text)] if "\r" in text or "\n" in text else []
        at = text.find(" ")
        while at >= 0:
            if _is_generated(address, first + at) == 1:
                ends.append(at)
            at = text.find(" ", at + 1)
        ends.sort()
        start = 0
        for end in (*ends, len(text)):
            if end > start:
                yield first + start, text[start:end]
            if text[end : end + 1] == " " and end + 1 < len(text) and self._hides_blank(first + end):
                yield first + end, " "
            start = end + 1

    def _hides_blank(self, index: int) -> bool:
        """Whether a blank that the engine adds stands for one of the file too: then the next sign begins a blank's width behind it.

        The engine adds a blank for a hole in which signs of another font stand, and leaves out the printed blank after that hole.
        """
        x, y, matrix = self._x, self._y, self._matrix
        _origin(self._address, index, *self._origin_at)
        start = x.value, y.value
        _origin(self._address, index + 1, *self._origin_at)
        _matrix(self._address, index + 1, self._matrix_at)
        size = _size(self._address, index + 1) * math.hypot(matrix.c, matrix.d)
        return math.dist(start, (x.value, y.value)) > _NARROWEST_BLANK * size

    def _objects(self) -> Iterator[tuple[int, int, int]]:
        """Text objects as (handle, first number, number after the last). The signs of one object follow each other."""
        address, text, count = self._address, self._text, len(self._text)
        first = 0
        while first < count:
            if text[first] in "\r\n":
                first += 1
                continue
            handle = _text_object(address, first)
            if handle is None:
                first += 1
                continue
            step, known, unknown = 1, first, first + 1
            # Many writers set a line in one object: then its end needs two questions.
            end = text.find("\r", unknown)
            if end > 0 and _text_object(address, end - 1) == handle:
                known, unknown = end - 1, end
            while unknown < count and _text_object(address, unknown) == handle:
                step *= 2
                known, unknown = unknown, min(unknown + step, count)
            while unknown - known > 1:
                middle = (known + unknown) // 2
                known, unknown = (middle, unknown) if _text_object(address, middle) == handle else (known, middle)
            yield handle, first, unknown
            first = unknown

    def _pieces(self) -> Iterator[tuple[int, str, int]]:
        """Runs as (first number, text, handle of the text object); a blank at the end of a run is a piece of its own."""
        for handle, first, last in self._objects():
            for start, part in self._parts(first, last):
                solid = part.strip()
                if len(solid) == len(part):
                    yield start, part, handle
                elif solid:
                    before = len(part) - len(part.lstrip())
                    after = len(part.rstrip())
                    if before:
                        yield start + before - 1, " ", handle
                    yield start + before, solid, handle
                    if after < len(part):
                        yield start + after, " ", handle
                else:
                    yield start, " ", handle

    def _runs(self) -> Iterator[Char]:
        hidden: dict[int, bool] = {}
        fonts: dict[int, str] = {}
        for first, text, handle in self._pieces():
            if handle not in hidden:
                hidden[handle] = self._is_hidden(handle)
                fonts[handle] = self._font(handle)
            if hidden[handle]:
                self.has_hidden_text = True
            elif (char := self._run(text, first, fonts[handle])) is not None:
                yield char

    def chars(self, horizontal: Iterable[Rule], vertical: Iterable[Rule]) -> Iterator[Char]:
        """All displayed runs in the order of the file; sign by sign where a rule crosses one, another stands in a hole of it,
        raised figures are in it, or marks of another font belong to its letters."""
        across, down = Crossings(vertical), Crossings(horizontal)
        has_raised_figures = _SUPERSCRIPTS.search(self._text) is not None
        runs = list(self._runs())
        holed = with_holes(runs)
        with_marks = {line for run in runs if is_mark(run) for line in lines_near(run)}
        for char in runs:
            x0, top, x1, bottom = char.box
            if is_mark(char):
                yield from self._marks(char)
                continue
            if len(char.text) == 1:
                yield char
                continue
            is_crossed = (
                across.any_between(x0, x1, (top + bottom) / 2)
                if char.turn in (0, 2)
                else char.turn is not None and down.any_between(top, bottom, (x0 + x1) / 2)
            )
            if (
                is_crossed
                or char.first in holed
                or round(char.baseline) in with_marks
                or (has_raised_figures and _SUPERSCRIPTS.search(char.text))
            ):
                yield from self.letters(char)
            else:
                yield char
