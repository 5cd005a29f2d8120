"""Pages as a person writes them: `3-9,12`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.page_choice import PageChoiceError, choose_pages

_RANGES = st.lists(
    st.tuples(st.integers(1, 300), st.integers(0, 40)).map(lambda pair: (pair[0], pair[0] + pair[1])), min_size=1, max_size=6
)


@given(_RANGES)
def test_ranges_and_pages_are_read_as_written(ranges: list[tuple[int, int]]) -> None:
    text = ", ".join(f"{first}-{last}" if first != last else f"{first}" for first, last in ranges)
    expected = {page for first, last in ranges for page in range(first, last + 1)}
    assert choose_pages(text).within(340) == expected


@given(st.text(max_size=12))
def test_whatever_is_written_is_a_choice_or_an_error_in_words(text: str) -> None:
    said = ""
    try:
        choice = choose_pages(text)
        assert all(1 <= first <= last for first, last in choice.ranges)
    except PageChoiceError as error:
        said = str(error)
    assert not said or ("expected" in said and "found" in said)


@pytest.mark.parametrize(
    ("text", "words"), [("2", "page 2"), ("3-3", "page 3"), ("3-9,12", "pages 3 to 9, 12"), ("1,2", "pages 1, 2")]
)
def test_a_choice_in_words(text: str, words: str) -> None:
    assert str(choose_pages(text)) == words


def test_a_page_beyond_the_last() -> None:
    with pytest.raises(PageChoiceError, match="expected pages between 1 and 12, the last of this file, found 13"):
        choose_pages("3,10-13").within(12)
