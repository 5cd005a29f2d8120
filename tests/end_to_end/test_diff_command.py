"""`cchc diff` on real releases: the row that changed, with old, new and why; names that nothing has are errors."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb

from tests.conftest import Instance

LATER = "v2099.01.0"


def _later_release(home: Path) -> None:
    """A copy of the release in which one figure and the bytes of its document differ."""
    current = (home / "published" / "current").resolve()
    later = current.with_name(LATER)
    shutil.copytree(current, later)
    with duckdb.connect(str(later / "cchc.duckdb")) as connection:
        connection.execute(
            "update rpt_scores set score = 82.30 where criterion_code = 'S' and year = 2023 and province_code = '46'"
        )
        connection.execute("update dim_document set sha256 = 'synthetic' where document_id = 'sipas_2023_thua_thien_hue_ubnd'")
    manifest = json.loads((later / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"release_id": LATER, "sequence": 99, "files": {}}
    (later / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_a_changed_figure_is_shown_with_old_new_and_why(copied: Instance, tmp_path: Path) -> None:
    _later_release(copied.home)
    before = copied.release.name
    done = copied.run("diff", before, LATER)
    assert done.returncode == 0, done.stderr
    assert "0 gone, 1 changed, 0 new" in done.stdout
    assert "Thừa Thiên Huế S: 82.28 index_points, rank 32 → 82.3 index_points, rank 32" in done.stdout
    assert "a document has a newer vintage: sipas_2023_thua_thien_hue_ubnd" in done.stdout
    page = tmp_path / "diff.html"
    filtered = copied.run(
        "diff", before, LATER, "--province", "thua thien hue", "--index", "sipas", "--json", "--html", str(page)
    )
    (line,) = json.loads(filtered.stdout)["scores"]
    assert (line["previous_score"], line["score"], line["reason"], line["raw_text"]) == (82.28, 82.3, "new_vintage", "82,28")
    assert "82,3" in page.read_text(encoding="utf-8")
    assert json.loads(copied.run("diff", before, LATER, "--index", "PAPI", "--json").stdout)["scores"] == []

    for arguments, words in (
        ((before, "v2000.01.0"), "expected a release of"),
        ((before, LATER, "--index", "SIPASS"), "expected an index of"),
        ((before, LATER, "--province", "Quảng Nm"), "near: Quảng Nam"),
    ):
        wrong = copied.run("diff", *arguments)
        assert wrong.returncode == 2
        assert words in wrong.stderr
        assert "Traceback" not in wrong.stderr
