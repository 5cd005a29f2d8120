"""From a recognised file and a person's answers to a catalogue entry: shown with its open questions, or checked and written."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable
from pathlib import Path

import yaml
from pydantic import ValidationError

from dagster_project.inbox_questions import QUESTIONS, Answers, choices, evidence, open_questions
from dagster_project.inbox_shapes import Recognition
from extractors.archive.inbox import match_inbox
from extractors.catalogue.models import UNKNOWN, CatalogueEntry
from extractors.catalogue.reference import Reference
from extractors.catalogue.yaml_files import validation_problems
from extractors.durable import write_atomically
from extractors.text.fold import nfc, strip_diacritics

_INDEX_PREFIX = re.compile(r"^(.+?)_\d{4}")
_OPEN = "?"


class ProposalError(ValueError):
    """No entry can be made of this; the message says why and what to do."""


def slug(name: str) -> str:
    """A name as a part of an id: "Thừa Thiên Huế" -> "thua_thien_hue"."""
    return re.sub(r"[^a-z0-9]+", "_", strip_diacritics(nfc(name)).lower()).strip("_")


def _prefix(index_code: str, entries: Iterable[CatalogueEntry]) -> str:
    """How ids of this index begin: as those of its known documents do, if these agree, else by its code."""
    matches = (_INDEX_PREFIX.match(entry.id) for entry in entries if entry.index_code == index_code)
    known = {match[1] for match in matches if match}
    return known.pop() if len(known) == 1 else slug(index_code)


def proposed_id(answers: Answers, entries: tuple[CatalogueEntry, ...]) -> str:
    """`<index>_<year>[_<year>][_<province>]_<publisher>[_<part>][_v<n>]`; `_v<n>` for a re-issue.

    Raises:
        ProposalError: the id is another document's.
    """
    years: tuple[int, ...] = answers["year"]  # type: ignore[assignment]
    parts = [_prefix(str(answers["index"]), entries), str(years[0]), *([str(years[-1])] if len(years) > 1 else [])]
    if answers["entity"] is not None:
        parts.append(slug(str(answers["entity"])))
    parts += [str(answers["publisher_code"]), *([str(answers["part"])] if "part" in answers else [])]
    plain, taken = "_".join(parts), {entry.id for entry in entries}
    if plain not in taken:
        return plain
    if "supersedes" not in answers:
        raise ProposalError(
            f"expected a new id, found {plain}, which the catalogue has: if this file is a re-issue of it, say --supersedes {plain}; "
            "if it is another part, say --part WORD"
        )
    return next(name for number in range(2, len(taken) + 3) if (name := f"{plain}_v{number}") not in taken)


def inbox_name(path: Path, inbox: Path | None) -> str:
    """The pattern by which the inbox knows this file and no other: its name, with its folder if it lies in one."""
    is_below = inbox is not None and path.resolve().is_relative_to(inbox.resolve())
    name = path.resolve().relative_to(inbox.resolve()).as_posix() if is_below and inbox is not None else path.name
    try:
        name.encode()
    except UnicodeEncodeError:
        raise ProposalError(f"expected a file name in UTF-8, found {os.fsencode(name)!r}; rename the file first") from None
    return glob.escape(nfc(name))


def _fields(answers: Answers, found: Recognition, inbox: Path | None) -> dict[str, object]:
    """The entry as far as it is known, by dotted field; what is open is left out."""
    simple = {
        "index": "index_code",
        "year": "reference_years",
        "title_vi": "title_vi",
        "title_en": "title_en",
        "publisher": "publisher",
        "entity": "entity",
        "source_class": "source_class",
        "language": "language",
        "licence": "licence.name",
        "licence_page": "licence.stated_at",
        "reset": "is_reset",
        "cited_title": "cited_source.title",
        "cited_publisher": "cited_source.publisher",
        "decision": "cited_source.decision",
        "published_on": "cited_source.published_on",
        "url": "cited_source.url",
        "supersedes": "supersedes",
    }
    fields = {field: answers[key] for key, field in simple.items() if key in answers}
    if answers.get("reset") is False:  # then the file is itself the original
        for key, of_file in (("cited_title", "title_vi"), ("cited_publisher", "publisher")):
            if of_file in answers and key not in answers:
                fields[simple[key]] = answers[of_file]
    layout = answers.get("layout", found.layout)
    if layout is not None:
        fields["layout"] = layout
    if "landing_page" in answers:
        fields["landing_pages"] = [
            {"url": answers["landing_page"], "stated_at": "given when the document was put into the catalogue"}
        ]
    return fields | {"kind": found.kind, "address": UNKNOWN, "inbox": inbox_name(found.path, inbox)}


_ORDER = (
    "index_code", "reference_years", "title_vi", "title_en", "publisher", "entity",
    "cited_source.title", "cited_source.publisher", "cited_source.decision", "cited_source.published_on", "cited_source.url",
    "source_class", "layout", "kind", "language", "licence.name", "licence.stated_at", "is_reset",
    "address", "landing_pages", "inbox", "supersedes",
)  # fmt: skip


def _dumped(value: object) -> str:
    plain = list(value) if isinstance(value, tuple) else value  # type: ignore[arg-type]
    return yaml.safe_dump(plain, allow_unicode=True, default_flow_style=True, width=10_000).removesuffix("...\n").strip()


def draft(
    answers: Answers, found: Recognition, reference: Reference, inbox: Path | None, document_id: str | None = None
) -> str:
    """The entry as YAML; each thing that only a person can say is `?` with what the file says to it."""
    fields = _fields(answers, found, inbox)
    asked = {question.field: question for question in open_questions(answers, found)}
    notes = {question.field: question for question in QUESTIONS.values() if question.is_optional}
    lines = [f"id: {document_id or _OPEN + '  # <index>_<year>[_<year>][_<province>]_<publisher>[_<part>][_v<n>]'}"]
    parent = ""
    for name in _ORDER:
        top, _, leaf = name.rpartition(".")
        if name not in fields and name not in asked:
            hints = evidence(notes[name], found) if name in notes and document_id is None else ()
            lines += [f"{'  ' if top else ''}# {leaf}: optional; {hint}" for hint in hints[:2]]
            continue
        if top and top != parent:
            lines.append(f"{top}:")
        parent = top
        pad = "  " if top else ""
        if name in fields:
            lines.append(f"{pad}{leaf}: {_dumped(fields[name])}")
            continue
        question = asked[name]
        allowed = choices(question, found, reference)
        lines.append(
            f"{pad}{leaf}: {_OPEN}  # {question.asks} ({question.option}){': ' + ', '.join(allowed) if allowed else ''}"
        )
        lines += [f"{pad}#   {hint}" for hint in evidence(question, found)]
    return "\n".join(lines) + "\n"


def write_entry(
    answers: Answers,
    found: Recognition,
    reference: Reference,
    entries: tuple[CatalogueEntry, ...],
    directory: Path,
    inbox: Path | None,
) -> tuple[CatalogueEntry, Path, tuple[str, ...]]:
    """Put the answered entry into the catalogue; the entry, its file and what must still be done come back.

    Raises:
        ProposalError: a question is open, the id is taken, the models or the catalogue refuse it; nothing is written.
    """
    still = open_questions(answers, found)
    if still:
        raise ProposalError(f"expected an answer to {', '.join(question.option for question in still)}, found none")
    document_id = proposed_id(answers, entries)
    text = draft(answers, found, reference, inbox, document_id)
    try:
        entry = CatalogueEntry.model_validate(yaml.safe_load(text))
    except ValidationError as error:
        raise ProposalError("; ".join(validation_problems(f"{document_id}.yml", error))) from None
    if entry.supersedes is not None and entry.supersedes not in {one.id for one in entries}:
        raise ProposalError(f"supersedes: expected the id of a document of the catalogue, found {entry.supersedes!r}")
    if inbox is not None and found.path.resolve().is_relative_to(inbox.resolve()):
        clash = next((issue for issue in match_inbox(inbox, (*entries, entry)).issues if issue.document_id == entry.id), None)
        if clash is not None and clash.code in ("inbox_two_files", "inbox_two_documents"):
            raise ProposalError(f"{clash.message}; rename the file, or leave one of them in the inbox")
    path = directory / f"{document_id}.yml"
    if path.exists():
        raise ProposalError(f"expected no file at {path}, found one; it was not changed")
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise ProposalError(f"cannot write {path}: {error.strerror or error}; nothing was written") from None
    is_inside = inbox is not None and found.path.resolve().is_relative_to(inbox.resolve())
    return entry, path, tuple(_left_to_do(entry, reference, inbox if is_inside else None))


def _left_to_do(entry: CatalogueEntry, reference: Reference, inbox: Path | None) -> Iterable[str]:
    known = {(edition.index_code, edition.period_start.year) for edition in reference.editions}
    missing = [str(year) for year in entry.reference_years if (entry.index_code, year) not in known]
    if missing:
        yield (
            f"the edition {entry.index_code} {', '.join(missing)} is not described yet: add it to "
            "extractors/catalogue/reference/editions.yml, or the document is held back"
        )
    if entry.layout == "pci_workbook":
        yield f"a PCI workbook needs extractors/pci/layouts/{entry.id}.yml: which sheet, column and row means what"
    if inbox is None:
        yield f"put the file into the inbox as {entry.inbox}: it does not lie there"
    command = "cchc refresh" if inbox is None else f'cchc refresh --inbox "{inbox}"'
    yield f"`cchc extract FILE` shows what is read of it; `{command}` reads, judges and publishes it"
