"""A report of a ministry as it is published: letterhead, chapters of prose, vector charts, 35 tables of every kind, signature."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from scripts.corpus.figures import paragraph, scores
from scripts.corpus.model import BarChart, Block, PageBreak, Table, Text
from scripts.corpus.shapes import ministries, others, provincial, rankings

TABLES = 35
CHARTS = 21


def _table(rng: Random, number: int, look: dict[str, Any]) -> Table:
    """The kinds of table in turn; two of eight are long."""
    title = f"Bảng {number}. Kết quả khảo sát nhóm tiêu chí {number}"
    kinds: tuple[Callable[[], Table], ...] = (
        lambda: rankings.ranking_table(rng, header_repeats=True, **look),
        lambda: others.small_table(rng, title, 9, **look),
        lambda: ministries.ministries_table(rng, parts=3, **look),
        lambda: rankings.by_region_table(rng, merged_note=False, **look),
        lambda: rankings.ranking_table(rng, count=20, two_years=False, **look),
        lambda: others.small_table(rng, title, 6, **look),
        lambda: provincial.perception_table(rng, provincial.CHANNELS, "Kênh thông tin mà người dân sử dụng", **look),
        lambda: others.units_table(rng, **look),
    )
    return kinds[number % len(kinds)]()


def _prose(rng: Random, chapter: int) -> list[Block]:
    """About one page."""
    blocks: list[Block] = [Text(f"{chapter}. Nội dung thứ {chapter} của báo cáo", "heading")]
    for _ in range(5):
        score, place = scores(rng, 1, 60, 95)[0], rng.randint(1, 63)
        figure = f"Chỉ số đạt {str(score).replace('.', ',')}%, xếp thứ {place}/63."
        blocks.append(Text(f"{paragraph(rng, 4)} {figure}"))
    return blocks


def report(rng: Random, *, chapters: int, table_count: int = TABLES, **look: Any) -> tuple[Block, ...]:
    """Tables and charts are spread over the chapters; every chapter begins a page."""
    blocks: list[Block] = [
        provincial.LETTERHEAD,
        Text("BÁO CÁO", "title"),
        Text("Chỉ số cải cách hành chính năm 2023", "subtitle"),
    ]
    tables = charts = 0
    for chapter in range(1, chapters + 1):
        blocks += _prose(rng, chapter)
        if charts * chapters < CHARTS * chapter:
            charts += 1
            labels = tuple(str(year) for year in range(2015, 2024))
            values = tuple(float(value) for value in scores(rng, len(labels), 40, 95))
            blocks.append(BarChart(f"Biểu đồ {charts}. Chỉ số qua các năm", labels, values))
        if tables * chapters < table_count * chapter:
            tables += 1
            table = _table(rng, tables, look)
            blocks += [Text(table.title, "caption"), table]
        blocks += [Text(paragraph(rng, 4)), PageBreak()]
    return (*blocks, provincial.SIGNATURE)
