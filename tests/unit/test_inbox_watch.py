"""Looks at the inbox: what is taken, what waits, what is told; nothing in the folder breaks a look."""

from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from dagster_project.inbox_files import look, settled_inbox
from dagster_project.inbox_watch import Memory, Watched, memory_of, publish_key, read_key, watch
from extractors.archive.inbox import match_inbox
from extractors.archive.wholeness import missing_end

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"


@dataclass(frozen=True)
class Entry:
    id: str
    inbox: str | None


ENTRIES = (Entry("papi_2023_panel", "2023.csv"), Entry("sipas_2024_hue", "hue*.pdf"), Entry("pci_2014_vcci", "PCI_2014.xlsx"))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def _watch(inbox: Path, memory: Memory | None = None, now: float = 1000.0) -> Watched:
    found = watch(inbox, ENTRIES, memory or Memory({}, {}), settle_seconds=10, now=now)
    assert memory_of(found.memory.as_text()) == found.memory
    return found


def _codes(found: Watched) -> list[str]:
    return sorted(notice.code for notice in found.notices)


def _keys(new: Mapping[str, object]) -> list[str]:
    return sorted(new)


def test_a_file_is_taken_when_two_looks_find_it_unchanged(inbox: Path) -> None:
    file = inbox / "2023.csv"
    file.write_bytes(b"Province,SC11\nP01,1.2\n")
    os.utime(file, (3e9, 3e9))  # a clock ahead of ours says nothing about rest
    first = _watch(inbox)
    assert not first.new
    assert "2023.csv" in first.waiting[0]
    too_soon = _watch(inbox, first.memory, 1009)
    assert not too_soon.new
    file.write_bytes(b"Province,SC11\nP01,1.26411\n")  # it grows while the look waits
    grown = _watch(inbox, too_soon.memory, 1011)
    assert not grown.new
    taken = _watch(inbox, grown.memory, 1022)
    assert _keys(taken.new) == ["papi_2023_panel"]
    assert not _watch(inbox, taken.memory, 1033).new, "the same file is asked for once"


def test_a_known_file_is_hashed_once(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (inbox / "2023.csv").write_bytes(b"Province,SC11\n")
    taken = _watch(inbox, _watch(inbox).memory, 1020)
    opened: list[Path] = []
    real = Path.open

    def counted(self: Path, *arguments: object, **named: object) -> object:
        opened.append(self)
        return real(self, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "open", counted)
    assert _watch(inbox, taken.memory, 1040).memory == taken.memory
    assert opened == []


def test_bytes_that_come_back_are_read_from_the_cache_and_published_again(inbox: Path) -> None:
    file = inbox / "2023.csv"
    keys: list[tuple[str, str]] = []
    memory, now = Memory({}, {}), 0.0
    for content in (b"Province,SC11\nP01,1\n", b"Province,SC11\nP01,22\n", b"Province,SC11\nP01,1\n"):
        file.write_bytes(content)
        os.utime(file, (now + 1, now + 1))
        found = _watch(inbox, _watch(inbox, memory, now + 20).memory, now + 40)
        keys.append((read_key("papi_2023_panel", found.new["papi_2023_panel"]), publish_key(found.memory.reading)))
        memory, now = Memory(found.memory.seen, {}), now + 100
    assert keys[0][0] == keys[2][0]
    assert len({publish for _, publish in keys}) == 3


def test_a_download_and_a_copy_that_broke_off_are_never_taken_and_after_an_hour_told(inbox: Path) -> None:
    (inbox / "hue.pdf").write_bytes(PDF[:-10])
    (inbox / "2023.csv.crdownload").write_bytes(b"Province")
    first = _watch(inbox)
    waiting = _watch(inbox, first.memory, 1030)
    assert not waiting.new
    assert any("%%EOF" in line for line in waiting.waiting)
    assert "inbox_unfinished" not in _codes(waiting)
    late = _watch(inbox, waiting.memory, 1000 + 3700)
    assert not late.new
    (told,) = [notice for notice in late.notices if notice.code == "inbox_unfinished"]
    assert told.subject == "sipas_2024_hue"
    assert "copy the file again" in told.hint
    (inbox / "hue.pdf").write_bytes(PDF)
    whole = _watch(inbox, _watch(inbox, late.memory, 5000).memory, 5020)
    assert _keys(whole.new) == ["sipas_2024_hue"]
    assert "inbox_unfinished" not in _codes(whole)


def test_a_workbook_has_its_end_when_the_list_of_its_parts_is_there(tmp_path: Path) -> None:
    path = tmp_path / "PCI_2014.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("xl/workbook.xml", "x" * 500)
    assert missing_end(path) is None
    path.write_bytes(path.read_bytes()[:-30])
    assert "list of its parts" in str(missing_end(path))
    path.write_bytes(b"")
    assert missing_end(path) == "nothing in it yet"


def test_nothing_in_the_folder_breaks_a_look(inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.pdf").write_bytes(PDF)
    (inbox / "hue_out.pdf").symlink_to(tmp_path / "secret.pdf")
    (inbox / "loop.pdf").symlink_to(inbox / "loop.pdf")
    (inbox / "gone.pdf").symlink_to(inbox / "nothing")
    os.mkfifo(inbox / "2023.csv")
    (inbox / "Bảng điểm\n2024 🙂.xls").write_bytes(b"x")
    (Path(os.fsdecode(os.fsencode(inbox) + b"/tcvn3-\xb8\xe9.xls"))).write_bytes(b"x")
    (inbox / ".hidden").write_bytes(b"x")
    found = _watch(inbox, _watch(inbox).memory, 1020)
    assert not found.new
    told = "\n".join(notice.message for notice in found.notices)
    assert "a link that leads out of the inbox" in told
    assert "a named pipe" in told
    told.encode()  # every name can be kept and sent
    assert "Bảng điểm\N{REPLACEMENT CHARACTER}2024" in told
    assert "hidden" not in told


def test_a_file_without_rights_is_told_and_the_others_are_taken(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (inbox / "2023.csv").write_bytes(b"Province,SC11\n")
    (inbox / "hue.pdf").write_bytes(PDF)
    real = Path.open

    def refused(self: Path, *arguments: object, **named: object) -> object:
        if self.name == "hue.pdf":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "open", refused)
    found = _watch(inbox, _watch(inbox).memory, 1020)
    assert _keys(found.new) == ["papi_2023_panel"]
    assert [notice.subject for notice in found.notices if notice.code == "inbox_unreadable_file"] == ["sipas_2024_hue"]


def test_a_folder_that_vanishes_is_told_and_what_was_known_is_kept(inbox: Path) -> None:
    (inbox / "2023.csv").write_bytes(b"Province,SC11\n")
    taken = _watch(inbox, _watch(inbox).memory, 1020)
    inbox.rename(inbox.with_name("elsewhere"))
    away = _watch(inbox, taken.memory, 1040)
    assert (_codes(away), away.is_whole, away.memory) == (["inbox_missing"], False, taken.memory)
    inbox.with_name("elsewhere").rename(inbox)
    assert not _watch(inbox, away.memory, 1060).new


def test_ten_thousand_unknown_files_are_a_few_notices(inbox: Path) -> None:
    for number in range(10_000):
        (inbox / f"scan_{number:05}.jpg").touch()
    (inbox / "2023.csv").write_bytes(b"Province,SC11\n")
    found = _watch(inbox, _watch(inbox).memory, 1020)
    assert _keys(found.new) == ["papi_2023_panel"]
    assert len(found.notices) == 21
    assert "9,980 more files" in found.notices[-1].message
    assert len(found.memory.as_text()) < 2000


def test_a_damaged_memory_is_a_first_look(inbox: Path) -> None:
    assert memory_of('{"seen": 3}') == memory_of(None) == memory_of("not json") == Memory({}, {})


def test_a_refresh_waits_once_for_a_file_that_changed_just_now_and_leaves_one_that_still_grows(inbox: Path) -> None:
    (inbox / "2023.csv").write_bytes(b"Province,SC11\n")
    (inbox / "hue.pdf").write_bytes(PDF)
    waits: list[float] = []

    def meanwhile(seconds: float) -> None:
        waits.append(seconds)
        (inbox / "hue.pdf").write_bytes(PDF + PDF)

    found = settled_inbox(inbox, ENTRIES, 600, sleep=meanwhile)
    assert len(waits) == 1
    assert 500 < waits[0] <= 600
    assert _keys(found.files) == ["papi_2023_panel"]
    (issue,) = found.issues
    assert (issue.code, issue.document_id) == ("inbox_unfinished", "sipas_2024_hue")
    assert "seconds ago" in issue.message
    old = time.time() - 3600
    os.utime(inbox / "hue.pdf", (old, old))
    os.utime(inbox / "2023.csv", (old, old))
    assert _keys(settled_inbox(inbox, ENTRIES, 600, sleep=meanwhile).files) == ["papi_2023_panel", "sipas_2024_hue"]
    assert len(waits) == 1, "files at rest cost no waiting"


def test_the_list_names_each_file_with_its_state(inbox: Path) -> None:
    (inbox / "2023.csv").write_bytes(b"Province,SC11\n")
    (inbox / "hue.pdf").write_bytes(PDF[:-10])
    (inbox / "a.docx.part").write_bytes(b"PK")
    (inbox / "b.txt").write_bytes(b"x")
    found = look(inbox, ENTRIES, 0)
    assert [(file.name, file.state, file.document_id) for file in found.files] == [
        ("2023.csv", "known", "papi_2023_panel"),
        ("a.docx.part", "unfinished", None),
        ("b.txt", "unknown", None),
        ("hue.pdf", "unfinished", "sipas_2024_hue"),
    ]
    assert match_inbox(inbox, ENTRIES).files.keys() == {"papi_2023_panel", "sipas_2024_hue"}
