"""Words in a font whose letter table is broken: what its signs stand for, told by many words of the page.

The file says which signs of a word are the same, the page (by character recognition) what they look like. A letter stands where both
agree over and over: the same sign of the file was seen as the same letter in several words. Figures are never taken from the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from extractors.pdf.second import is_same
from extractors.records import UNSETTLED
from extractors.text.fold import nfc

WITNESSES = 6
"""Places (cells, or words) in which the page must show a sign alike, for the sign to be known in its font."""

_DISSENT = 0.1
"""Share of the words with a sign in which the page may show another letter: character recognition errs now and then."""

Fonts = frozenset[str]


@dataclass(slots=True)
class Spelling:
    """In how many words a sign of a font was seen as what. A figure on the page is no letter: one code may stand for 2 and for O."""

    _seen: dict[tuple[Fonts, str], Counter[str]] = field(default_factory=dict[tuple[Fonts, str], Counter[str]])

    def add(self, text: str, shown: str, fonts: Fonts) -> None:
        """A line as the file has it and as the page shows it."""
        for mine, seen in _pairs(text, shown):
            if len(mine) == len(seen):
                for sign, letter in set(zip(mine, seen, strict=True)):
                    if not letter.isdigit():
                        self._seen.setdefault((fonts, sign), Counter())[letter] += 1

    def is_known(self, sign: str, letter: str, fonts: Fonts) -> bool:
        """Whether the sign was seen as this letter time and again, and hardly ever as another."""
        seen = self._seen.get((fonts, sign), Counter[str]())
        return seen[letter] >= WITNESSES and seen.total() - seen[letter] <= _DISSENT * seen[letter]

    def _word(self, mine: str, seen: str, fonts: Fonts) -> str:
        if is_same(mine, seen):
            return mine
        if len(mine) == len(seen):
            is_told = all(not b.isdigit() and self.is_known(a, b, fonts) for a, b in zip(mine, seen, strict=True))
            return seen if is_told else UNSETTLED
        return UNSETTLED

    def settled(self, text: str, shown: str, fonts: Fonts) -> str:
        """The line with the words that stand; a run of others is one `UNSETTLED`."""
        pairs = _pairs(text, shown)
        words = [self._word(mine, seen, fonts) for mine, seen in pairs] or [UNSETTLED]
        return " ".join(
            word for place, word in enumerate(words) if word != UNSETTLED or words[place - 1 : place] != [UNSETTLED]
        )


def _pairs(text: str, shown: str) -> Iterable[tuple[str, str]]:
    """The words of both, if they are as many."""
    mine, seen = nfc(text).split(), nfc(shown).split()
    return list(zip(mine, seen, strict=True)) if len(mine) == len(seen) else []
