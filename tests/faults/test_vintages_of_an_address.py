"""A document changes under its address: the old figures stay published until a person accepts the new ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from extractors.archive.store import Archive
from tests.conftest import Instance
from tests.faults.served_catalogue import FIGURE, NEW_FIGURE, workbook, write_catalogue
from tests.faults.served_catalogue import MODEL_ID as ID
from tests.faults.servers import Server, answer, serving

ENVIRONMENT = {"CCHC_ALLOW_LOOPBACK": "1", "CCHC_ASK_AGAIN_MINUTES": "0"}


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        yield found


def score(instance: Instance) -> str:
    with duckdb.connect(str(instance.release / "cchc.duckdb"), read_only=True) as connection:
        rows = connection.execute("select raw_text from rpt_scores where index_code = 'ICT_INDEX'").fetchall()
    (found,) = rows
    return str(found[0])


@pytest.mark.slow
def test_a_document_that_changes_under_its_address_stays_as_it_was_until_it_is_accepted(server: Server, tmp_path: Path) -> None:
    old, new = workbook(), workbook(NEW_FIGURE)
    url = server.says("/ict.xlsx", answer(old, ETag='"1"'))
    instance = Instance(tmp_path / "home", write_catalogue(tmp_path / "catalogue", url, ID))

    done = instance.run("refresh", environment=ENVIRONMENT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert score(instance) == FIGURE
    done = instance.run("lock", "--accept", ID, "--reason", "the figure is the printed one", environment=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    assert Archive.name_of(old) in (tmp_path / "catalogue" / "sources.lock.yml").read_text(encoding="utf-8")

    server.says("/ict.xlsx", answer(new, ETag='"2"'))
    done = instance.run("refresh", environment=ENVIRONMENT)
    assert done.returncode == 1, done.stdout + done.stderr
    for words in (
        f"expected the reviewed bytes with sha256 {Archive.name_of(old)}",
        f"found other bytes with sha256 {Archive.name_of(new)}",
        "the content differs",
        f"cchc lock --accept {ID} --reason",
    ):
        assert words in done.stdout + done.stderr, words
    assert score(instance) == FIGURE

    asked = server.asked("/ict.xlsx")
    shown = json.loads(instance.run("lock", "--show", ID, "--json", environment=ENVIRONMENT).stdout)
    assert [(one["old"], one["new"]) for one in shown["differences"]] == [(FIGURE, NEW_FIGURE)]
    arguments = ("lock", "--accept", ID, "--sha256", shown["waiting_sha256"], "--reason", "the publisher mended the figure")
    done = instance.run(*arguments, environment=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    assert server.asked("/ict.xlsx") == asked

    done = instance.run("refresh", environment=ENVIRONMENT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert score(instance) == NEW_FIGURE
    assert instance.run("archive", "verify").returncode == 0

    # A home that never published the document, but has the reviewed bytes in its archive, publishes those.
    server.says("/ict.xlsx", answer(workbook("0,999"), ETag='"3"'))
    other = Instance(tmp_path / "other", tmp_path / "catalogue")
    assert instance.run("archive", "export", str(tmp_path / "moved.tar")).returncode == 0
    assert other.run("archive", "import", str(tmp_path / "moved.tar")).returncode == 0
    done = other.run("refresh", environment=ENVIRONMENT)
    assert done.returncode == 1, done.stdout + done.stderr
    assert score(other) == NEW_FIGURE
