"""A provincial plan in the manner of domain shapes 1 to 8: two-row headers, merged blocks, blanks, tables cut by the page."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from scripts.corpus.figures import CRITERIA, UNITS, comma, mean, moved, paragraph, scores
from scripts.corpus.model import Block, Cell, Letterhead, Signature, Table, Text, row

LETTERHEAD = Letterhead(
    ("ỦY BAN NHÂN DÂN", "TỈNH HƯƠNG GIANG", "Số: 000/KH-UBND"),
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Hương Giang, ngày 23 tháng 5 năm 2024"),
)
SIGNATURE = Signature(
    ("Nơi nhận:", "- Bộ Nội vụ;", "- Thường trực Tỉnh ủy;", "- Các sở, ban, ngành;", "- Lưu: VT, CCHC."),
    ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "", "", "Nguyễn Văn A"),
)


def _header(year: int, unit_label: str, wording: int) -> tuple[tuple[Cell, ...], ...]:
    index, place = (("Chỉ số của tỉnh", "Vị thứ"), ("Điểm (%)", "Xếp hạng"))[wording]
    more, places = (("Tăng/giảm tỷ lệ", "Tăng/giảm vị thứ"), ("Tăng (+), giảm (-)", "Tăng, giảm bậc"))[wording]
    first = (
        Cell(("Nội dung", "Tiêu chí")[wording], rows=2, bold=True, align="center"),
        Cell(f"Năm {year}", columns=2, bold=True, align="center"),
        Cell(f"Năm {year - 1}", columns=2, bold=True, align="center"),
        Cell(f"Năm {year}/{year - 1}", columns=2, bold=True, align="center"),
        Cell(unit_label, rows=2, bold=True, align="center"),
    )
    return first, row(index, place, index, place, more, places, bold=True, align=("center",))


def summary_table(rng: Random, groups: int, *, year: int = 2023, wording: int = 0, strip: bool = True, **look: Any) -> Table:
    """Overall row, group rows and their leaves; units merged over the leaves of a group; new criteria as one block of rows x 4.

    A group is the mean of its leaves, the whole the mean of all leaves, of both years; differences are exact.
    """
    chosen = rng.sample(list(CRITERIA.items()), groups)
    body: list[tuple[Cell, ...]] = []
    all_now: list[Decimal] = []
    all_before: list[Decimal] = []
    new_group = rng.randrange(groups)
    for number, (group, names) in enumerate(chosen, start=1):
        now = scores(rng, len(names), 72, 90)
        before = moved(rng, now, -5, 7)
        all_now += now
        all_before += before
        body.append(_row(rng, f"{number}. {group}", mean(now), mean(before), Cell(""), strip, italic=True))
        unit = Cell(rng.choice(UNITS) if number % 2 else "Các sở, ban, ngành; UBND cấp huyện", rows=len(names), align="center")
        for leaf, name in enumerate(names):
            label = f"{number}.{leaf + 1}. {name}"
            tail = (unit,) if leaf == 0 else ()
            if number - 1 == new_group and leaf < 3:
                block = (
                    (Cell("Những tiêu chí mới của năm 2023 so với năm 2022", columns=4, rows=3, align="center"),)
                    if leaf == 0
                    else ()
                )
                place = Cell(str(rng.randint(1, 63)), align="center")
                body.append((Cell(label), Cell(comma(now[leaf], 2, strip), align="center"), place, *block, *tail))
            else:
                body.append(_row(rng, label, now[leaf], before[leaf], unit if leaf == 0 else None, strip))
    whole = _row(rng, "Chỉ số hài lòng nói chung", mean(all_now), mean(all_before), Cell(""), strip, bold=True)
    return Table(
        widths=(46, 17, 14, 17, 14, 19, 19, 24),
        rows=(*_header(year, ("Cơ quan chủ trì", "Đơn vị phụ trách")[wording], wording), whole, *body),
        header_rows=2,
        title="Kết quả chỉ số hài lòng của người dân",
        **look,
    )


def _row(
    rng: Random,
    label: str,
    now: Decimal,
    before: Decimal,
    unit: Cell | None,
    strip: bool,
    *,
    bold: bool = False,
    italic: bool = False,
) -> tuple[Cell, ...]:
    place, place_before = rng.randint(1, 63), rng.randint(1, 63)
    texts = (
        comma(now, 2, strip),
        str(place),
        comma(before, 2, strip),
        str(place_before),
        comma(now - before, 2, strip),
        str(place_before - place),
    )
    cells = (Cell(label, bold=bold, italic=italic), *row(*texts, bold=bold, italic=italic, align=("center",)))
    return cells if unit is None else (*cells, unit)


CHANNELS = (
    "Qua loa phát thanh xã",
    "Qua họp, sinh hoạt, thông báo tại khu dân cư",
    "Qua cơ quan nhà nước, công chức",
    "Người thân, bạn bè",
    "Qua đài, tivi, báo chí",
    "Qua mạng internet",
    "Qua chính quyền điện tử",
    "Cách thức khác",
)


def perception_table(rng: Random, items: tuple[str, ...], heading: str, *, year: int = 2023, **look: Any) -> Table:
    """One cell on the left over all rows, percentages of two years, last year's blank where the item is new."""
    now = scores(rng, len(items), 10, 95)
    before = moved(rng, now, -9, 9)
    new = rng.randrange(len(items))
    head = (
        Cell("Nhận định", columns=2, bold=True, align="center"),
        *row(f"Năm {year}", f"Năm {year - 1}", bold=True, align=("center",)),
    )
    body: list[tuple[Cell, ...]] = []
    for index, item in enumerate(items):
        last = "" if index == new else f"{comma(before[index], 2, True)}%"
        first = (Cell(heading, rows=len(items)),) if index == 0 else ()
        body.append((*first, Cell(item), *row(f"{comma(now[index], 2, True)}%", last, align=("center",))))
    return Table(widths=(40, 78, 24, 24), rows=(head, *body), title=heading, **look)


def plan(rng: Random, *, groups: int = 3, wording: int = 0, **look: Any) -> tuple[Block, ...]:
    """The whole plan: letterhead, prose, summary table, two perception tables, signature."""
    title = ("KẾ HOẠCH", "BÁO CÁO")[wording]
    interest = tuple(
        f"CS {name} ở địa phương"
        for name in (
            "phát triển kinh tế",
            "khám, chữa bệnh",
            "giáo dục phổ thông",
            "nước sinh hoạt",
            "điện sinh hoạt",
            "giao thông đường bộ",
        )
    )
    return (
        LETTERHEAD,
        Text(title, "title"),
        Text("Nâng cao Chỉ số hài lòng của người dân đối với sự phục vụ của cơ quan hành chính", "subtitle"),
        Text(paragraph(rng)),
        Text("1. Kết quả chung", "heading"),
        Text("Kết quả chỉ số hài lòng của người dân", "caption"),
        summary_table(rng, groups, wording=wording, **look),
        Text(paragraph(rng)),
        Text("2. Nhận định của người dân", "heading"),
        Text("Kênh thông tin mà người dân sử dụng để theo dõi các chính sách của cơ quan nhà nước", "caption"),
        perception_table(
            rng, CHANNELS, "Kênh thông tin mà người dân sử dụng để theo dõi các chính sách của cơ quan nhà nước", **look
        ),
        Text(paragraph(rng, 2)),
        Text("Mức độ quan tâm của người dân đối với các chính sách", "caption"),
        perception_table(rng, interest, "Mức độ quan tâm của người dân đối với các chính sách", **look),
        Text(paragraph(rng, 2)),
        SIGNATURE,
    )
