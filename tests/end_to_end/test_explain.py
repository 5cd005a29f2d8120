"""One published number explained: what judged it, who disagrees, when it was known, and the cell as a person sees it."""

from __future__ import annotations

import json
import re
import shutil
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Instance

S14 = ("explain", "SIPAS", "2023", "Thừa Thiên Huế", "S.1.4")
OUTSIDE = re.compile(
    r"""(?:src|href|action|data)\s*=\s*["']?(?!data:)|url\(|@import|<script|<link|<iframe|http-equiv""", re.IGNORECASE
)
"""What could make a browser ask somebody for something."""


def explained(instance: Instance, *arguments: str) -> dict[str, Any]:
    done = instance.run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def told(refreshed: Instance) -> str:
    """S.1.4 of Thừa Thiên Huế in the terminal."""
    done = refreshed.run(*S14)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def chain(refreshed: Instance) -> dict[str, Any]:
    """The same as data."""
    return explained(refreshed, *S14)


def page(instance: Instance, path: Path, *arguments: str) -> str:
    done = instance.run(*arguments, "--html", str(path))
    assert (done.returncode, done.stdout.strip()) == (0, f"written: {path}"), done.stderr
    return path.read_text(encoding="utf-8")


def test_the_rules_that_judged_a_score_are_named_with_what_they_compared(chain: dict[str, Any], told: str) -> None:
    relations = {(r["rule_id"], r["measure"]): r for r in chain["relations"]}
    mean = relations["gate1__score__mean_of_leaves", "score"]
    assert (mean["verdict"], float(mean["found"]), mean["member_count"]) == ("pass", 82.44, 11)  # itself and its ten leaves
    assert ("gate1__change_rank__places_gained", "rank") in relations
    assert "holds: The score of a node is the mean of all scored leaves under it [gate1__score__mean_of_leaves]" in told
    assert "expected 82.436 (tolerance 0.01), found 82.44" in told


def test_a_statement_that_disagrees_is_quoted_with_why_the_other_stands(chain: dict[str, Any], told: str) -> None:
    (found,) = chain["disagreements"]
    assert (found["other_raw_text"], found["other_page"], found["chosen_value"]) == ("xếp thứ 39 toàn quốc", 9, 32)
    assert "rank 39, printed 'xếp thứ 39 toàn quốc', prose: contradicts it" in told
    assert "32 stands, because its class of source is stronger" in told


def test_the_figure_comes_first_and_names_before_codes(told: str) -> None:
    heading, figure = told.splitlines()[:2]
    assert heading.endswith("2023, Thừa Thiên Huế, Kết quả, tác động của chính sách (S.1.4)")
    assert figure == "  = 82.44 index_points, rank 32 of 63 (official)"


def test_the_vintages_of_a_score_are_told_oldest_first(refreshed: Instance) -> None:
    found = explained(refreshed, "explain", "SIPAS", "2023", "46")["vintages"]
    assert [(v["vintage"], v["score"] and float(v["score"]), v["rank"]) for v in found] == [(1, None, 32), (2, 82.28, 32)]
    assert "Vintages (2)" in refreshed.run("explain", "SIPAS", "2023", "46").stdout


def test_the_page_holds_the_picture_of_the_cell_and_asks_nobody_for_anything(refreshed: Instance, tmp_path: Path) -> None:
    text = page(refreshed, tmp_path / "hue.html", *S14)
    assert OUTSIDE.findall(text.replace('src="data:', "data:")) == []
    pictures = re.findall(r'src="data:image/png;base64,([^"]+)"', text)
    assert len(pictures) == 1
    assert b64decode(pictures[0]).startswith(b"\x89PNG")
    for expected in (
        "Kết quả, tác động của chính sách",
        "<mark>82,44</mark>",
        "Những phát biểu nói khác",
        "Rules that judged it",
    ):
        assert expected in text


def test_a_figure_of_a_sheet_is_shown_between_its_neighbours(refreshed: Instance, tmp_path: Path) -> None:
    text = page(refreshed, tmp_path / "papi.html", "explain", "PAPI", "2023", "46", "D.1")
    assert re.findall(r'<td class="marked">([^<]*)</td>', text) == ["5.34346"]
    for neighbour in ("Thua Thien-Hue", "Da Nang", "Dimension", "4.930391"):
        assert neighbour in text


def test_without_the_archive_the_page_says_why_there_is_no_picture(refreshed: Instance, tmp_path: Path) -> None:
    alone = Instance(tmp_path / "home")
    shutil.copytree(refreshed.release, alone.home / "published" / "current")
    text = page(alone, tmp_path / "hue.html", *S14)
    assert "data:image" not in text
    assert "only a release is at hand" in text
    assert "<mark>82,44</mark>" in text


@pytest.mark.parametrize("name", ["no/such/folder/x.html", "."])
def test_a_page_that_cannot_be_written_is_said_in_words(refreshed: Instance, tmp_path: Path, name: str) -> None:
    done = refreshed.run(*S14, "--html", str(tmp_path / name))
    assert done.returncode == 2
    assert "cannot write" in done.stderr
    assert "Traceback" not in done.stderr
