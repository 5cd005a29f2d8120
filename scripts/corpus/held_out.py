"""The held-out half: Typst and Chromium before all, other fonts, seeds, widths and words. Opened by the benchmark alone."""

from __future__ import annotations

from dataclasses import replace

from scripts.corpus.documents import Entry
from scripts.corpus.model import Sheet
from scripts.corpus.shapes import ministries, others, provincial, rankings, report
from scripts.corpus.shapes.rankings import OTHER

_SERIF = Sheet("Noto Serif", points=11, margins=(22, 18, 22, 28), footer="- Trang")
_SANS = Sheet("Noto Sans", points=10.5, margins=(18, 18, 20, 22), header="Tài liệu phục vụ kiểm thử", footer="Trang số")
_FREE = Sheet("FreeSerif", points=12.5, margins=(25, 16, 20, 24))
_ROBOTO = Sheet("Roboto", points=11, margins=(20, 20, 20, 20), footer="tr.")
_WIDE = replace(_SANS, landscape=True, margins=(16, 10, 14, 12), points=10)
_WIDE_FREE = replace(_FREE, landscape=True, margins=(18, 12, 14, 12), points=11)
_OTHER = {"labels": OTHER}
_BARE = {"ruling": "none", "points": 9}
_WHOLE = {"turned": False, "points": 8.5}

ENTRIES: tuple[Entry, ...] = (
    Entry("plan", "a", "typst", provincial.plan, _FREE, {"groups": 4, "wording": 1}),
    Entry("plan", "a", "chromium", provincial.plan, _SERIF, {"groups": 3, "wording": 1, "points": 9, "header_repeats": True}),
    Entry("plan_cut", "a", "libreoffice", provincial.plan, replace(_FREE, points=14), {"groups": 3, "points": 11}),
    Entry("ranking", "b", "typst", rankings.ranking, _SANS, {"header_repeats": True, "year": 2024, "points": 9, **_OTHER}),
    Entry(
        "ranking_once", "b", "chromium", rankings.ranking, _FREE, {"names": "official", "by": "code", "signs": True, **_OTHER}
    ),
    Entry("ministries", "b", "typst", ministries.ministries, _ROBOTO, {"parts": 3}),
    Entry(
        "matrix",
        "c",
        "typst",
        rankings.matrix,
        _WIDE_FREE,
        {"head_height": 55, "heads": OTHER, "columns": 6},
    ),
    Entry(
        "matrix",
        "c",
        "chromium",
        rankings.matrix,
        _WIDE,
        {"head_height": 44, "labels": "papi", "header_repeats": True},
    ),
    Entry("matrix_rotated", "c", "chromium", rankings.matrix, _WIDE, {**_WHOLE, "columns": 7}, ("rotate",)),
    Entry("matrix_cropped", "c", "typst", rankings.matrix, _WIDE, {**_WHOLE, "columns": 5}, ("crop",)),
    Entry("ranking_borderless", "d", "typst", rankings.ranking, _FREE, {"ruling": "none", "points": 11, **_OTHER}),
    Entry(
        "ranking_borderless",
        "d",
        "chromium",
        rankings.ranking,
        _SERIF,
        {"ruling": "none", "header_repeats": True, "points": 10},
    ),
    Entry(
        "ranking_booktabs", "d", "typst", rankings.ranking, _SERIF, {"ruling": "booktabs", "two_years": False, "national": True}
    ),
    Entry("ranking_booktabs", "d", "libreoffice", rankings.ranking, _ROBOTO, {"ruling": "booktabs", "points": 10, **_OTHER}),
    Entry(
        "regions_horizontal",
        "d",
        "typst",
        rankings.by_region,
        _SANS,
        {"ruling": "horizontal", "merged_note": False, "parts": 2},
    ),
    Entry(
        "regions_borderless", "d", "chromium", rankings.by_region, _ROBOTO, {"ruling": "none", "merged_note": False, **_OTHER}
    ),
    Entry(
        "population_horizontal", "d", "chromium", others.population, _WIDE, {"ruling": "horizontal", "points": 9, "count": 40}
    ),
    Entry(
        "population_borderless",
        "d",
        "reportlab",
        others.population,
        _WIDE_FREE,
        {**_BARE, "years": (2019, 2020)},
    ),
    Entry(
        "ministries_booktabs", "d", "chromium", ministries.ministries, _FREE, {"ruling": "booktabs", "parts": 2, "points": 11}
    ),
    Entry(
        "ministries_borderless", "d", "typst", ministries.ministries, _SANS, {"ruling": "none", "parts": 3, "percent": False}
    ),
    Entry("beside_borderless", "d", "typst", rankings.beside, _FREE, {"ruling": "none", "points": 10, "count": 14, **_OTHER}),
    Entry("several_booktabs", "d", "chromium", others.several, _SERIF, {"ruling": "booktabs", "tables": 3, "rows": 7}),
    Entry("several_horizontal", "d", "libreoffice", others.several, _FREE, {"ruling": "horizontal", "tables": 3, "rows": 4}),
    Entry(
        "matrix_borderless",
        "d",
        "typst",
        rankings.matrix,
        _WIDE_FREE,
        {**_BARE, "turned": False, "columns": 6},
    ),
    Entry("regions", "e", "typst", rankings.by_region, _FREE, {"parts": 1, **_OTHER}),
    Entry("regions", "e", "chromium", rankings.by_region, _SANS, {"numbered": False, "points": 9.5, "year": 2021}),
    Entry("column_groups", "e", "typst", rankings.column_groups, _SERIF, {"points": 9, "groups": 3}),
    Entry("beside", "e", "chromium", rankings.beside, _FREE, {"points": 10, "count": 10}),
    Entry("several", "e", "typst", others.several, _FREE, {"tables": 6, "rows": 4, "years": (2020, 2021, 2022, 2023)}),
    Entry("scoring", "f", "typst", others.scoring, _WIDE_FREE, {"rows_may_break": True, "header_repeats": True, "parts": 5}),
    Entry("scoring_cut", "f", "chromium", others.scoring, _FREE, {"rows_may_break": True, "notes": False, "points": 12}),
    Entry("scoring_cut", "f", "libreoffice", others.scoring, _SERIF, {"rows_may_break": True, "notes": False, "points": 10.5}),
    Entry("broken_names", "f", "typst", rankings.ranking, _FREE, {"names": "broken", "points": 11, **_OTHER}),
    Entry("duties", "f", "chromium", ministries.duties, _SERIF, {}),
    Entry("ranking_nfd", "g", "typst", rankings.ranking, replace(_SERIF, normal_form="NFD"), {"two_years": False}),
    Entry("plan_nfd", "g", "chromium", provincial.plan, replace(_FREE, normal_form="NFD"), {"groups": 2, "wording": 1}),
    Entry("ranking_tcvn3", "h", "reportlab", rankings.ranking, replace(_FREE, legacy="tcvn3"), {"national": True, **_OTHER}),
    Entry(
        "scoring_tcvn3",
        "h",
        "reportlab",
        others.scoring,
        replace(_ROBOTO, legacy="tcvn3"),
        {"notes": False, "points": 9},
    ),
    Entry("regions_vni", "h", "chromium", rankings.by_region, replace(_FREE, legacy="vni"), {**_OTHER}),
    Entry("marks", "k", "typst", rankings.ranking, _SANS, {"marks": {2: "1", 9: "2", 17: "10", 33: "(a)"}, "two_years": False}),
    Entry("marks", "k", "chromium", rankings.ranking, _FREE, {"marks": {0: "5", 7: "*", 30: "2"}, "points": 11}),
    Entry("watermark", "k", "typst", rankings.ranking, replace(_FREE, watermark="LƯU HÀNH NỘI BỘ"), {"points": 11, **_OTHER}),
    Entry("watermark", "k", "chromium", provincial.plan, replace(_SANS, watermark="MẪU"), {"groups": 2, "points": 9}),
    Entry("rc4", "l", "typst", rankings.ranking, _FREE, {"two_years": False}, ("encrypt_rc4",)),
    Entry("bad_xref", "m", "reportlab", rankings.ranking, _ROBOTO, {"two_years": False, "points": 10}, ("bad_xref",)),
    Entry("junk_prefix", "n", "chromium", ministries.ministries, _ROBOTO, {"parts": 2}, ("junk_prefix",)),
    Entry("units", "o", "typst", others.units, _FREE, {}),
    Entry("units", "o", "chromium", others.units, _SERIF, {"points": 9.5}),
    Entry("population", "o", "typst", others.population, _WIDE, {"mark": ".", "points": 9, "count": 45}),
    Entry("without_tables", "p", "chromium", others.without_tables, _SERIF, {"charts": 1, "pages": 3}),
    Entry("without_tables", "p", "typst", others.without_tables, _FREE, {"charts": 2}),
    Entry("plan_dense", "a", "typst", provincial.plan, _SERIF, {"groups": 3, "points": 9}),
    Entry("ranking_borderless", "d", "weasyprint", rankings.ranking, _ROBOTO, {**_BARE, "names": "official", "points": 10}),
    Entry("regions_borderless", "d", "typst", rankings.by_region, _SERIF, {**_BARE, "merged_note": False, "parts": 1}),
    Entry("population_booktabs", "d", "typst", others.population, _WIDE, {"ruling": "booktabs", "points": 9, "count": 36}),
    Entry("duties_horizontal", "f", "libreoffice", ministries.duties, _FREE, {"ruling": "horizontal", "points": 11}),
    Entry(
        "scoring", "f", "weasyprint", others.scoring, _SANS, {"notes": False, "points": 9, "parts": 5, "header_repeats": True}
    ),
)

LONG: tuple[Entry, ...] = (Entry("report", "j", "typst", report.report, _SERIF, {"chapters": 67}),)
