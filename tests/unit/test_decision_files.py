"""Adding a decision to a file and taking it out: nothing else in the file changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.decision_files import DecisionFileError, add_decision, remove_decision
from extractors.catalogue.corrections import CORRECTIONS_DIR, Decision, Place, Statement, read_decisions

STATEMENT = Statement(original_id="o", edition_id="e", entity_code="01", criterion_code="S.1", measure="score")


def decision(key: str = "abc123", expect: str = "82,85", why: str = "the page prints 82,58", row: int = 4) -> Decision:
    cell = Place(page=3, table=1, row=row, column=2)
    return Decision(
        id=key,
        action="correct",
        cell=cell,
        statement=STATEMENT,
        expect=expect,
        value="82,58",
        why=why,
        by="x",
        at=date(2026, 1, 2),
    )


@pytest.mark.parametrize("source", sorted(CORRECTIONS_DIR.glob("*.yml")))
def test_a_file_of_the_catalogue_comes_back_as_it_was(source: Path, tmp_path: Path) -> None:
    path = tmp_path / source.name
    path.write_bytes(source.read_bytes())
    before = read_decisions(path)
    add_decision(path, decision())
    assert path.read_text(encoding="utf-8").startswith(source.read_text(encoding="utf-8").rstrip("\n"))
    assert read_decisions(path) == (*before, decision())
    remove_decision(path, decision())
    assert path.read_text(encoding="utf-8").rstrip("\n") == source.read_text(encoding="utf-8").rstrip("\n")


def test_a_new_file_says_what_it_is_and_can_be_emptied_and_filled_again(tmp_path: Path) -> None:
    path = tmp_path / "corrections" / "some_document.yml"
    add_decision(path, decision())
    assert path.read_text(encoding="utf-8").startswith("# Decisions on single cells")
    remove_decision(path, decision())
    assert read_decisions(path) == ()
    add_decision(path, decision("again"))
    assert read_decisions(path) == (decision("again"),)


def test_comments_between_entries_stay(tmp_path: Path) -> None:
    path = tmp_path / "d.yml"
    add_decision(path, decision("first"))
    with path.open("a", encoding="utf-8") as file:
        file.write("\n  # a note on the second\n")
    text = path.read_text(encoding="utf-8")
    add_decision(path, decision("second", row=5))
    assert path.read_text(encoding="utf-8").startswith(text.rstrip("\n"))
    remove_decision(path, decision("first"))
    assert "# a note on the second" in path.read_text(encoding="utf-8")
    assert read_decisions(path) == (decision("second", row=5),)


def test_a_list_in_one_line_is_left_to_a_person(tmp_path: Path) -> None:
    path = tmp_path / "d.yml"
    cell = "{page: 3, table: 1, row: 4, column: 2}"
    statement = "{original_id: o, edition_id: e, entity_code: '01', criterion_code: S.1, measure: score}"
    text = f"decisions: [{{id: a, action: reject, cell: {cell}, statement: {statement}, expect: '1', why: w, by: b, at: 2026-01-02}}]\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises((DecisionFileError, ValueError), match=r"d\.yml"):
        add_decision(path, decision())
    assert path.read_text(encoding="utf-8") == text


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip)


@given(expect=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20), why=WORDS)
def test_whatever_was_printed_and_whatever_the_reason_it_is_read_back_as_written(
    tmp_path_factory: pytest.TempPathFactory, expect: str, why: str
) -> None:
    path = tmp_path_factory.mktemp("files") / "d.yml"
    made = decision(expect=expect, why=why)
    add_decision(path, made)
    assert read_decisions(path) == (made,)
