"""A misspelt name of a setting is told, and the list of names is that of the code."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from dagster_project.known_settings import ELSEWHERE, SETTINGS, unknown_settings

REPOSITORY = Path(__file__).parents[2]
CODE = ("dagster_project", "warehouse", "extractors", "expectations", "dbt_project", "deploy")


def _named(*folders: str) -> set[str]:
    paths = [path for folder in folders for path in (REPOSITORY / folder).rglob("*") if path.is_file()]
    paths = [
        path for path in paths if path.suffix in (".py", ".sql", ".yml", ".yaml", ".in") and path.name != "known_settings.py"
    ]
    texts = [path.read_text(encoding="utf-8") for path in paths if "target" not in path.parts]
    return {name for text in texts for name in re.findall(r"\bCCHC_[A-Z][A-Z_]*[A-Z]\b(?!_)", text)}


def _without_files(names: Iterable[str]) -> set[str]:
    """Secrets are also read from the file that NAME_FILE names, which the code puts together from NAME."""
    found = set(names)
    return {name for name in found if not (name.endswith("_FILE") and name.removesuffix("_FILE") in found)}


def test_the_list_holds_every_setting_of_the_code_and_no_other() -> None:
    assert _without_files(_named(*CODE) - ELSEWHERE) == _without_files(SETTINGS)


def test_every_setting_of_the_documents_is_one() -> None:
    pages = [REPOSITORY / "README.md", REPOSITORY / "deploy" / "cchc.env.example", *(REPOSITORY / "docs").glob("*.md")]
    names = {
        name for page in pages for name in re.findall(r"\bCCHC_[A-Z][A-Z_]*[A-Z]\b(?!_)", page.read_text(encoding="utf-8"))
    }
    assert len(names) > 30
    assert names - ELSEWHERE <= SETTINGS


def test_a_misspelt_setting_is_told_with_the_one_that_was_meant() -> None:
    assert unknown_settings(["CCHC_KEEP_RELEASE", "CCHC_HOME", "PATH", "CCHC_TEST_HOME"]) == [
        "CCHC_KEEP_RELEASE is set and is no setting; is CCHC_KEEP_RELEASES meant?"
    ]
    assert unknown_settings(["CCHC_XYZZY"]) == ["CCHC_XYZZY is set and is no setting"]
