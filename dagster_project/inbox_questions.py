"""What only a person can say of a new document: the questions, what the pages say to each, and the answers, checked one by one.

Nothing here has a default: an index, a year or a licence that nobody stated is asked for, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args

from pydantic import HttpUrl, TypeAdapter, ValidationError

from dagster_project.inbox_shapes import Recognition
from extractors.catalogue.models import Layout
from extractors.catalogue.reference import Reference
from extractors.evidence import About
from extractors.records import SourceClass
from extractors.text.fold import fold_name, nfc

NONE = "none"
"""The answer that there is none: a document that speaks about no single province."""
_CODE = re.compile(r"^[a-z0-9]+(_[a-z0-9]+)*$")
_YES, _NO = frozenset({"yes", "y", "true"}), frozenset({"no", "n", "false"})
_URL = TypeAdapter(HttpUrl)
Answers = Mapping[str, object]
"""By the key of the question; a key that is not there is not answered."""


class AnswerError(ValueError):
    """An answer that cannot be right: expected, found."""


@dataclass(frozen=True, slots=True)
class Question:
    """`key`: also the option (`--key`); `field`: of the catalogue entry; `about`: quotes that help; `is_optional`: never asked."""

    key: str
    field: str
    asks: str
    about: tuple[About, ...] = ()
    is_optional: bool = False

    @property
    def option(self) -> str:
        return f"--{self.key.replace('_', '-')}"


_QUESTIONS: tuple[Question, ...] = (
    Question("index", "index_code", "which index the document is about", ("index",)),
    Question("year", "reference_years", "the year(s) the figures are about, as in 2023 or 2022,2023", ("year",)),
    Question("entity", "entity", f"the province or ministry that the whole document speaks about, or {NONE}", ("province",)),
    Question("title_vi", "title_vi", "its title in Vietnamese"),
    Question("title_en", "title_en", "its title in English"),
    Question("publisher", "publisher", "who issued this file", ("issuer",)),
    Question("publisher_code", "id", "a short word for the publisher in the id, as in vcci, ubnd, so_noi_vu"),
    Question("layout", "layout", "which layout reads it"),
    Question("source_class", "source_class", "what kind of source the original is"),
    Question("language", "language", "the language of the file: vi (decimal comma) or en (decimal point)"),
    Question("licence", "licence.name", "the licence, or 'not stated'"),
    Question("licence_page", "licence.stated_at", "the page or law that states the licence, or 'not stated'"),
    Question("reset", "is_reset", "yes if this project set the file anew from another source, no if it is the publisher's own"),
    Question("cited_title", "cited_source.title", "the title of the original that the file was set from"),
    Question("cited_publisher", "cited_source.publisher", "who published that original"),
    Question("decision", "cited_source.decision", "number of the decision", ("decision",), is_optional=True),
    Question("published_on", "cited_source.published_on", "day of publication, as in 2024-05-23", ("date",), is_optional=True),
    Question("url", "cited_source.url", "address of the original", is_optional=True),
    Question("landing_page", "landing_pages", "page that lists or announces it", is_optional=True),
    Question("supersedes", "supersedes", "id of the document that this one re-issues", is_optional=True),
    Question("part", "id", "a word for the part of the document in the id", is_optional=True),
)
QUESTIONS: Mapping[str, Question] = {question.key: question for question in _QUESTIONS}
_OF_A_RESET = ("cited_title", "cited_publisher")


def open_questions(answers: Answers, found: Recognition) -> tuple[Question, ...]:
    """What a person must still say. The layout is no question where exactly one reads the file without an error; the
    original is one only of a file that was set anew."""

    def is_settled(question: Question) -> bool:
        if question.is_optional or question.key in answers:
            return True
        if question.key in _OF_A_RESET:
            return answers.get("reset") is not True
        return question.key == "layout" and found.layout is not None

    return tuple(question for question in _QUESTIONS if not is_settled(question))


def choices(question: Question, found: Recognition, reference: Reference) -> tuple[str, ...]:
    """The answers among which one must be; empty where the answer is free."""
    if question.key == "index":
        return tuple(index.index_code for index in reference.indices)
    if question.key == "layout":
        return tuple(fit.layout for fit in found.fits) or get_args(Layout)
    if question.key == "source_class":
        return get_args(SourceClass)
    return {"language": ("vi", "en"), "reset": ("yes", "no")}.get(question.key, ())


def evidence(question: Question, found: Recognition) -> tuple[str, ...]:
    """What the file says to a question, each with its place; as quotes, for a person to judge."""
    return tuple(f"the file says {quote}" for quote in found.quotes if quote.about in question.about)


def _one_of(allowed: tuple[str, ...]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in allowed:
            raise AnswerError(f"expected one of {', '.join(allowed)}, found {text!r}")
        return text

    return check


def _years(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(re.fullmatch(r"(?:19|20)\d\d", part) for part in parts):
        raise AnswerError(f"expected years such as 2023 or 2022,2023, found {text!r}")
    return tuple(sorted({int(part) for part in parts}))


def _code(text: str) -> str:
    if not _CODE.match(text):
        raise AnswerError(f"expected lower-case ASCII letters, digits and underscores, found {text!r}")
    return text


def _yes_or_no(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise AnswerError(f"expected yes or no, found {text!r}")
    return text.lower() in _YES


def _address(text: str) -> str:
    try:
        return str(_URL.validate_python(text))
    except ValidationError:
        raise AnswerError(f"expected an address that begins with http:// or https://, found {text!r}") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise AnswerError(f"expected a day such as 2024-05-23, found {text!r}") from None


def _entity(text: str, reference: Reference) -> str | None:
    if text.lower() == NONE:
        return None
    key = fold_name(text)
    names = {one.name_vi for one in reference.entities if key in {fold_name(name) for name in (one.name_vi, *one.aliases)}}
    if len(names) != 1:
        known = f"{len(names)} of that name" if names else "a name that the reference data do not know"
        raise AnswerError(
            f"expected one entity of extractors/catalogue/reference/entities_*.yml or {NONE}, found {text!r}: {known}"
        )
    return names.pop()


def answered(answers: Answers, key: str, text: str, found: Recognition, reference: Reference) -> Answers:
    """The answers with one more.

    Raises:
        AnswerError: it cannot be right; nothing is put in its place.
    """
    text = nfc(text)
    if not text:
        raise AnswerError("expected an answer, found nothing")
    question = QUESTIONS[key]
    checks: dict[str, Callable[[str], object]] = {
        "year": _years,
        "reset": _yes_or_no,
        "publisher_code": _code,
        "part": _code,
        "url": _address,
        "landing_page": _address,
        "published_on": _day,
        "entity": lambda given: _entity(given, reference),
        "layout": _one_of(get_args(Layout)),
    }
    allowed = choices(question, found, reference)
    check = checks.get(key) or (_one_of(allowed) if allowed else str)
    return {**answers, key: check(text)}
