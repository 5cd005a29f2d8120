"""The first look into a zip file that claims to be an Office document, before any library opens it.

What is refused here cannot harm whoever reads on: files that unpack to far more than any publication holds, and XML that brings
a document type or entities of its own (an "entity bomb" of a few lines becomes gigabytes), which no Office program writes.
Macros and addresses outside are told, never run and never fetched.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from extractors.records import DocumentError, Issue

MAX_UNPACKED_BYTES = 500_000_000
MAX_PART_BYTES = 150_000_000
"""Of one XML part; the largest sheet that can be read has some 60 MB."""
MAX_PARTS = 20_000

DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, LookupError, EOFError, OSError, RuntimeError)
"""What zipfile raises on packages that are not whole; RuntimeError: a member with a password."""

_CHUNK = 1 << 20
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XML_NAMES = (".xml", ".rels", ".vml")
_MACROS = ("vbaproject.bin", "xl/macrosheets/", "basic/")
_DECLARATIONS = tuple(word.encode(codec) for word in ("<!DOCTYPE", "<!ENTITY") for codec in ("utf-8", "utf-16-le", "utf-16-be"))
_PRODUCER = re.compile(rb"<(?:Application|meta:generator)>([^<]*)</")
_PRODUCER_PARTS = ("docProps/app.xml", "meta.xml")
_OUTSIDE = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*\bTargetMode\s*=\s*[\"']External[\"'][^>]*>")
_RELATION = re.compile(rb"\bType\s*=\s*[\"'][^\"']*/([^\"'/]+)[\"']")


@dataclass(frozen=True, slots=True)
class Noun:
    """How messages name a kind of document, and what makes a good one of it. `code` begins the codes: `workbook_damaged`."""

    code: str
    name: str
    remedy: str

    def failure(self, document_id: str, suffix: str, message: str, hint: str) -> DocumentError:
        return DocumentError(Issue(f"{self.code}_{suffix}", "error", document_id, message, hint))

    def damaged(self, document_id: str, error: Exception) -> DocumentError:
        return self.failure(
            document_id,
            "damaged",
            f"expected {self.name} that can be read, found a damaged one ({str(error) or type(error).__name__})",
            f"Fetch or copy the file again, or {self.remedy}.",
        )


WORKBOOK = Noun("workbook", "an Excel workbook (xlsx)", "open it in Excel or LibreOffice and save it as xlsx")
OLD_WORKBOOK = Noun("workbook", "an Excel workbook (xls)", "open it in Excel or LibreOffice and save it as xlsx")
OPEN_SHEET = Noun("workbook", "an OpenDocument sheet (ods)", "open it in LibreOffice or Excel and save it as xlsx")
DOCUMENT = Noun("document", "a Word document (docx)", "open it in Word or LibreOffice and save it as docx")


@dataclass(frozen=True, slots=True)
class Package:
    """What a package holds: the names of its parts, the program that wrote it, and what it would run or fetch."""

    names: frozenset[str]
    producer: str
    issues: tuple[Issue, ...]


def _check_sizes(members: list[zipfile.ZipInfo], document_id: str, noun: Noun) -> None:
    unpacked = sum(member.file_size for member in members)
    part = max((member.file_size for member in members if member.filename.lower().endswith(_XML_NAMES)), default=0)
    for found, most, what in (
        (unpacked, MAX_UNPACKED_BYTES, "bytes unpacked"),
        (part, MAX_PART_BYTES, "bytes in one part unpacked"),
        (len(members), MAX_PARTS, "parts"),
    ):
        if found > most:
            message = f"expected {noun.name} of at most {most} {what}, found {found}"
            raise noun.failure(document_id, "too_large", message, "Look at the file; if it is right, split it.")


def _check_declarations(package: zipfile.ZipFile, name: str, document_id: str, noun: Noun) -> None:
    """Read in pieces: a part need not fit into memory to be refused."""
    tail = b""
    with package.open(name) as part:
        while chunk := part.read(_CHUNK):
            piece = tail + chunk
            if any(word in piece for word in _DECLARATIONS):
                message = f"expected parts of plain XML, found a document type or entities declared in {name!r}"
                raise noun.failure(document_id, "unsafe", message, f"Do not trust the file; {noun.remedy} from its source.")
            tail = piece[-32:]


def _outside(package: zipfile.ZipFile, names: list[str]) -> Counter[str]:
    """Addresses outside the document, counted by what they are: hyperlink, image, attachedTemplate, externalLinkPath."""
    found: Counter[str] = Counter()
    for name in names:
        if name.lower().endswith(".rels"):
            for relation in _OUTSIDE.findall(package.read(name)):
                kind = _RELATION.search(relation)
                found[kind[1].decode("ascii", "replace") if kind else "unknown"] += 1
    return found


def macros_issue(document_id: str) -> Issue:
    message, hint = "the document holds macros; they were not run", "Nothing to do: figures are read as they were saved."
    return Issue("macros_present", "info", document_id, message, hint)


def _issues(names: list[str], outside: Counter[str], document_id: str) -> tuple[Issue, ...]:
    issues: list[Issue] = []
    if any(name.lower().endswith(_MACROS[0]) or name.lower().startswith(_MACROS[1:]) for name in names):
        issues.append(macros_issue(document_id))
    if outside:
        said = ", ".join(f"{count} {kind}" for kind, count in sorted(outside.items()))
        message = f"the document points to addresses outside ({said}); nothing was fetched"
        hint = "Nothing to do, unless a figure stands only in what the address holds."
        issues.append(Issue("external_links", "info", document_id, message, hint, found=said))
    return tuple(issues)


def check_package(data: bytes, document_id: str, noun: Noun) -> Package:
    """What the package holds, if it is safe to open.

    Raises:
        DocumentError: `<code>_protected`, `<code>_damaged`, `<code>_too_large` or `<code>_unsafe`.
    """
    if data.startswith(_OLE_MAGIC):
        raise noun.failure(
            document_id,
            "protected",
            f"expected {noun.name}, found one with a password or in the old format of before 2007",
            f"Take the password off; {noun.remedy}.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
            _check_sizes(members, document_id, noun)
            names = [member.filename for member in members]
            for name in names:
                if name.lower().endswith(_XML_NAMES):
                    _check_declarations(package, name, document_id, noun)
            producers = (_PRODUCER.search(package.read(name)) for name in _PRODUCER_PARTS if name in names)
            producer = next((found[1].decode("utf-8", "replace").strip() for found in producers if found), "")
            return Package(frozenset(names), producer, _issues(names, _outside(package, names), document_id))
    except DAMAGED as error:
        raise noun.damaged(document_id, error) from error


def rewritten(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The package with each of its parts changed by `change(name, content)`; the order of the parts stays."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(file, "w") as target:
        for name in dict.fromkeys(source.namelist()):
            target.writestr(name, change(name, source.read(name)))
    return file.getvalue()
