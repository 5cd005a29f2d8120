"""Text in runs, each with its font: old fonts decoded, raised marks kept out of figures. One rule for workbooks and documents.

Which fonts are in an old encoding is decided once, from all text of a document (`judge`); then every cell or paragraph is read
(`read_runs`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from extractors.records import CellSource
from extractors.text.fold import nfc
from extractors.text.legacy import decode, encoding_of_font, has_unicode_letters
from extractors.text.legacy_evidence import FontVerdict, judge_fonts
from extractors.text.raised import without_marks

Verdicts = Mapping[str, FontVerdict]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text as the file holds it, and the name of its font ("" if the file names none)."""

    text: str
    font: str = ""
    is_raised: bool = False


@dataclass(frozen=True, slots=True)
class RunText:
    """What runs say together: NFC text. `doubt`: why the letters cannot be told; then `text` and `other` are the two readings."""

    text: str
    source: CellSource = "text"
    doubt: str = ""
    other: str = ""


def plain_text(runs: Iterable[Run]) -> str:
    """The text as the file holds it."""
    return nfc(without_marks((run.text, run.is_raised) for run in runs))


def judge(runs: Iterable[Run]) -> dict[str, FontVerdict]:
    """How to take each font of a document, from all its runs; fonts whose text stands as it is are left out."""
    texts: dict[str, list[str]] = {}
    for run in runs:
        texts.setdefault(run.font, []).append(run.text)
    judged = judge_fonts({font: "\n".join(found) for font, found in texts.items()})
    return {font: verdict for font, verdict in judged.items() if verdict.encoding or verdict.doubt}


def _doubtful(runs: Sequence[Run], verdicts: Verdicts) -> Run | None:
    """The first run whose letters cannot be told; plain ASCII is the same in every encoding."""
    found = (run for run in runs if run.font in verdicts and verdicts[run.font].doubt and not run.text.isascii())
    return next(found, None)


def _other_reading(runs: Sequence[Run], doubtful: Run) -> str:
    encoding = encoding_of_font(doubtful.font)
    if encoding is None or any(has_unicode_letters(run.text) for run in runs):
        return plain_text(runs)
    return nfc(decode("".join(run.text for run in runs), encoding))


def read_runs(runs: Sequence[Run], verdicts: Verdicts) -> RunText:
    """The text of a cell or paragraph. Neighbours under one verdict are decoded together: a letter's mark may stand in the next run."""
    plain = plain_text(runs)
    if not any(run.font in verdicts for run in runs):
        return RunText(plain)
    doubtful = _doubtful(runs, verdicts)
    if doubtful is not None:
        return RunText(plain, doubt=verdicts[doubtful.font].doubt, other=_other_reading(runs, doubtful))
    pieces: list[tuple[str, bool]] = []
    for (verdict, is_raised), group in groupby(runs, key=lambda run: (verdicts.get(run.font), run.is_raised)):
        text = "".join(run.text for run in group)
        pieces.append((text if verdict is None else verdict.decode(text), is_raised))
    decoded = nfc(without_marks(pieces))
    return RunText(decoded, "text" if decoded == plain else "legacy")
