"""The files of the inbox: which of them is which document of the catalogue, which are still being written, which nobody knows."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import translate
from pathlib import Path

from extractors.archive.wholeness import is_download_name, why_not_settled
from extractors.files import A_FILE, InboxEntry, what_stands_at
from extractors.records import Issue

_SKIPPED_PREFIXES = (".", "~$")
_SKIPPED_NAMES = frozenset({"thumbs.db", "desktop.ini"})
_RIGHTS = "Correct the path or the rights of the folder."


@dataclass(frozen=True, slots=True)
class InboxMatches:
    """Which file of the inbox is which document; `issues` tell of files that are none, that could be two, that somebody still writes.

    `files` are at rest: whether they have the end of their kind is judged with their bytes. `unknown` are files that no entry knows,
    at rest or not; `unfinished` are files that somebody still writes, with their document.
    """

    files: Mapping[str, Path]
    issues: tuple[Issue, ...] = ()
    unknown: tuple[Path, ...] = ()
    unfinished: Mapping[Path, str] = field(default_factory=dict[Path, str])


def shown_name(path: Path, inbox: Path | None = None) -> str:
    """The name as text that can be printed and kept: a file system allows bytes that are no letters."""
    name = path.relative_to(inbox).as_posix() if inbox is not None else path.name
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _looked_at(path: Path, root: Path) -> str:
    try:
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            return "a link that leads out of the inbox"
        return what_stands_at(path)
    except (OSError, RuntimeError) as error:
        return f"what may not be looked at ({getattr(error, 'strerror', None) or error})"


def walk_inbox(inbox: Path) -> tuple[list[Path], list[Issue]]:
    """Every file below the inbox, sorted, without the hidden files of file managers and office programs."""
    problems: list[Issue] = []

    def unreadable(error: OSError) -> None:
        message = f"expected a folder that can be read, found {error.filename}: {error.strerror}"
        problems.append(Issue("inbox_unreadable", "error", "inbox", message, _RIGHTS))

    files: list[Path] = []
    root = inbox.resolve()
    for folder, subfolders, names in os.walk(inbox, onerror=unreadable):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith(_SKIPPED_PREFIXES) or name.lower() in _SKIPPED_NAMES:
                continue
            path = Path(folder) / name
            found = _looked_at(path, root)
            if found == A_FILE:
                files.append(path)
                continue
            message = f"{shown_name(path, inbox)}: expected a file, found {found}; it was not opened"
            hint = "Put a copy of the file there, or take it out of the inbox."
            problems.append(Issue("inbox_no_file", "warning", "inbox", message, hint, A_FILE, found))
    return files, problems


class _Pattern:
    """A pattern with a slash is held against the path below the inbox, any other against the name in whatever subfolder.

    Both sides in NFC: some systems write "Nghệ An.xlsx" with marks apart.
    """

    def __init__(self, pattern: str) -> None:
        self._is_path = "/" in pattern
        self._pattern = re.compile(translate(unicodedata.normalize("NFC", pattern)))

    def fits(self, name: str, path: str) -> bool:
        return self._pattern.match(path if self._is_path else name) is not None


def _owners(files: list[Path], inbox: Path, patterns: Mapping[str, str]) -> dict[Path, list[str]]:
    """Each file with the documents whose pattern it fits."""
    compiled = {document_id: _Pattern(pattern) for document_id, pattern in patterns.items()}
    found: dict[Path, list[str]] = {}
    for file in files:
        name = unicodedata.normalize("NFC", file.name)
        path = unicodedata.normalize("NFC", file.relative_to(inbox).as_posix())
        found[file] = [document_id for document_id, pattern in compiled.items() if pattern.fits(name, path)]
    return found


def known_by_name(path: Path, entries: Iterable[InboxEntry]) -> tuple[str, ...]:
    """The documents whose file has this name, wherever it lies now."""
    name = unicodedata.normalize("NFC", path.name)
    return tuple(entry.id for entry in entries if entry.inbox is not None and _Pattern(entry.inbox).fits(name, name))


def _listed(paths: Iterable[Path], inbox: Path) -> str:
    return ", ".join(shown_name(path, inbox) for path in paths)


def _unfinished(document_id: str, path: Path, inbox: Path, settle_seconds: float) -> Issue | None:
    """Why a file is not taken now."""
    name = shown_name(path, inbox)
    try:
        reason = why_not_settled(path, settle_seconds)
    except FileNotFoundError:
        reason = "that it was taken away meanwhile"
    except OSError as error:
        reason = f"one that cannot be read ({error.strerror})"
    if reason is None:
        return None
    message = f"{name}: expected a whole file, found {reason}; it was not read"
    hint = "Wait until it is copied, or copy it again; the next look takes it. `cchc inbox` shows how it stands."
    return Issue("inbox_unfinished", "error", document_id, message, hint, "a whole file", reason)


def match_inbox(
    inbox: Path | None,
    entries: Iterable[InboxEntry],
    *,
    settle_seconds: float = 0.0,
    at_rest: Collection[Path] = (),
) -> InboxMatches:
    """The files of the inbox and its subfolders, each with the document that it is.

    Issues: `inbox_unknown_file` (info) for a file that no entry knows; `inbox_two_files` (error) where one document has two
    files; `inbox_two_documents` (error) where one file could be two documents; `inbox_unfinished` (error) where the file of a
    document is still being written; `inbox_download` (info) for any other that is. None of these is matched. Without an inbox
    (None) there is nothing to match.

    Args:
        settle_seconds: how long a file must not have changed to be taken.
        at_rest: files that the caller has seen unchanged for that long, whatever their time says.
    """
    if inbox is None:
        return InboxMatches({})
    files, issues = walk_inbox(inbox)
    patterns = {entry.id: entry.inbox for entry in entries if entry.inbox is not None}
    owners = _owners(files, inbox, patterns)
    found: dict[str, list[Path]] = {document_id: [] for document_id in patterns}
    for path, ids in owners.items():
        for document_id in ids:
            found[document_id].append(path)
    matches: dict[str, Path] = {}
    unfinished: dict[Path, str] = {}
    for document_id, paths in found.items():
        shared = [path for path in paths if len(owners[path]) > 1]
        edit = f"extractors/catalogue/entries/{document_id}.yml"
        if len(paths) > 1:
            message = f"expected one file named {patterns[document_id]!r} in the inbox, found {_listed(paths, inbox)}"
            hint = f"Leave the right one in the inbox, or make `inbox` narrower in {edit}."
            issues.append(Issue("inbox_two_files", "error", document_id, message, hint, found=_listed(paths, inbox)))
        elif shared:
            names = ", ".join(owners[shared[0]])
            message = f"expected that {_listed(shared, inbox)} is one document, found the entries {names}"
            issues.append(
                Issue("inbox_two_documents", "error", document_id, message, f"Make `inbox` narrower in {edit}.", found=names)
            )
        elif paths:
            waiting = _unfinished(document_id, paths[0], inbox, 0.0 if paths[0] in at_rest else settle_seconds)
            if waiting is None:
                matches[document_id] = paths[0]
            else:
                unfinished[paths[0]] = document_id
                issues.append(waiting)
    unknown = tuple(path for path, ids in owners.items() if not ids)
    issues += [_unknown(path, inbox) for path in unknown]
    return InboxMatches(matches, tuple(issues), unknown, unfinished)


def _unknown(path: Path, inbox: Path) -> Issue:
    if is_download_name(path.name):
        message = f"{shown_name(path, inbox)}: still being written, by its name ({path.suffix}); it was not read"
        hint = "Nothing, if the download goes on: its last name counts. Take it out if it broke off."
        return Issue("inbox_download", "info", "inbox", message, hint, found=shown_name(path))
    message = f"{shown_name(path, inbox)}: no catalogue entry knows this file; it was not read"
    hint = (
        "`cchc inbox` says what it looks like, `cchc inbox propose FILE` makes an entry with "
        f"`inbox: {shown_name(path)}` of it and asks what only a person can say."
    )
    return Issue("inbox_unknown_file", "info", "inbox", message, hint, found=shown_name(path))
