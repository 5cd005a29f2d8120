"""The development half: LibreOffice, ReportLab and WeasyPrint, with two others for what only they do; DejaVu and Liberation."""

from __future__ import annotations

from dataclasses import replace

from scripts.corpus.documents import Entry
from scripts.corpus.model import Sheet
from scripts.corpus.shapes import ministries, others, provincial, rankings, report

_SERIF = Sheet("Liberation Serif", footer="Trang")
_SANS = Sheet("Liberation Sans", points=11, header="Báo cáo kết quả khảo sát năm 2023", footer="Trang")
_DEJAVU = Sheet("DejaVu Serif Condensed", points=11, margins=(18, 15, 18, 30), footer="Số liệu kiểm thử - trang")
_DEJAVU_SANS = Sheet("DejaVu Sans Condensed", points=10.5)
_DEJAVU_HEADED = replace(_DEJAVU_SANS, header="Báo cáo kết quả khảo sát năm 2023", footer="Trang")
_WIDE_SERIF = replace(_DEJAVU, landscape=True, points=10, margins=(15, 12, 15, 15))
_OLD = Sheet("DejaVu Serif Condensed", points=11)
_WIDE = replace(_SERIF, landscape=True, points=11, margins=(15, 12, 15, 15))
_WIDE_SANS = replace(_DEJAVU_SANS, landscape=True, margins=(15, 12, 15, 15))

ENTRIES: tuple[Entry, ...] = (
    Entry("plan", "a", "libreoffice", provincial.plan, replace(_SERIF, points=13), {"groups": 3}),
    Entry("plan_repeated", "a", "weasyprint", provincial.plan, _DEJAVU, {"groups": 4, "header_repeats": True, "points": 9.5}),
    Entry("plan_dense", "a", "reportlab", provincial.plan, _DEJAVU_HEADED, {"groups": 2, "points": 8, "padding": 0.6}),
    Entry("ranking_repeated", "b", "libreoffice", rankings.ranking, _SERIF, {"header_repeats": True}),
    Entry("ranking_once", "b", "reportlab", rankings.ranking, _DEJAVU, {"names": "official", "national": True}),
    Entry("ranking_once", "b", "weasyprint", rankings.ranking, _SANS, {"by": "code", "signs": True, "points": 11}),
    Entry("matrix_turned", "c", "reportlab", rankings.matrix, _WIDE_SERIF, {"head_height": 46, "header_repeats": True}),
    Entry(
        "matrix_turned",
        "c",
        "libreoffice",
        rankings.matrix,
        _WIDE,
        {"head_height": 46, "labels": "papi", "header_repeats": True},
    ),
    Entry("matrix_turned", "c", "weasyprint", rankings.matrix, _WIDE_SANS, {"head_height": 52, "points": 9.5}),
    Entry("matrix_rotated_page", "c", "reportlab", rankings.matrix, _WIDE_SANS, {"turned": False, "points": 9}, ("rotate",)),
    Entry("matrix_maxima", "c", "chromium", rankings.matrix, _WIDE, {"turned": False, "points": 9, "maxima": ("14",) * 8}),
    Entry("ranking_cropped", "c", "libreoffice", rankings.ranking, _SERIF, {"two_years": False}, ("crop",)),
    Entry("ranking_borderless", "d", "reportlab", rankings.ranking, _DEJAVU, {"ruling": "none", "header_repeats": True}),
    Entry("ranking_borderless", "d", "weasyprint", rankings.ranking, _SANS, {"ruling": "none", "two_years": False, "prose": 2}),
    Entry("ranking_booktabs", "d", "libreoffice", rankings.ranking, _SERIF, {"ruling": "booktabs", "two_years": False}),
    Entry(
        "ranking_booktabs", "d", "weasyprint", rankings.ranking, _DEJAVU, {"ruling": "booktabs", "national": True, "points": 10}
    ),
    Entry("regions_horizontal", "d", "reportlab", rankings.by_region, _DEJAVU, {"ruling": "horizontal", "merged_note": False}),
    Entry("regions_borderless", "d", "weasyprint", rankings.by_region, _SERIF, {"ruling": "none", "merged_note": False}),
    Entry("population_horizontal", "d", "weasyprint", others.population, _WIDE, {"ruling": "horizontal", "points": 9.5}),
    Entry("beside_borderless", "d", "reportlab", rankings.beside, _DEJAVU, {"ruling": "none", "points": 10}),
    Entry("several_booktabs", "d", "weasyprint", others.several, _SERIF, {"ruling": "booktabs", "tables": 4}),
    Entry("matrix_borderless", "d", "libreoffice", rankings.matrix, _WIDE, {"ruling": "none", "turned": False, "points": 8.5}),
    Entry("regions", "e", "libreoffice", rankings.by_region, _SERIF, {}),
    Entry("regions", "e", "weasyprint", rankings.by_region, _DEJAVU, {"header_repeats": True, "numbered": False}),
    Entry("column_groups", "e", "reportlab", rankings.column_groups, _DEJAVU, {}),
    Entry("beside", "e", "weasyprint", rankings.beside, _SANS, {"points": 9.5}),
    Entry("several", "e", "libreoffice", others.several, _SERIF, {"tables": 5}),
    Entry("scoring", "f", "libreoffice", others.scoring, _WIDE, {"rows_may_break": True, "header_repeats": True}),
    Entry(
        "scoring_cut_rows", "f", "weasyprint", others.scoring, _SERIF, {"rows_may_break": True, "points": 11, "notes": False}
    ),
    Entry("broken_names", "f", "reportlab", rankings.ranking, _DEJAVU, {"names": "broken", "points": 11}),
    Entry("scoring_narrow", "f", "reportlab", others.scoring, _DEJAVU_SANS, {"points": 8.5, "header_repeats": True}),
    Entry("ranking_nfd", "g", "weasyprint", rankings.ranking, replace(_SERIF, normal_form="NFD"), {"names": "official"}),
    Entry("plan_nfd", "g", "libreoffice", provincial.plan, replace(_DEJAVU, normal_form="NFD"), {"groups": 2, "points": 9.5}),
    Entry("ranking_tcvn3", "h", "reportlab", rankings.ranking, replace(_OLD, legacy="tcvn3"), {"national": True}),
    Entry("regions_tcvn3", "h", "reportlab", rankings.by_region, replace(_OLD, legacy="tcvn3"), {"header_repeats": True}),
    Entry("scoring_tcvn3", "h", "reportlab", others.scoring, replace(_OLD, legacy="tcvn3"), {"notes": False, "points": 9.5}),
    Entry("ranking_vni", "h", "reportlab", rankings.ranking, replace(_OLD, legacy="vni"), {"marks": {3: "1", 9: "2"}}),
    Entry("scoring_vni", "h", "reportlab", others.scoring, replace(_OLD, legacy="vni"), {"notes": False, "points": 9.5}),
    Entry(
        "marks",
        "k",
        "libreoffice",
        rankings.ranking,
        _SERIF,
        {"marks": {0: "1", 4: "2", 31: "(3)", 40: "*"}, "header_repeats": True},
    ),
    Entry(
        "marks",
        "k",
        "reportlab",
        rankings.ranking,
        _DEJAVU_HEADED,
        {"marks": {0: "4", 2: "1", 11: "2", 50: "3"}, "two_years": False},
    ),
    Entry("marks", "k", "weasyprint", rankings.ranking, _DEJAVU, {"marks": {1: "1", 8: "12", 20: "3)"}, "points": 10}),
    Entry(
        "watermark", "k", "reportlab", rankings.ranking, replace(_DEJAVU_HEADED, watermark="DỰ THẢO"), {"header_repeats": True}
    ),
    Entry("watermark", "k", "weasyprint", provincial.plan, replace(_SERIF, watermark="BẢN SAO"), {"groups": 2, "points": 10}),
    Entry("aes256", "l", "reportlab", rankings.ranking, _DEJAVU, {"two_years": False}, ("encrypt_aes256",)),
    Entry("no_extract", "l", "weasyprint", rankings.ranking, _SERIF, {"two_years": False}, ("encrypt_no_extract",)),
    Entry("bad_xref", "m", "libreoffice", rankings.ranking, _SERIF, {"two_years": False}, ("bad_xref",)),
    Entry("junk_prefix", "n", "reportlab", rankings.ranking, _DEJAVU, {"two_years": False}, ("junk_prefix",)),
    Entry("units", "o", "libreoffice", others.units, _SERIF, {}),
    Entry("units", "o", "reportlab", others.units, _DEJAVU, {"points": 9.5}),
    Entry("population_dots", "o", "reportlab", others.population, _WIDE_SERIF, {"mark": ".", "points": 9.5}),
    Entry(
        "population_blanks",
        "o",
        "weasyprint",
        others.population,
        _WIDE_SANS,
        {"mark": "\u00a0", "points": 9, "header_repeats": True},
    ),
    Entry("without_tables", "p", "weasyprint", others.without_tables, _SERIF, {}),
    Entry("without_tables", "p", "reportlab", others.without_tables, _DEJAVU_HEADED, {"charts": 3}),
    Entry("ranking_repeated", "b", "typst", rankings.ranking, _DEJAVU, {"header_repeats": True, "points": 10}),
    Entry("matrix_turned", "c", "typst", rankings.matrix, _WIDE_SERIF, {"head_height": 50, "points": 10}),
    Entry("ministries_booktabs", "d", "typst", ministries.ministries, _DEJAVU, {"ruling": "booktabs", "parts": 2}),
    Entry("ministries_borderless", "d", "libreoffice", ministries.ministries, _DEJAVU, {"ruling": "none", "parts": 2}),
    Entry(
        "population_booktabs", "d", "chromium", others.population, _WIDE_SANS, {"ruling": "booktabs", "points": 9, "count": 24}
    ),
    Entry("duties", "f", "typst", ministries.duties, _DEJAVU, {"points": 10}),
    Entry("marks", "k", "typst", rankings.ranking, _DEJAVU, {"marks": {3: "1", 22: "2", 23: "3"}, "points": 9.5}),
    Entry("plan", "a", "chromium", provincial.plan, _DEJAVU, {"groups": 3, "points": 9.5}),
    Entry("plan", "a", "typst", provincial.plan, replace(_DEJAVU, points=12), {"groups": 3, "points": 10}),
    Entry("population_borderless", "d", "reportlab", others.population, _WIDE_SERIF, {"ruling": "none", "years": (2022, 2023)}),
    Entry("regions", "e", "typst", rankings.by_region, _DEJAVU_SANS, {"parts": 2, "points": 9.5}),
    Entry("scoring_cut_rows", "f", "chromium", others.scoring, _SERIF, {"rows_may_break": True, "notes": False}),
    Entry("plan_nfd", "g", "chromium", provincial.plan, replace(_SERIF, normal_form="NFD"), {"groups": 3, "points": 10}),
    Entry("regions_vni", "h", "chromium", rankings.by_region, replace(_OLD, legacy="vni"), {}),
    Entry("scoring_italics", "f", "chromium", others.scoring, replace(_SANS, points=12), {"notes": False, "points": 11}),
    Entry("regions_borderless", "d", "chromium", rankings.by_region, _DEJAVU_SANS, {"ruling": "none", "merged_note": False}),
    Entry(
        "regions_booktabs", "d", "typst", rankings.by_region, _DEJAVU, {"ruling": "booktabs", "merged_note": False, "parts": 1}
    ),
    Entry("duties_horizontal", "d", "weasyprint", ministries.duties, _SERIF, {"ruling": "horizontal", "points": 11}),
    Entry(
        "duties_of_words",
        "d",
        "libreoffice",
        ministries.duties,
        _SERIF,
        {"ruling": "horizontal", "targets": False, "points": 11},
    ),
    Entry("duties_booktabs", "d", "chromium", ministries.duties, _OLD, {"ruling": "booktabs", "points": 11}),
    Entry(
        "regions_wrapped_names",
        "d",
        "reportlab",
        rankings.by_region,
        _DEJAVU,
        {"ruling": "none", "merged_note": False, "parts": 3, "points": 9},
    ),
    Entry(
        "scoring_slanted",
        "f",
        "chromium",
        others.scoring,
        Sheet("FreeSerif"),
        {"notes": False, "rows_may_break": True, "points": 10},
    ),
    Entry("scoring_vni", "h", "chromium", others.scoring, replace(_OLD, legacy="vni"), {"notes": False, "points": 9.5}),
    Entry(
        "plan_nfd_lent_marks",
        "g",
        "weasyprint",
        provincial.plan,
        replace(_SERIF, normal_form="NFD"),
        {"groups": 2, "points": 9},
    ),
)

LONG: tuple[Entry, ...] = (
    Entry("report", "j", "reportlab", report.report, _DEJAVU_HEADED, {"chapters": 88}),
    Entry("book", "j", "reportlab", report.report, _DEJAVU_HEADED, {"chapters": 1032, "table_count": 350}),
)
