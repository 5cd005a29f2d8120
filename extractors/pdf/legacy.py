"""Signs of TCVN3, VNI and VPS fonts to Unicode, where they stand: after a page is read and before it is taken apart.

Which fonts of a document are in an old encoding is decided once, from all its text (`FontTexts` gathers it, `judge_fonts` decides);
then every page is decoded on its signs, so that the geometry stays. A decoded sign's text is a `Decoded`, which is never decoded again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from extractors.pdf.lines import WORD_GAP, union
from extractors.pdf.page import Char, Letters, Page
from extractors.records import UNSETTLED, Issue, Locator
from extractors.text.legacy import Decoded, bare_font_name, encoding_of_font, has_unicode_letters, hyphens_to_u, vni_pair
from extractors.text.legacy_evidence import FontVerdict, judge_fonts

Verdicts = Mapping[str, FontVerdict]
"""Bare font name -> verdict, only of fonts whose text does not stand as it is."""

_ENOUGH = 20_000
"""Signs of one font that are kept to judge it."""

_SAME_BASELINE = 0.2
_OI = ("\u01a2", "\u01a3")
_O_TILDE = ("Õ", "õ")


def _adjoin(before: Char, after: Char) -> bool:
    """Two signs of one word: the same font, line and direction, no white between them."""
    if (before.font, before.turn) != (after.font, after.turn) or abs(before.size - after.size) > 0.01:
        return False
    if abs(before.baseline - after.baseline) > _SAME_BASELINE * after.size:
        return False
    gap = {
        0: after.box[0] - before.box[2],
        1: after.box[1] - before.box[3],
        2: before.box[0] - after.box[2],
        3: before.box[1] - after.box[3],
    }.get(after.turn if after.turn is not None else 0, 0.0)
    return -after.size < gap <= WORD_GAP * after.size


def _words(chars: Iterable[Char]) -> list[list[Char]]:
    """Signs that adjoin in the order of the file."""
    found: list[list[Char]] = []
    for char in chars:
        if found and _adjoin(found[-1][-1], char):
            found[-1].append(char)
        else:
            found.append([char])
    return found


def texts_by_font(page: Page) -> dict[str, str]:
    """All text of one page by the name of its font, words apart by blanks."""
    texts: dict[str, list[str]] = {}
    for word in _words(page.chars):
        texts.setdefault(word[0].font, []).append("".join(char.text for char in word))
    return {font: " ".join(parts) for font, parts in texts.items()}


@dataclass(slots=True)
class FontTexts:
    """Gathers, page by page, the text that tells what a font is in. Text in ASCII tells nothing and is not kept."""

    _texts: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    _sizes: dict[str, int] = field(default_factory=dict[str, int])
    _pages: dict[str, int] = field(default_factory=dict[str, int])
    _misnamed: dict[str, tuple[int, list[str]]] = field(default_factory=dict[str, tuple[int, list[str]]])

    def _add_misnamed(self, page: Page) -> None:
        """Fonts that call Ư Ƣ, their first page and their words with Õ, which in such fonts may be Ò."""
        for char in page.chars:
            if char.font not in self._misnamed and any(sign in char.text for sign in _OI):
                self._misnamed[char.font] = (page.number, [])
        if self._misnamed:
            for word in _words(char for char in page.chars if char.font in self._misnamed):
                text = "".join(char.text for char in word)
                self._misnamed[word[0].font][1].extend(part for part in text.split() if any(o in part for o in _O_TILDE))

    def add(self, page: Page) -> None:
        self._add_misnamed(page)
        open_signs: list[Char] = []
        for char in page.chars:
            if self._sizes.get(char.font, 0) < _ENOUGH:
                open_signs.append(char)
        for word in _words(open_signs):
            text, font = "".join(char.text for char in word), word[0].font
            if text.isascii():
                continue
            self._texts.setdefault(font, []).append(text)
            self._pages.setdefault(font, page.number)
            known = self._sizes.get(font, 0) + len(text)
            # A font with letters that only Unicode has, and no name that says otherwise, needs no further look.
            is_settled = has_unicode_letters(text) and encoding_of_font(font) is None
            self._sizes[font] = _ENOUGH if is_settled else known

    def verdicts(self) -> dict[str, FontVerdict]:
        """Fonts whose text does not stand as it is: in an old encoding, or in doubt."""
        texts: dict[str, str] = {}
        for font, parts in self._texts.items():
            bare = bare_font_name(font)
            texts[bare] = " ".join((texts.get(bare, ""), *parts))
        return {font: verdict for font, verdict in judge_fonts(texts).items() if verdict.encoding or verdict.doubt}

    def issues(self, verdicts: Verdicts, document_id: str) -> tuple[Issue, ...]:
        """One error for each font in doubt, one warning for each that calls Ư Ƣ, on the first page that shows it."""
        pages = {bare_font_name(font): page for font, page in reversed(self._pages.items())}
        misnamed = tuple(
            Issue(
                code="letters_misnamed",
                severity="warning",
                document_id=document_id,
                message=f"expected the letter Ư, found Ƣ in the font {bare_font_name(font)!r}; it is read as Ư, "
                + (
                    f"but Õ may be Ò in {', '.join(map(repr, sorted(set(words))[:5]))}"
                    if words
                    else "and no Õ stands in that font"
                ),
                hint="compare the words with Õ with the page" if words else "nothing is to be done",
                expected="Ư",
                found="Ƣ",
                locator=Locator(page=page),
            )
            for font, (page, words) in self._misnamed.items()
        )
        return misnamed + tuple(
            Issue(
                code="legacy_encoding_in_doubt",
                severity="error",
                document_id=document_id,
                message=f"expected text in one encoding, found contradictory letters: {verdict.doubt}",
                hint="look at the page; the letters of this font beyond ASCII are held back, give a Unicode copy of the document",
                expected="Unicode, TCVN3, VNI or VPS",
                found=font,
                locator=Locator(page=pages.get(font)),
            )
            for font, verdict in verdicts.items()
            if verdict.doubt
        )


def _composed(word: Sequence[Char]) -> list[Char]:
    """Letters and the VNI marks behind them as one sign each."""
    found: list[Char] = []
    place = 0
    while place < len(word):
        char = word[place]
        pair = vni_pair(char.text, word[place + 1].text) if place + 1 < len(word) else None
        if pair is None:
            found.append(char)
        else:
            found.append(char._replace(text=Decoded(pair), box=union((char.box, word[place + 1].box))))
        place += 1 if pair is None else 2
    return found


def _ends_in_lost_u(signs: Sequence[str], verdict: FontVerdict) -> bool:
    """A small letter and a hyphen end a word of TCVN3: the engine calls a soft hyphen, which is ư, a hyphen at the end of a line."""
    return verdict.encoding == "tcvn3" and len(signs) > 1 and signs[-1] == "-" and signs[-2].islower()


def _decode_word(word: Sequence[Char], verdict: FontVerdict) -> list[Char]:
    """Adjoining single signs of one font."""
    if verdict.doubt:
        return [char if char.text.isascii() else char._replace(text=UNSETTLED) for char in word]
    signs = [char.text for char in word]
    if all(len(sign) == 1 for sign in signs) and (verdict.hyphen_is_u or _ends_in_lost_u(signs, verdict)):
        signs = list(hyphens_to_u("".join(signs)))
    chars = [char if char.text == sign else char._replace(text=sign) for char, sign in zip(word, signs, strict=True)]
    found: list[Char] = []
    for char in _composed(chars) if verdict.encoding == "vni" else chars:
        text = verdict.decode(char.text)
        found.append(char if text == char.text else char._replace(text=text))
    return found


def decode_signs(signs: Iterable[Char], verdicts: Verdicts) -> list[Char]:
    """Single signs, those of fonts with a verdict decoded; the others, and the order, as they are."""
    found: list[Char] = []
    for word in _words(signs):
        verdict = verdicts.get(bare_font_name(word[0].font))
        found.extend(word if verdict is None else _decode_word(word, verdict))
    return found


def decode_page(page: Page, letters: Letters, verdicts: Verdicts) -> Page:
    """`page` in Unicode. Runs of fonts with a verdict are taken apart by `letters`; text of other fonts stays in runs."""
    if not verdicts or not any(bare_font_name(char.font) in verdicts for char in page.chars):
        return page
    signs: list[Char] = []
    for char in page.chars:
        signs.extend(letters(char) if bare_font_name(char.font) in verdicts else (char,))
    return replace(page, chars=tuple(decode_signs(signs, verdicts)))
