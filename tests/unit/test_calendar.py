"""Which editions are late is worked out from when earlier ones came out, and from nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dagster_project.freshness import Freshness, freshness_notices, refresh_is_late, refresh_notices
from extractors.catalogue.calendar import CALENDAR_FILE, edition_states, load_calendar, overdue, unlisted
from extractors.catalogue.loader import CatalogueError
from extractors.catalogue.reference import REFERENCE_DIR, load_reference
from extractors.readers import code_fingerprint


@dataclass(frozen=True)
class Key:
    index_code: str
    instrument_code: str
    reference_year: int


CALENDAR = load_calendar()
HELD = [
    Key("SIPAS", "moha", 2024),
    Key("PAR_PROVINCE", "moha", 2024),
    Key("PAR_MINISTRY", "moha", 2023),
    Key("PAPI", "undp", 2024),
    Key("PCI", "vcci", 2021),
    Key("ICT_INDEX", "mic", 2019),
]


def names(today: date, held: list[Key] | None = None) -> list[str]:
    return [f"{one.index_code} {one.reference_year}" for one in overdue(HELD if held is None else held, CALENDAR, today)]


def test_in_november_2026_the_editions_of_2025_are_missing() -> None:
    late = ["SIPAS 2025", "PAR_PROVINCE 2025", "PAR_MINISTRY 2024", "PAR_MINISTRY 2025", "PAPI 2025"]
    assert names(date(2026, 11, 22)) == late


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 3, 31), "not_expected"),
        (date(2026, 4, 1), "expected_soon"),
        (date(2026, 8, 29), "expected_soon"),  # the end of June, and sixty days of grace
        (date(2026, 8, 30), "overdue"),
    ],
)
def test_an_edition_is_late_sixty_days_after_its_season(today: date, state: str) -> None:
    found = [one for one in edition_states(HELD, CALENDAR, today) if (one.index_code, one.reference_year) == ("SIPAS", 2025)]
    assert [one.state for one in found] == [state]
    assert (found[0].expected_from, found[0].expected_by) == (date(2026, 4, 1), date(2026, 8, 29))


def test_the_newest_edition_here_is_current_and_the_one_after_the_next_is_not_spoken_of() -> None:
    found = [one for one in edition_states(HELD, CALENDAR, date(2026, 11, 22)) if one.index_code == "PAPI"]
    assert [(one.reference_year, one.state) for one in found] == [(2024, "current"), (2025, "overdue"), (2026, "not_expected")]


def test_an_index_without_known_months_is_never_late() -> None:
    found = [one for one in edition_states(HELD, CALENDAR, date(2030, 1, 1)) if one.index_code in ("PCI", "ICT_INDEX")]
    assert [(one.index_code, one.state, one.reference_year) for one in found] == [
        ("PCI", "current", 2021),
        ("PCI", "not_expected", None),
        ("ICT_INDEX", "current", 2019),
        ("ICT_INDEX", "not_expected", None),
    ]


def test_before_the_first_release_only_the_editions_due_now_are_missing() -> None:
    late = ["SIPAS 2025", "PAR_PROVINCE 2025", "PAR_MINISTRY 2025", "PAPI 2025"]
    assert names(date(2026, 11, 22), []) == late


def test_an_edition_that_its_publisher_does_not_publish_is_not_late() -> None:
    content = CALENDAR.model_dump()
    content["rows"] = [row for row in content["rows"] if row["index_code"] == "PAPI"]
    content["rows"][0]["not_published"] = [
        {
            "reference_year": 2025,
            "why": "synthetic: no survey took place",
            "source": "synthetic notice",
            "by": "a steward",
            "at": date(2026, 9, 1),
        }
    ]
    changed = type(CALENDAR).model_validate(content)
    found = edition_states([Key("PAPI", "undp", 2024)], changed, date(2026, 11, 22))
    assert [(one.reference_year, one.state) for one in found][1] == (2025, "not_published")
    assert found[1].why == "synthetic: no survey took place (synthetic notice)"
    assert overdue([Key("PAPI", "undp", 2024)], changed, date(2026, 11, 22)) == []


def test_every_edition_of_the_reference_data_has_its_series() -> None:
    assert unlisted(load_reference().editions, CALENDAR) == []
    assert unlisted([Key("SYNTHETIC", "x", 2020)], CALENDAR) == [("SYNTHETIC", "x")]


def test_a_stated_day_is_the_one_of_the_edition() -> None:
    """A publication that is said to be stated stands with its day in the editions, and no other does."""
    stated = {
        (series.index_code, one.reference_year, one.month)
        for series in CALENDAR.rows
        for one in series.publications
        if one.basis == "stated"
    }
    dated = {
        (one.index_code, one.reference_year, f"{one.published_on:%Y-%m}")
        for one in load_reference().editions
        if one.published_on
    }
    assert stated == dated


def test_the_reports_of_the_calendar_are_those_of_the_published_figures(reference_data: Path) -> None:
    figures = (reference_data / "published_figures.csv").read_text(encoding="utf-8")
    articles = [one.source for series in CALENDAR.rows for one in series.publications if one.basis == "article"]
    assert len(articles) >= 15
    assert [source for source in articles if source not in figures] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("month: 2021-06", "month: 2021-13", "expected a month such as 2025-04"),
        ("month: 2021-06", "month: 2019-06", "expected publications in or after their reference year"),
        ("cadence: ended", "cadence: sometimes", "cadence"),
        ("index_code: ICT_INDEX\n    instrument_code: mic", "index_code: SIPAS\n    instrument_code: moha", "found twice"),
        ("grace_days: 60", "grace_days: -1", "grace_days"),
        ("grace_days: 60", "grace_days: 60\nmonths: 3", "expected no such field"),
    ],
)
def test_a_wrong_calendar_is_refused_in_words(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = CALENDAR_FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "publication_calendar.yml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError, match=said):
        load_calendar(path)


def test_a_late_edition_is_told_with_what_to_do() -> None:
    states = tuple(edition_states(HELD, CALENDAR, date(2026, 11, 22)))
    found = freshness_notices(Freshness(date(2026, 11, 22), states, (("SYNTHETIC", "x"),)))
    assert [one.subject for one in found][-2:] == ["PAPI 2025 (undp)", "SYNTHETIC (x)"]
    assert found[0].message.startswith("expected by 2026-08-29, found no figure of it in the release")
    assert "not_published" in found[0].hint
    assert len({one.key for one in found}) == len(found)


@pytest.mark.parametrize(
    ("last", "now", "is_late"),
    [
        ("2026-04-06", "2026-04-15", False),
        ("2026-04-06", "2026-04-17", True),
        ("2026-02-01", "2026-03-05", False),  # the season has just begun; the last one was of the month before
        ("2026-10-01", "2026-11-08", False),
        ("2026-10-01", "2026-11-22", True),
    ],
)
def test_a_refresh_that_stays_away_is_late(last: str, now: str, is_late: bool) -> None:
    then, today = (datetime.fromisoformat(f"{day}T00:00:00+00:00") for day in (last, now))
    assert (refresh_is_late(then, today) is not None) == is_late
    assert [one.code for one in refresh_notices(then, today)] == (["refresh_late"] if is_late else [])


def test_a_home_without_any_refresh_is_not_late() -> None:
    assert refresh_notices(None, datetime.now(UTC) + timedelta(days=900)) == ()


def test_changing_the_calendar_reads_no_document_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The calendar lies where the fingerprint of the readers does not look."""
    before, read = code_fingerprint(), Path.read_bytes

    def changed_below(wanted: Path) -> Callable[[Path], bytes]:
        return lambda path: b"changed" if wanted in (path, path.parent) else read(path)

    monkeypatch.setattr(Path, "read_bytes", changed_below(CALENDAR_FILE))
    assert code_fingerprint() == before
    monkeypatch.setattr(Path, "read_bytes", changed_below(REFERENCE_DIR))
    assert code_fingerprint() != before
