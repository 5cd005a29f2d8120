"""`cchc extract`: what is on the pages of one file, with or without a catalogue entry."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from dagster_project.extract_json import DocumentJson, ExtractedFile, claim_json, issue_json, table_json
from dagster_project.extract_notes import note, notes_of
from dagster_project.page_choice import PageChoice, PageChoiceError
from dagster_project.workbench import Workbench
from extractors.archive.fetch import DEFAULT_LIMITS
from extractors.archive.sniff import FoundKind, check_end, in_words, sniff, wrong_kind
from extractors.bounded import draw_bounded, measure_effort, read_bounded
from extractors.catalogue.models import CatalogueEntry
from extractors.files import A_FILE, NOTHING, what_stands_at
from extractors.isolation import Limits
from extractors.pdf import DRAWN
from extractors.pdf.effort import Effort
from extractors.readers import FAMILIES, READERS
from extractors.records import DocumentError, Issue, Kind, Outcome, Reading, Table


@dataclass(frozen=True, slots=True)
class FileExtraction:
    """What is known of a file. `failure` says why it could not be read; then there is no reading.

    `outcome`: what the catalogue's layout makes of the reading, if these bytes have an entry (same sha256 as its own file, or the
    inbox name). `notes`: issues about how the file was read, not about the file.
    """

    path: Path
    sha256: str | None = None
    kind: FoundKind | None = None
    pages: int | None = None
    entry: CatalogueEntry | None = None
    reading: Reading | None = None
    outcome: Outcome | None = None
    failure: Issue | None = None
    notes: tuple[Issue, ...] = ()
    pictures: tuple[Path, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        return self.reading.tables if self.reading is not None else ()

    @property
    def issues(self) -> tuple[Issue, ...]:
        if self.failure is not None:
            return (self.failure,)
        said = self.outcome.issues if self.outcome is not None else self.reading.issues if self.reading is not None else ()
        return (*said, *self.notes)

    @property
    def has_errors(self) -> bool:
        return any(issue.severity == "error" for issue in self.issues)

    def as_dict(self) -> ExtractedFile:
        reading = self.reading
        return ExtractedFile(
            document=DocumentJson(
                sha256=self.sha256,
                kind=self.kind,
                pages=self.pages,
                producer=reading.producer if reading else "",
                text_health=reading.text_health if reading else None,
                document_id=self.entry.id if self.entry else None,
            ),
            tables=[table_json(table) for table in self.tables],
            claims=[claim_json(claim) for claim in (self.outcome.claims if self.outcome else ())],
            issues=[issue_json(issue) for issue in self.issues],
        )


_COPY = "copy what comes out of it into a file, and give that"
_OTHERWISE = {
    NOTHING: "check the path: is it spelled right, and is it seen from this folder?",
    "a folder": "give one of the files in it; `cchc refresh --inbox FOLDER` reads those of a folder that the catalogue knows",
}
"""What to do about a path where no file stands."""


def name_of(path: Path) -> str:
    """The name of a file in messages, of the folder itself for `.`."""
    return path.name or path.absolute().name or str(path)


def _refusal(name: str, code: str, message: str, hint: str) -> DocumentError:
    return DocumentError(Issue(code, "error", name, message, hint))


def bytes_of(path: Path) -> bytes:
    """The bytes of a file on this machine; pipes, devices and folders are none, and what does not end is not begun."""
    name = name_of(path)
    try:
        found = what_stands_at(path)
        if found != A_FILE:
            raise _refusal(name, "no_such_file", f"expected a file at {path}, found {found}", _OTHERWISE.get(found, _COPY))
        size = path.stat().st_size
        if size > DEFAULT_LIMITS.max_bytes:
            message = f"expected a file of at most {DEFAULT_LIMITS.max_bytes:,} bytes, found {size:,}"
            raise _refusal(name, "file_too_large", message, "look at the file; if it is right, split it")
        return path.read_bytes()
    except OSError as error:
        message = f"expected a file that can be read at {path}, found one that cannot ({error.strerror})"
        hint = "give yourself the right to read it, or have it copied to a folder of your own"
        raise _refusal(name, "file_unreadable", message, hint) from error


_READABLE = (
    "a PDF, a picture (PNG, JPEG, TIFF), a workbook (xlsx, xlsm, xls, ods), a CSV, text, a web page or a Word document (docx)"
)


def readable_kind(path: Path, found: FoundKind) -> Kind:
    """The kind, if there is a reader for it and the name does not promise another.

    A name that ends in .pdf over a web page or a zip is what a failed download looks like. Other names promise less: a table saved
    as HTML under the name .xls is common, and is read.

    Raises:
        DocumentError: `empty_file` or `wrong_kind`.
    """
    kind: Kind | None = next((kind for kind in READERS if kind == found), None)
    if path.suffix.lower() == ".pdf" and found == "html":
        hint = "fetch the file itself: such an address leads to a page about it, or to an error page; a page to be read is named .html"
        raise wrong_kind(path.name, in_words("pdf"), found, hint)
    if path.suffix.lower() == ".pdf" and found == "unknown":
        hint = "fetch or copy the file again: a PDF has %PDF- in its first 1024 bytes, and nothing else can be read under that name"
        raise wrong_kind(path.name, in_words("pdf"), found, hint, is_known=False)
    if path.suffix.lower() == ".pdf" and found != "pdf":
        raise wrong_kind(path.name, in_words("pdf"), found, f"if it is meant to be {in_words(found)}, correct its name")
    if kind is None:
        raise wrong_kind(path.name, _READABLE, found, "save it as one of these kinds")
    return kind


def _known_as(bench: Workbench, path: Path, sha256: str) -> CatalogueEntry | None:
    """The entry whose own file has these very bytes, or whose inbox name this is; a name never decides for an embedded document."""
    for entry in bench.entries:
        if entry.file is not None:
            own = bench.settings.documents / entry.file
            if own.is_file() and hashlib.sha256(own.read_bytes()).hexdigest() == sha256:
                return entry
        elif entry.inbox == path.name:
            return entry
    return None


def _chosen(choice: PageChoice, kind: Kind, effort: Effort | None, name: str) -> frozenset[int]:
    if kind != "pdf" or effort is None:
        message = f"expected a PDF to choose pages from, found {in_words(kind)}"
        raise _refusal(name, "bad_pages", message, "leave --pages out: a file of this kind is read whole")
    try:
        return choice.within(effort.pages)
    except PageChoiceError as error:
        raise _refusal(name, "bad_pages", str(error), "correct --pages") from None


def _picture_folder(directory: Path, name: str) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"expected a folder for pictures at {directory}, found {'a file' if directory.exists() else error.strerror}"
        raise _refusal(name, "picture_folder", message, "give --picture a folder that can be written") from None


def _draw(
    data: bytes, reading: Reading, directory: Path, pages: frozenset[int] | None, limits: Limits, name: str
) -> tuple[tuple[Path, ...], list[Issue]]:
    """Pictures are for looking at: where they cannot be made, what was read stands, with a warning."""
    if reading.kind not in DRAWN:
        message = f"expected a file with pages to draw, a PDF or a picture, found {in_words(reading.kind)}"
        return (), [
            note(name, "no_pictures", message, "leave --picture out: the place of each cell is in the output of --json")
        ]
    try:
        return draw_bounded(data, reading, directory, name, pages=pages, limits=limits), []
    except DocumentError as error:
        return (), [replace(error.issue, severity="warning", message=f"the pictures were not drawn: {error.issue.message}")]


def failed(path: Path, code: str, message: str, hint: str) -> FileExtraction:
    """A file that was not looked at, and why."""
    return FileExtraction(path, failure=_refusal(name_of(path), code, message, hint).issue)


def extract_file(
    path: Path,
    bench: Workbench,
    *,
    choice: PageChoice | None = None,
    second_reading: bool = True,
    picture: Path | None = None,
) -> FileExtraction:
    """Read one file, in a child process with the limits of the workbench. Whatever is wrong with it stands in `failure`.

    Args:
        choice: of a PDF, the pages to read. Then there are no claims: a layout is understood from the whole document.
        second_reading: of a PDF, let another engine read the cells again.
        picture: folder for pictures of the pages of a PDF, with what was read drawn over them.
    """
    found = FileExtraction(path)
    try:
        data = bytes_of(path)
        sha256, sniffed = hashlib.sha256(data).hexdigest(), sniff(data)
        entry = _known_as(bench, path, sha256)
        name = entry.id if entry else path.name
        found = replace(found, sha256=sha256, kind=sniffed, entry=entry)
        kind = readable_kind(path, sniffed)
        if kind == "pdf":
            check_end(name, data)
        if picture is not None:
            _picture_folder(picture, name)
        effort = measure_effort(data, kind, name, limits=bench.limits)
        found = replace(found, pages=effort.pages if effort else None)
        pages = _chosen(choice, kind, effort, name) if choice is not None else None
        reading = read_bounded(
            data, kind, sha256, name, limits=bench.limits, pages=pages, second_reading=second_reading, known=effort
        )
        notes = notes_of(reading, choice, pages, entry, name, is_fast=not second_reading)
        found = replace(found, reading=reading, pages=reading.pages, notes=tuple(notes))
        if entry is not None and pages is None:
            found = replace(found, outcome=FAMILIES[entry.layout](reading, entry, bench.reference))
        if picture is not None:
            pictures, troubles = _draw(data, reading, picture, pages, bench.limits, name)
            found = replace(found, pictures=pictures, notes=(*found.notes, *troubles))
    except DocumentError as error:
        return replace(found, failure=error.issue)
    return found
