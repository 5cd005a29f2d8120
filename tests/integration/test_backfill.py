"""A backfill: one step per document, and what goes wrong with one stays with it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from dagster_project.backfill import Backfill, BackfillError, backfill_lines, run_backfill, summarise
from tests.conftest import REPOSITORY

GOOD, BAD = "pci_2021_published", "ict_index_2019_published"


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of two documents, one of which is damaged, and a home."""
    for name in ("CCHC_DASK_ADDRESS", "CCHC_BACKFILL_PROCESSES", "CCHC_INBOX", "CCHC_DAGSTER_POSTGRES_URL"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "catalogue"
    for part, suffix in (("catalogue/entries", "yml"), ("documents", "xlsx")):
        (folder / Path(part).name).mkdir(parents=True)
        for document_id in (GOOD, BAD):
            shutil.copy(REPOSITORY / "extractors" / part / f"{document_id}.{suffix}", folder / Path(part).name)
    (folder / "documents" / f"{BAD}.xlsx").write_bytes(b"no workbook")
    monkeypatch.setenv("CCHC_CATALOGUE", str(folder))
    monkeypatch.setenv("CCHC_HOME", str(tmp_path / "home"))
    return folder


def _read(**config: Any) -> Backfill:
    """The job on this catalogue, without the other definitions."""
    from dagster_project.defs.backfill import ORDERS, reading_job

    with dg.DagsterInstance.ephemeral() as instance:
        result = reading_job([GOOD, BAD]).execute_in_process(
            instance=instance, raise_on_error=False, run_config={"ops": {ORDERS: {"config": config}}}
        )
        partitions = instance.get_materialized_partitions(dg.AssetKey("document_outcome"))
    asked = config.get("documents") or [GOOD, BAD]
    found = summarise(result.run_id, asked, result.all_events)
    assert partitions == {*found.read, *found.cached}
    return found


@pytest.mark.usefixtures("catalogue")
def test_a_document_that_fails_fails_alone_and_the_next_call_reads_only_the_rest() -> None:
    first, second = _read(), _read()
    assert first.read == (GOOD,)
    assert list(first.failed) == [BAD]
    assert f"{BAD} is held back: " in first.failed[BAD]
    assert first.exit_code == 1
    assert (second.read, second.cached) == ((), (GOOD,))
    assert any(line.startswith(f"FAILED {BAD}") for line in backfill_lines(first))


@pytest.mark.usefixtures("catalogue")
def test_a_document_is_read_anew_only_where_a_person_asks() -> None:
    assert _read(documents=[GOOD]).read == (GOOD,)
    assert _read(documents=[GOOD]).read == ()
    assert _read(documents=[GOOD], read_anew=True).read == (GOOD,)


@pytest.mark.usefixtures("catalogue")
def test_readers_of_another_revision_read_nothing() -> None:
    found = _read(documents=[GOOD], code="f" * 64)
    assert "bring its checkout and its packages to the same revision" in found.failed[GOOD]


def test_a_document_of_the_inbox_is_read_from_the_folder_that_is_named(catalogue: Path, tmp_path: Path) -> None:
    entry = catalogue / "entries" / f"{GOOD}.yml"
    entry.write_text(entry.read_text(encoding="utf-8").replace(f"file: {GOOD}.xlsx", f"inbox: {GOOD}.xlsx"), encoding="utf-8")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    assert _read(documents=[GOOD]).absent == (GOOD,)
    assert _read(documents=[GOOD], inbox=str(inbox)).absent == (GOOD,)
    (catalogue / "documents" / f"{GOOD}.xlsx").rename(inbox / f"{GOOD}.xlsx")
    assert _read(documents=[GOOD], inbox=str(inbox)).read == (GOOD,)


@pytest.mark.usefixtures("catalogue")
def test_an_inbox_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackfillError, match=rf"expected a folder with documents at {tmp_path / 'no_such_folder'} on "):
        _read(inbox=str(tmp_path / "no_such_folder"))


@pytest.mark.usefixtures("catalogue")
def test_an_unknown_document_is_named() -> None:
    with pytest.raises(BackfillError, match="expected ids of the catalogue, found no_such_document"):
        run_backfill(["no_such_document"])


@pytest.mark.usefixtures("catalogue")
def test_a_setting_that_is_no_number_is_told_by_the_job_and_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_BACKFILL_PROCESSES", "many")
    with pytest.raises(BackfillError, match="CCHC_BACKFILL_PROCESSES: expected a whole number from 1 to 256, found 'many'"):
        _read(documents=[GOOD])
