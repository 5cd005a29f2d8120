"""`cchc lock`: what waits is shown before it is accepted, and what was shown is what is accepted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from dagster_project.archived import needed_bytes, vintages
from dagster_project.lock_text import compared_lines, lock_lines
from dagster_project.locking import Compared, LockingError, LockState, accept_vintage, compare, lock_states
from dagster_project.sweep import sweep
from dagster_project.vintages import OTHER, SAME
from dagster_project.workbench import Workbench, open_workbench
from extractors.archive.store import Archive
from extractors.catalogue.loader import documents_dir, load_entries
from extractors.catalogue.lock import LOCK_FILE, read_lock
from extractors.content import content_of, content_sha256
from extractors.readers import read_file
from extractors.records import Paragraph
from tests.faults.served_catalogue import FIGURE, ID, NEW_FIGURE, workbook, write_catalogue
from tests.faults.servers import Server, answer, serving

OLD, NEW = workbook(), workbook(NEW_FIGURE)
SAVED_AGAIN = workbook(note="saved again")


@dataclass
class Home:
    """A home with a catalogue of one document at an address of this machine."""

    server: Server
    folder: Path

    def publish(self, data: bytes) -> None:
        self.server.says("/ict.xlsx", answer(data))

    def open(self) -> Workbench:
        return open_workbench()

    def read(self) -> Workbench:
        bench = self.open()
        bench.extract(bench.entry(ID))
        return bench


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    with serving() as server:
        write_catalogue(tmp_path / "catalogue", server.says("/ict.xlsx", answer(OLD)))
        monkeypatch.setenv("CCHC_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("CCHC_CATALOGUE", str(tmp_path / "catalogue"))
        monkeypatch.setenv("CCHC_ALLOW_LOOPBACK", "1")
        monkeypatch.setenv("CCHC_ASK_AGAIN_MINUTES", "0")
        monkeypatch.delenv("CCHC_INBOX", raising=False)
        monkeypatch.setattr("extractors.archive.polite.Manners.wait_turn", lambda self, origin: None)  # pyright: ignore
        yield Home(server, tmp_path)


def test_the_lock_stands_beside_its_catalogue_and_says_what_was_read(home: Home) -> None:
    (before,) = lock_states()
    assert "not asked yet" in before.problem
    home.read()
    (state,) = lock_states()
    assert state.waiting is not None
    assert state.waiting.sha256 == Archive.name_of(OLD)
    accept_vintage(ID, "the figure is the printed one")
    locked = read_lock(home.folder / "catalogue" / "sources.lock.yml").entries[ID]
    assert (locked.sha256, locked.url) == (Archive.name_of(OLD), home.server.says("/ict.xlsx", answer(OLD)))
    assert locked.content_sha256 == content_of(SAVED_AGAIN, home.open().entry(ID))
    assert lock_states()[0].waiting is None
    assert Archive.name_of(OLD) not in LOCK_FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(("newer", "words"), [(SAVED_AGAIN, SAME), (NEW, OTHER)])
def test_a_changed_document_waits_and_the_reviewed_one_is_judged(home: Home, newer: bytes, words: str) -> None:
    home.read()
    accept_vintage(ID, "the figure is the printed one")
    home.publish(newer)
    bench = home.read()
    swept = sweep(bench)
    # Nothing is published here yet, and the reviewed bytes are at hand: they are the ones to be published.
    assert [claim.raw_text for claim in swept.candidates[ID].outcome.claims if claim.measure == "score"] == [FIGURE]
    (issue,) = swept.reports[ID].issues
    assert (issue.code, issue.severity) == ("new_vintage", "error")
    for part in (Archive.name_of(OLD), Archive.name_of(newer), words):
        assert part in issue.message
    assert f"cchc lock --accept {ID} --reason" in issue.hint


def test_both_vintages_are_shown_side_by_side_and_the_shown_one_is_accepted(home: Home) -> None:
    home.read()
    accept_vintage(ID, "the figure is the printed one")
    home.publish(NEW)
    home.read()
    asked = home.server.asked("/ict.xlsx")
    found = compare(ID)
    assert isinstance(found, Compared)
    assert [(one.old, one.new) for one in found.differences] == [(FIGURE, NEW_FIGURE)]
    text = "\n".join(compared_lines(found))
    assert f"{FIGURE} -> {NEW_FIGURE}" in text
    assert f"{len(NEW):,} bytes" in text
    verdict, waiting, *_ = lock_lines(lock_states())
    assert verdict == "1 wait for a person; 1 documents are locked"
    assert waiting.startswith(f"waits           {ID}")

    # Meanwhile a third vintage comes: what was shown is accepted, not what came since.
    home.publish(workbook("0,999"))
    home.read()
    asked += 1
    accept_vintage(ID, "the publisher mended the figure", Archive.name_of(NEW)[:12])
    assert home.server.asked("/ict.xlsx") == asked
    locked = read_lock(home.folder / "catalogue" / "sources.lock.yml").entries[ID]
    assert (locked.sha256, [one.sha256 for one in locked.earlier]) == (Archive.name_of(NEW), [Archive.name_of(OLD)])
    bench = home.open()
    assert needed_bytes(bench.settings) == dict.fromkeys((Archive.name_of(NEW), Archive.name_of(OLD)), ID)
    roles = {row.sha256: row.roles for row in vintages(bench.settings)}
    assert roles == {
        Archive.name_of(NEW): ("locked",),
        Archive.name_of(OLD): ("earlier",),
        Archive.name_of(workbook("0,999")): (),
    }


def test_what_was_read_before_entries_said_whether_an_address_is_known_is_still_known(home: Home) -> None:
    """A home of an earlier version: its published outcome says `fetch`."""
    bench = home.read()
    found = bench.extract(bench.entry(ID)).extracted
    assert found is not None
    path = bench.settings.extracted / ID / f"{found.fingerprint}.json"
    content = json.loads(path.read_bytes())
    address = content["entry"].pop("address")
    del content["entry"]["landing_pages"]
    for earlier, addresses in ((address, found.entry.addresses), (None, ())):
        content["entry"] |= {"fetch": earlier, "inbox": None if earlier else "ict.xlsx"}
        path.write_text(json.dumps(content), encoding="utf-8")
        kept = bench.store.cached(ID, found.fingerprint)
        assert kept is not None
        assert (kept.outcome, kept.entry.addresses) == (found.outcome, addresses)


def test_what_cannot_be_accepted_is_told(home: Home) -> None:
    home.read()
    with pytest.raises(LockingError, match="expected the id of a catalogue entry"):
        accept_vintage("sipas_2023_nobody", "why")
    with pytest.raises(LockingError, match="expected a reason"):
        accept_vintage(ID, " ")
    with pytest.raises(LockingError, match=f"the archive has {Archive.name_of(OLD)[:12]}"):
        accept_vintage(ID, "why", "0" * 12)
    accept_vintage(ID, "why")
    assert "was accepted before" in accept_vintage(ID, "again")
    assert isinstance(compare(ID), LockState)


def test_the_hash_of_the_content_is_of_what_stands_there_and_of_nothing_else(home: Home) -> None:
    entry = home.open().entry(ID)
    assert content_of(OLD, entry) == content_of(SAVED_AGAIN, entry)
    assert content_of(OLD, entry) != content_of(NEW, entry)
    assert content_of(b"no workbook", entry) is None
    reading = read_file(OLD, "xlsx", Archive.name_of(OLD), ID)
    assert content_sha256(replace(reading, producer="another program", sha256="0" * 64)) == content_sha256(reading)
    more = replace(reading, paragraphs=(*reading.paragraphs, Paragraph(99, "one sentence more")))
    assert content_sha256(more) != content_sha256(reading)


def test_the_lock_of_the_project_has_the_hash_of_the_content_of_each_of_its_documents() -> None:
    lock = read_lock(LOCK_FILE)
    embedded = [entry for entry in load_entries() if entry.file is not None]
    assert all(lock.entries[entry.id].content_sha256 for entry in embedded)
    small = next(entry for entry in embedded if entry.id == "ict_index_2019_published")
    assert lock.entries[small.id].content_sha256 == content_of((documents_dir() / str(small.file)).read_bytes(), small)
