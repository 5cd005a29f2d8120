"""The texts of a Word document: runs with their fonts, as if every tracked change were accepted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from extractors.runs import Run, RunText, Verdicts, judge, read_runs

Element = Any
"""An XML element as python-docx gives it (lxml), which carries no types."""

P, TBL, TR, TC = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
TEXT, VALUE = qn("w:t"), qn("w:val")
_RUN, _STYLE_ID = qn("w:r"), qn("w:styleId")
_SIGNS: Mapping[str, str] = {
    qn("w:tab"): " ",
    qn("w:br"): " ",
    qn("w:cr"): " ",
    qn("w:noBreakHyphen"): "-",
    # The letter ư of TCVN3 stands on the code of the soft hyphen; in Unicode text it is dropped with the invisible signs.
    qn("w:softHyphen"): "\u00ad",
}
_FONT_NAMES = (qn("w:ascii"), qn("w:hAnsi"))
_WRAPPERS = frozenset(qn(f"w:{name}") for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))
_NOT_READ = frozenset(
    {
        *(qn(f"w:{name}") for name in ("pPr", "rPr", "del", "moveFrom", "drawing", "pict", "object")),
        # A text box stands in the file twice, once for each generation of Word.
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent",
    }
)
_DEPTH = 20


def property_of(element: Element, path: str) -> Element | None:
    """An element below, by its path of names: "tcPr/gridSpan"."""
    return element.find("/".join(qn(f"w:{name}") for name in path.split("/")))


def children(element: Element) -> Iterator[Element]:
    """The children of an element, those inside content controls and tracked insertions included."""
    for child in element.iterchildren():
        if child.tag in _WRAPPERS:
            yield from children(child)
        else:
            yield child


def _font(properties: Element | None) -> str:
    fonts = None if properties is None else property_of(properties, "rFonts")
    return "" if fonts is None else next((fonts.get(name) for name in _FONT_NAMES if fonts.get(name)), "")


def _named(element: Element, path: str) -> str:
    found = property_of(element, path)
    return "" if found is None else found.get(VALUE, "")


def _style_fonts(styles: Element) -> dict[str, str]:
    """Style -> its font, its parents' included; "" is the font of what has no style."""
    own: dict[str, tuple[str, str]] = {}
    for style in styles.iterchildren(qn("w:style")):
        own[style.get(_STYLE_ID, "")] = (_font(property_of(style, "rPr")), _named(style, "basedOn"))
    fonts = {"": _font(property_of(styles, "docDefaults/rPrDefault/rPr"))}
    for name in own:
        line, step = name, 0
        while line in own and not own[line][0] and step < _DEPTH:
            line, step = own[line][1], step + 1
        fonts[name] = own[line][0] if line in own else fonts[""]
    return fonts


@dataclass(frozen=True, slots=True)
class Texts:
    """Reads paragraphs and cells. `verdicts`: which fonts of the document are in an old encoding."""

    style_fonts: Mapping[str, str]
    verdicts: Verdicts

    def paragraph(self, paragraph: Element) -> RunText:
        return read_runs(list(_runs(paragraph, self.style_fonts)), self.verdicts)

    def cell(self, cell: Element) -> RunText:
        """The paragraphs of a cell joined by blanks; a table inside the cell is read as a table of its own."""
        runs: list[Run] = []
        for child in children(cell):
            if child.tag == P:
                runs += [Run(" ")] if runs else []
                runs += _runs(child, self.style_fonts)
        return read_runs(runs, self.verdicts)


def _runs(paragraph: Element, style_fonts: Mapping[str, str]) -> Iterator[Run]:
    style = _named(paragraph, "pPr/pStyle")
    yield from _pieces(paragraph, style_fonts, Run("", style_fonts.get(style, style_fonts.get("", ""))))


def _pieces(element: Element, style_fonts: Mapping[str, str], like: Run) -> Iterator[Run]:
    """The runs below an element; `like` has the font and the height of the run around them."""
    for child in element.iterchildren():
        if child.tag == TEXT:
            yield Run(child.text or "", like.font, like.is_raised)
        elif child.tag in _SIGNS:
            yield Run(_SIGNS[child.tag], like.font, like.is_raised)
        elif child.tag == _RUN:
            own = property_of(child, "rPr")
            font = _font(own) or style_fonts.get(_named(child, "rPr/rStyle") or "-", "") or like.font
            yield from _pieces(child, style_fonts, Run("", font, _named(child, "rPr/vertAlign") == "superscript"))
        elif child.tag not in _NOT_READ:
            yield from _pieces(child, style_fonts, like)


def texts_of(body: Element, styles: Element) -> Texts:
    """How to read the texts of a document, from all of its paragraphs."""
    style_fonts = _style_fonts(styles)
    return Texts(style_fonts, judge(run for paragraph in body.iter(P) for run in _runs(paragraph, style_fonts)))
