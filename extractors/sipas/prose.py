"""Figures stated in sentences. A sentence with a figure is understood whole, or it is reported; it is never half read.

Sentence forms (the re-set documents keep to them; official texts use the same phrases):

* `<label>: đạt 82,44%, xếp thứ 39 toàn quốc, tăng 7,5% so với năm 2022, tăng 19 bậc.`
* `Năm 2022, <label> của tỉnh <province>: đạt 74,56%, xếp thứ 61/63.`
* `Mức trung bình toàn quốc của <label>: 82,66%.`
* `Các tiêu chí của <label> nằm trong khoảng 82,83% - 84,40%.`
* `Mong đợi <label>: đạt 55,32%.`
* `Mục tiêu năm 2024 của <label>: nhóm 10 tỉnh, thành phố dẫn đầu.`
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from extractors.records import Measure
from extractors.text.fold import nfc
from extractors.text.numbers import PrintedNumber, parse_number

_FIGURE = re.compile(r"\d+(?:[.,]\d+)?\s?%|xếp thứ|nhóm \d+ tỉnh|\bđạt \d|\b\d+(?:[.,]\d+)?/10\b|\bgiảm \d|\btăng \d")
_FULL_STOP = re.compile(r"(?<=[.;])\s+")
_SUBJECT = re.compile(
    r"^(?:Năm (?P<year>\d{4}), )?(?P<kind>Mong đợi )?(?P<label>.+?)(?: \(mục [\d.]+\))?"
    r"(?: của tỉnh (?P<province>[^:]+?))?: (?P<clauses>.+)$"
)
_OWN_SURVEY = re.compile(
    r"^Khảo sát riêng của tỉnh (?P<province>.+?) năm (?P<year>\d{4}): mức độ hài lòng đạt (?P<score>[\d.,]+)%\.?$"
)
_NATIONAL = re.compile(r"^(?:Năm (?P<year>\d{4}), )?(?i:mức trung bình toàn quốc) của (?P<label>.+?): (?P<score>[\d.,]+)%\.?$")
_RANGE = re.compile(r"^Các tiêu chí của (?P<label>.+?) nằm trong khoảng (?P<low>[\d.,]+)% [-–] (?P<high>[\d.,]+)%\.?$")
_TARGET = re.compile(r"^Mục tiêu năm (?P<year>\d{4}) của (?P<label>.+?): nhóm (?P<rank>\d+) tỉnh, thành phố dẫn đầu\.?$")
_CLAUSES: tuple[tuple[re.Pattern[str], Measure], ...] = (
    (re.compile(r"^đạt (?P<number>[\d.,]+)%$"), "score"),
    (re.compile(r"^(?P<number>[\d.,]+)/(?P<maximum>\d+) điểm$"), "score"),
    (re.compile(r"^xếp thứ (?P<number>\d+)(?: toàn quốc|/(?P<of>\d+))$"), "rank"),
    (re.compile(r"^(?P<sign>tăng|giảm) (?P<number>[\d.,]+)(?:%| điểm) so với năm (?P<previous>\d{4})$"), "change"),
    (re.compile(r"^(?P<sign>tăng|giảm) (?P<number>\d+) bậc(?: so với năm (?P<previous>\d{4}))?$"), "change_rank"),
)

Subject = Literal["province", "nation", "own_survey", "expectation", "target", "range"]


@dataclass(frozen=True, slots=True)
class Clause:
    """One figure of a sentence. `maximum` is the printed scale ("7.58/10 điểm"); `previous` the year compared with."""

    measure: Measure
    number: PrintedNumber
    raw_text: str
    negative: bool = False
    maximum: int | None = None
    out_of: int | None = None
    previous: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with figures. `year` is None where the sentence names none: it then speaks of the document's newest data year."""

    text: str
    about: Subject
    label: str
    year: int | None
    province: str | None
    clauses: tuple[Clause, ...]


class NotUnderstoodError(ValueError):
    """A sentence holds a figure but has none of the known forms."""


def sentences(paragraph: str) -> list[str]:
    """Cut after a full stop that a capital letter follows; "7.58/10" and "NĐ. 63" stay whole."""
    text = nfc(paragraph)
    cuts = [match.end() for match in _FULL_STOP.finditer(text) if text[match.end() : match.end() + 1].isupper()]
    return [
        part.strip() for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True) if (part := text[start:end]).strip()
    ]


def has_figure(sentence: str) -> bool:
    return _FIGURE.search(sentence) is not None


def _year(text: str | None) -> int | None:
    return int(text) if text else None


def _clauses(text: str) -> Iterator[Clause]:
    for part in re.split(r", (?=đạt|xếp|tăng|giảm|\d)", text.rstrip(".;").strip()):
        for pattern, measure in _CLAUSES:
            match = pattern.match(part)
            if match is None:
                continue
            groups = match.groupdict()
            yield Clause(
                measure=measure,
                number=parse_number(match["number"]),
                raw_text=part,
                negative=groups.get("sign") == "giảm",
                maximum=_year(groups.get("maximum")),
                out_of=_year(groups.get("of")),
                previous=_year(groups.get("previous")),
            )
            break
        else:
            raise NotUnderstoodError(f"expected a figure in a known form, found {part!r}")


def parse_sentence(text: str) -> Sentence:
    """One sentence with figures, or NotUnderstoodError."""
    if match := _OWN_SURVEY.match(text):
        clause = Clause("score", parse_number(match["score"]), f"{match['score']}%")
        return Sentence(text, "own_survey", "", int(match["year"]), match["province"], (clause,))
    if match := _NATIONAL.match(text):
        clause = Clause("score", parse_number(match["score"]), f"{match['score']}%")
        return Sentence(text, "nation", match["label"], _year(match["year"]), None, (clause,))
    if match := _RANGE.match(text):
        low = Clause("range_min", parse_number(match["low"]), f"{match['low']}%")
        high = Clause("range_max", parse_number(match["high"]), f"{match['high']}%")
        return Sentence(text, "range", match["label"], None, None, (low, high))
    if match := _TARGET.match(text):
        clause = Clause("target_rank", parse_number(match["rank"]), f"nhóm {match['rank']}")
        return Sentence(text, "target", match["label"], int(match["year"]), None, (clause,))
    match = _SUBJECT.match(text)
    if match is None:
        raise NotUnderstoodError(f"expected '<criterion>: đạt …%, xếp thứ …, tăng …', found {text!r}")
    about: Subject = "expectation" if match["kind"] else "province"
    return Sentence(text, about, match["label"], _year(match["year"]), match["province"], tuple(_clauses(match["clauses"])))
