"""Is this text in an old encoding? Judged by the syllables that decoding makes or destroys, for a font or a document as a whole.

A word with a sign beyond ASCII speaks for the encoding if it is a Vietnamese syllable only after decoding ("Néi" -> "Nội"), against
it if it is one only as it stands ("Nội", "là"), and is mute if both or neither are ("tê" and "tờ"; "QĐ"). The name of a font adds to
the evidence and never stands in for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from extractors.text.legacy import (
    ENCODINGS,
    Encoding,
    decode,
    encoding_of_font,
    has_unicode_letters,
    hyphens_to_u,
    is_capital_font,
)
from extractors.text.syllables import is_syllable

_BETWEEN_WORDS = re.compile(r"[\s!-,./:-@\[-`{-~0-9]+")
_AROUND_WORDS = "-–—“”‘’…•"
_PICTURE_FONTS = re.compile(r"symbol|wingding|webding|dingbat", re.IGNORECASE)
_MANY_WORDS = 8
_MANY_DIFFERENT = 5
_NEARLY_ALL = 0.9
_MOST = 0.7


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words with a sign beyond ASCII, counted by what decoding does to them: `made` a syllable, `destroyed` one, neither (`mute`)."""

    made: int
    different: int
    destroyed: int
    mute: int

    @property
    def share(self) -> float:
        """Of the words that speak and of those that are no syllable either way, how many decoding makes; 0 without any."""
        total = self.made + self.destroyed + self.mute
        return self.made / total if total else 0.0

    @property
    def is_overwhelming(self) -> bool:
        return (
            self.made >= _MANY_WORDS
            and self.different >= _MANY_DIFFERENT
            and self.share >= _NEARLY_ALL
            and self.destroyed <= (1 - _NEARLY_ALL) * self.made / 2
        )


def weigh(text: str, encoding: Encoding, hyphen_is_u: bool = False) -> Evidence:
    """What the words of `text` say about `encoding`. Text with letters that only Unicode has says nothing for it."""
    made: list[str] = []
    destroyed = mute = 0
    source = hyphens_to_u(text) if hyphen_is_u and encoding == "tcvn3" else text
    for word in _BETWEEN_WORDS.split(source):
        if word.isascii():
            continue
        before = is_syllable(word.strip(_AROUND_WORDS))
        after = not has_unicode_letters(word) and is_syllable(decode(word, encoding).strip(_AROUND_WORDS))
        if after and not before:
            made.append(word)
        elif before and not after:
            destroyed += 1
        elif not before:
            mute += 1
    return Evidence(len(made), len(set(made)), destroyed, mute)


def calls_u_a_hyphen(text: str) -> bool:
    """True if TCVN3 text has hyphens in the place of ư: it has no soft hyphen, and syllables come out of words with a hyphen."""
    return "\u00ad" not in text and hyphens_to_u(text) != text


def detect_encoding(text: str) -> Encoding | None:
    """The one old encoding that the text of a whole document or font is overwhelmingly in; None for anything less."""
    if text.isascii() or has_unicode_letters(text):
        return None
    found: list[Encoding] = [
        encoding for encoding in ENCODINGS if weigh(text, encoding, calls_u_a_hyphen(text)).is_overwhelming
    ]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class FontVerdict:
    """How the text of one font is to be taken. `encoding` None: as it stands. `doubt`: why it cannot be told, empty if it can.

    Text of a font in doubt must not be published: its cells are unsettled and the doubt is an issue of severity error.
    """

    encoding: Encoding | None = None
    capitals: bool = False
    hyphen_is_u: bool = False
    doubt: str = ""

    def decode(self, text: str) -> str:
        """Unicode text (`Decoded`) if the font is in an old encoding, otherwise `text` itself."""
        if self.encoding is None or has_unicode_letters(text):
            return text
        return decode(text, self.encoding, self.capitals, self.hyphen_is_u)


AS_IT_STANDS = FontVerdict()


def _verdict(font: str, text: str, encoding: Encoding) -> FontVerdict:
    return FontVerdict(encoding, is_capital_font(font), encoding == "tcvn3" and calls_u_a_hyphen(text))


def _named(font: str, text: str, encoding: Encoding, pooled: Evidence) -> FontVerdict:
    """A font whose name promises `encoding`; `pooled`: the evidence of all fonts of such names, for one that hardly says anything."""
    own = weigh(text, encoding, calls_u_a_hyphen(text))
    speaks = own.made + own.destroyed > 0
    evidence = own if speaks else pooled
    if evidence.made and evidence.share >= _MOST:
        return _verdict(font, text, encoding)
    if text.isascii() or (evidence.destroyed and evidence.destroyed >= _MOST * (evidence.made + evidence.destroyed)):
        return AS_IT_STANDS
    return FontVerdict(
        doubt=f"the font {font!r} is one of {encoding}, but of its words beyond ASCII {evidence.made} are Vietnamese only after "
        f"decoding, {evidence.destroyed} only as they stand, {evidence.mute} neither"
    )


def judge_fonts(texts: Mapping[str, str]) -> dict[str, FontVerdict]:
    """How to take the text of each font of one document.

    Args:
        texts: font name -> all text of the document set in it, words apart by white space; "" is a good key where names are missing.

    A font with a telling name is decoded if its words (or, if they are mute, those of all fonts of such names) agree. A font with
    another name is decoded if its own words are overwhelming, or if it says little and those of all such fonts together are.
    """
    telling: dict[str, Encoding] = {}
    for font in texts:
        if (encoding := encoding_of_font(font)) is not None:
            telling[font] = encoding
    verdicts = dict.fromkeys(texts, AS_IT_STANDS)
    for encoding in sorted(set(telling.values())):
        pool = " ".join(texts[font] for font, promised in telling.items() if promised == encoding)
        pooled = weigh(pool, encoding, calls_u_a_hyphen(pool))
        verdicts |= {font: _named(font, texts[font], encoding, pooled) for font in telling if telling[font] == encoding}
    return verdicts | _unnamed({font: text for font, text in texts.items() if font not in telling})


def _unnamed(texts: Mapping[str, str]) -> dict[str, FontVerdict]:
    """Verdicts on fonts whose names say nothing: by their own words, or with all of them as a whole; those in Unicode are left out."""
    open_to_doubt = {
        font: text
        for font, text in texts.items()
        if not (_PICTURE_FONTS.search(font) or has_unicode_letters(text) or text.isascii())
    }
    whole = detect_encoding(" ".join(open_to_doubt.values()))
    has_unicode_fonts = any(has_unicode_letters(text) for text in texts.values())
    verdicts: dict[str, FontVerdict] = {}
    for font, text in open_to_doubt.items():
        encoding = detect_encoding(text)
        if encoding is None and whole is not None:
            evidence = weigh(text, whole, calls_u_a_hyphen(text))
            agrees = evidence.destroyed <= evidence.made and (evidence.made > 0 or not has_unicode_fonts)
            encoding = whole if agrees else None
        if encoding is not None:
            verdicts[font] = _verdict(font, text, encoding)
    return verdicts
