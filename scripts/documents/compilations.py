"""Make the compilations of published figures, one address per row: PAR INDEX, SIPAS, PAPI, PCI and ICT Index.

`published_figures.csv` holds what the press and provinces printed. Every row with a score or a rank becomes one row of a sheet,
contradictions included: two addresses that disagree stand in two rows. Values keep the decimals of the source ("84,6", "82,28").
Rows without any figure (a place named in a group, a note on the count of groups) go to a sheet of their own, so that no source
is lost. Notes are our own short statements of fact; a note that nobody has worded yet stops the script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

from extractors.compilation.rows import RANK_IMPLIED, VALUE_IMPLIED
from scripts.documents.workbook import (
    DOCUMENTS,
    Value,
    decimal_comma,
    new_workbook,
    read_rows,
    reference_directory,
    save,
    set_widths,
    write_cell,
    write_header,
    write_line,
)

COLUMNS = (
    "Năm",
    "Đối tượng",
    "Loại",
    "Tiêu chí",
    "Giá trị",
    "Đơn vị",
    "Điểm tối đa",
    "Xếp hạng",
    "Trên tổng số",
    "Tăng giảm điểm",
    "Tăng giảm hạng",
    "Công cụ đo",
    "Địa chỉ nguồn",
    "Ghi chú",
)
LEFT = {2, 4, 13, 14}
"""Columns of words and addresses, counted from 1."""

WIDTHS = (7, 36, 10, 48, 9, 8, 12, 10, 13, 10, 10, 13, 110, 90)

KINDS: Mapping[str, str] = {"province": "Tỉnh", "ministry": "Bộ", "national": "Cả nước", "region": "Vùng"}
UNITS: Mapping[str, str] = {"percent": "%", "points": "điểm", "": ""}
CRITERIA: Mapping[str, str] = {
    "TOTAL": "Toàn bộ chỉ số",
    "Điểm thẩm định (self/appraised part)": "Điểm thẩm định",
    "Tác động: chỉ số hài lòng (SIPAS part)": "Tác động: chỉ số hài lòng",
}
"""Labels of the figures file that carry a word of English; all others are written as they are."""

ENTITIES: Mapping[str, str] = {"GROUP >80%": "Số tỉnh theo nhóm điểm", "GROUPS": "Số tỉnh theo nhóm điểm"}
"""Rows that speak of groups of provinces and name no unit."""

HUE_IMPLIED = f"{VALUE_IMPLIED}: 88,38 - 1,82 và hạng 17 + 2"

UNCONFIRMED = {("SIPAS", "2018", "Đà Nẵng")}
"""Figures whose instrument the source leaves open."""

NOTES: Mapping[str, str] = {
    "19 provinces >80; 33 in 70-80; 5 in 67.68-70; 6 in 62.58-67.68": "19 tỉnh trên 80; 33 tỉnh từ 70 đến 80; "
    "5 tỉnh từ 67,68 đến 70; 6 tỉnh từ 62,58 đến 67,68",
    "source: 2nd-4th (Transport, Agriculture, Industry-Trade) range 80.58-81.18; Health is bottom": "bộ hạng 2 đến 4 "
    "(Giao thông vận tải, Nông nghiệp, Công Thương) trong khoảng 80,58-81,18; Bộ Y tế cuối bảng",
    'ranks 2-5 implied by "followed by" in source': "",
    "rank unchanged 2012->2013 per source": "hạng năm 2012 và 2013 như nhau",
    "2012 rank quoted in 2013 article": "hạng năm 2012 nêu trong bài về năm 2013",
    "mirror copy of a vietnamplus (EN) article": "trang chép lại bài của VietnamPlus tiếng Anh",
    "rank 43 in 2012": "hạng 43 năm 2012",
    '"ont conservé leurs places" -> same rank in 2012': "hạng không đổi so với năm 2012",
    "quoted in 2015 article": "nêu trong bài về năm 2015",
    "structure: ministries 7 fields/31 criteria; provinces 8 fields/34 criteria": "bộ: 7 lĩnh vực, 31 tiêu chí; "
    "tỉnh: 8 lĩnh vực, 34 tiêu chí",
    "quotes Báo Đà Nẵng": "dẫn Báo Đà Nẵng",
    "up 7 from 63rd": "tăng 7 bậc từ hạng 63",
    "8.39 higher than 2014": "cao hơn năm 2014 là 8,39",
    "quoted in 2016 article; conflicts with Đồng Nai ranked 3 for 2015 in taichinhdientu.vn": "nêu trong bài về năm 2016; "
    "mâu thuẫn: nguồn khác xếp Đồng Nai hạng 3 năm 2015",
    '"phía cuối bảng" (at the bottom)': "",
    "30 provinces above average; Da Nang only one in group A": "30 tỉnh trên trung bình; chỉ Đà Nẵng ở nhóm A",
    "from 3rd the year before": "năm trước hạng 3",
    '"4th for the second year in a row"': "hạng 4 hai năm liền",
    "gap top-bottom 15.44 (2017: 20.23)": "chênh lệch đầu - cuối 15,44 (năm 2017: 20,23)",
    'rounded; "improved 6 percent against 2017"': "số làm tròn; tăng 6 so với năm 2017",
    "source: 29 localities >80 (CONFLICT with viet-jo: 9 localities >=80)": "29 địa phương trên 80; mâu thuẫn: nguồn khác nêu 9",
    "rounded": "số làm tròn",
    "CONFLICT: 89.06 elsewhere (digit transposition)": "mâu thuẫn: nguồn khác nêu 89,06",
    "groups: 9 A(>=80), 36 B, 15 C, 3 D": "nhóm A (từ 80): 9, B: 36, C: 15, D: 3",
    "CONFLICT: article says 81 percent; other sources 89.06": "mâu thuẫn: các nguồn khác nêu 89,06",
    "gap to top 19.53 (2017 gap 29.76)": "kém đơn vị đứng đầu 19,53 (năm 2017: 29,76)",
    "components sum to 91.05 (rounding)": "tổng bốn phần 91,05 (do làm tròn)",
    "components sum to 86.76 (rounding)": "tổng bốn phần 86,76 (do làm tròn)",
    "components sum to 85.73 (rounding)": "tổng bốn phần 85,73 (do làm tròn)",
    "groups: A 2, B 56, C 5": "nhóm A: 2, B: 56, C: 5",
    "A 2, B 56, C 5": "nhóm A: 2, B: 56, C: 5",
    "Chinese consulate table quoting Đầu tư newspaper 28/6/2021": "bảng của cơ quan lãnh sự Trung Quốc, dẫn Báo Đầu tư 28/6/2021",
    '"down 2" per this source': "giảm 2 bậc theo nguồn này",
    'CONFLICT: this source says "up 2", viet-jo says "down 2" (2020 rank was 8)': "tăng 2 bậc theo nguồn này; "
    "mâu thuẫn: nguồn khác nêu giảm 2 bậc (hạng 8 năm 2020)",
    "+2.54, rank unchanged": "+2,54; hạng không đổi",
    "only one below 80": "đơn vị duy nhất dưới 80",
    "+1.59 on 2020, down 7 places": "+1,59 so với năm 2020; giảm 7 bậc",
    "quoted in 2023 infographic": "nêu trong đồ họa về năm 2023",
    "groups: >90: SBV, Justice; 80-90: 11; <80: MOET, Health, MOFA, MOST": "trên 90: Ngân hàng Nhà nước, Bộ Tư pháp; "
    "80-90: 11 bộ; dưới 80: Giáo dục và Đào tạo, Y tế, Ngoại giao, Khoa học và Công nghệ",
    "32/63 above average; 57/63 up; max +9.39, min +0.03": "32/63 trên trung bình; 57/63 tăng, nhiều nhất 9,39, ít nhất 0,03",
    "quoted in 2024 article. CONFLICT: 86.82 in 2023 infographic; 88.51-1.58=86.93, so 87.72 is a copy error": "nêu trong bài "
    "về năm 2024; mâu thuẫn: đồ họa năm 2023 ghi 86,82",
    "quoted in 2024 article.": "nêu trong bài về năm 2024",
    "quoted in 2024 article. CONFLICT: 87.79 in 2023 infographic": "nêu trong bài về năm 2024; "
    "mâu thuẫn: đồ họa năm 2023 ghi 87,79",
    "quoted in 2024 article. CONFLICT: 88.33 in 2023 infographic": "nêu trong bài về năm 2024; "
    "mâu thuẫn: đồ họa năm 2023 ghi 88,33",
    "mirror of VNA English": "trang chép lại bài của TTXVN tiếng Anh",
    'source says Binh Thuan and Soc Trang "at the bottom" and omits An Giang (63rd) - CONFLICT': "mâu thuẫn: nguồn này nêu "
    "Bình Thuận và Sóc Trăng cuối bảng, không nêu An Giang (hạng 63)",
    "CONFLICT: 91.87 elsewhere; article itself says +1.72 on 2022 (90.09) = 91.81": "mâu thuẫn: nguồn khác nêu 91,87; "
    "bài này nêu +1,72 so với 90,09 của năm 2022",
    "CONFLICT: vietnam.vn (Cà Mau article) says Long An 7th": "mâu thuẫn: nguồn khác xếp Long An hạng 7",
    'CONFLICT?: Đà Nẵng 88.68 is 12th, so 88.38 as 17th is plausible; source also says "PAR Index 2019" (typo)': "nguồn có chỗ "
    "ghi nhầm năm 2019",
    "CONFLICT: Đồng Nai 87.04 also rank 32; TP.HCM 86.97 rank 33 > 86.89": "mâu thuẫn: nguồn khác xếp Đồng Nai (87,04) hạng 32 "
    "và TP. Hồ Chí Minh (86,97) hạng 33",
    'source prints "%" but values are points': "nguồn ghi dấu % nhưng con số là điểm",
    "+1.39; 53 up (max Bình Thuận +6.39, min Lai Châu +0.19); 9 down (max -2.94, min -0.21): 53+9=62 so one unchanged; "
    "groups A 13, B 50": "+1,39; 53 tỉnh tăng (Bình Thuận +6,39, Lai Châu +0,19); 9 tỉnh giảm (từ -2,94 đến -0,21); "
    "nhóm A: 13, B: 50",
    "6/8 fields up (max: impact +3.79%); down: public finance -0.02%, institutional reform -1.60%": "6/8 lĩnh vực tăng "
    "(tác động +3,79); giảm: tài chính công -0,02, thể chế -1,60",
    'CONFLICT inside source: "+1.32 on 2023" implies 91.25 but 2023 was 91.43; "+2.99 on 2022" = 89.58 ok; also "4.38 above '
    'average of centrally governed provinces and cities" vs 92.57-88.37=4.20': "mâu thuẫn trong nguồn: +1,32 so với năm 2023 "
    "(91,43 theo nguồn khác); +2,99 so với năm 2022; cao hơn trung bình 4,38",
    "up 13 (from page title/slug)": "tăng 13 bậc (theo tiêu đề trang)",
    "+6.39 (largest increase)": "+6,39, tăng nhiều nhất",
    "+0.19 (smallest increase)": "+0,19, tăng ít nhất",
    '"some 87.43 percent of the people surveyed expressed satisfaction" - city-announced figure, may be SIPAS': "thành phố "
    "công bố; không rõ có phải chỉ số SIPAS của Bộ Nội vụ",
    "order of bottom three as listed: Binh Thuan, Dak Lak, Cao Bang": "ba đơn vị cuối: Bình Thuận, Đắk Lắk, Cao Bằng",
    "excerpt cut before rank": "trích đoạn không có hạng",
    "listed as lowest; rank inferred from list order": "trong nhóm thấp nhất",
    "one of bottom five (order not ranked; Quảng Nam was 61 per vietnam.vn/ja)": "trong năm đơn vị cuối, nguồn không nêu thứ tự",
    "provinces range 78.43-92.14": "các tỉnh từ 78,43 đến 92,14",
    "+1.35; range 78.16-90.59": "+1,35; các tỉnh từ 78,16 đến 90,59",
    "+1.12; range 78.18-92.00": "+1,12; các tỉnh từ 78,18 đến 92,00",
    "range 77.88-82.60; 36,525 respondents": "từ 77,88 đến 82,60; 36.525 người trả lời",
    "order as listed; bottom five listed from lowest": "theo danh sách năm đơn vị đầu và năm đơn vị cuối",
    "up 16; 8/13 in Mekong Delta": "tăng 16 bậc; hạng 8/13 vùng Đồng bằng sông Cửu Long",
    "max 60 (6 dimensions)": "điểm tối đa 60 (6 nội dung)",
    "CONFLICT: simple mean of complete provinces in panel CSV is 44.0777 (n=61)": "mâu thuẫn: trung bình cộng của 61 tỉnh đủ "
    "số liệu trong bộ số liệu là 44,0777",
    "panel CSV simple mean 43.6163": "trung bình cộng trong bộ số liệu là 43,6163",
    "CONFLICT: PAPI panel CSV sums to 46.6628 (rank 3)": "mâu thuẫn: bộ số liệu PAPI cho tổng 46,6628 (hạng 3)",
    "panel CSV sums to 40.6146": "bộ số liệu PAPI cho tổng 40,6146",
    "panel CSV sums to 43.7747": "bộ số liệu PAPI cho tổng 43,7747",
    "-0.07 on 2021; groups high 43.44-47.88 (16), 42.15-43.25 (16), 40.74-42.14 (15), 38.80-40.72 (14); Bắc Giang and Bắc Ninh "
    "missing; page slug says 2023 but text is PAPI 2022": "-0,07 so với năm 2021; bốn nhóm: 43,44-47,88 (16), 42,15-43,25 (16), "
    "40,74-42,14 (15), 38,80-40,72 (14); thiếu Bắc Giang, Bắc Ninh; địa chỉ trang ghi năm 2023, bài nói về năm 2022",
    "lowest": "thấp nhất",
    "Quảng Ninh and Bình Dương excluded": "không gồm Quảng Ninh và Bình Dương",
    "matches panel CSV": "trùng bộ số liệu PAPI",
    "matches panel CSV exactly": "trùng bộ số liệu PAPI",
    "truncated (not rounded) to 2 decimals by the source: CSV has 5.3572, 4.2258, 7.4679, 7.1670, 3.3743": "nguồn cắt bớt chữ số "
    "(không làm tròn); bộ số liệu có 5,3572; 4,2258; 7,4679; 7,1670; 3,3743",
    "rank 4 per viet-jo": "hạng 4 theo một nguồn khác",
    "rank 5 per viet-jo": "hạng 5 theo một nguồn khác",
    "up 2": "tăng 2 bậc",
    "trang của tỉnh, không rõ bài": "trang của tỉnh; địa chỉ của bài không rõ",
    HUE_IMPLIED: HUE_IMPLIED,
}

CHANGES: Mapping[str, tuple[str, str]] = {
    "up 7 from 63rd": ("", "7"),
    "8.39 higher than 2014": ("8.39", ""),
    '"down 2" per this source': ("", "-2"),
    'CONFLICT: this source says "up 2", viet-jo says "down 2" (2020 rank was 8)': ("", "2"),
    "+2.54, rank unchanged": ("+2.54", ""),
    "+1.59 on 2020, down 7 places": ("+1.59", "-7"),
    "+1.39; 53 up (max Bình Thuận +6.39, min Lai Châu +0.19); 9 down (max -2.94, min -0.21): 53+9=62 so one unchanged; "
    "groups A 13, B 50": ("+1.39", ""),
    "CONFLICT: 91.87 elsewhere; article itself says +1.72 on 2022 (90.09) = 91.81": ("+1.72", ""),
    'CONFLICT inside source: "+1.32 on 2023" implies 91.25 but 2023 was 91.43; "+2.99 on 2022" = 89.58 ok; also "4.38 above '
    'average of centrally governed provinces and cities" vs 92.57-88.37=4.20': ("+1.32", ""),
    "up 13 (from page title/slug)": ("", "13"),
    "+1.35; range 78.16-90.59": ("+1.35", ""),
    "+1.12; range 78.18-92.00": ("+1.12", ""),
    "up 16; 8/13 in Mekong Delta": ("", "16"),
    "+6.39 (largest increase)": ("+6.39", ""),
    "+0.19 (smallest increase)": ("+0.19", ""),
    "-0.07 on 2021; groups high 43.44-47.88 (16), 42.15-43.25 (16), 40.74-42.14 (15), 38.80-40.72 (14); Bắc Giang and Bắc Ninh "
    "missing; page slug says 2023 but text is PAPI 2022": ("-0.07", ""),
}
"""Changes against the year before (of points, of places) that a longer note tells; short notes are read by `changes_of`."""


@dataclass(frozen=True, slots=True)
class Compilation:
    """One workbook: which rows of the figures file it holds and what its first sheet says."""

    index: str
    file: str
    title: str
    instrument: str = "moha"
    instrument_note: str = "moha là khảo sát, đánh giá của Bộ Nội vụ"


PAR = Compilation(
    "PAR INDEX", "par_index_2012_2024_published.xlsx", "Chỉ số cải cách hành chính (PAR INDEX) 2012-2024: số liệu đã công bố"
)
SIPAS = Compilation("SIPAS", "sipas_2017_2024_published.xlsx", "Chỉ số hài lòng (SIPAS) 2017-2024: số liệu đã công bố")
PAPI = Compilation(
    "PAPI",
    "papi_2015_2024_published.xlsx",
    "Chỉ số PAPI 2015-2024: số liệu in trên báo chí và trang của các tỉnh",
    "undp",
    "undp là khảo sát PAPI của UNDP và đối tác; UNDP không xếp hạng, mọi thứ hạng ở đây do nơi đăng tự xếp",
)
PCI = Compilation(
    "PCI", "pci_2021_published.xlsx", "Chỉ số PCI 2021: số liệu in trên báo chí", "vcci", "vcci là khảo sát PCI của VCCI"
)
HUE = Compilation(
    "PAR INDEX Thừa Thiên Huế",
    "par_index_2012_2023_thua_thien_hue_published.xlsx",
    "Chỉ số cải cách hành chính (PAR INDEX) của Thừa Thiên Huế 2012-2023: số liệu tỉnh đã công bố",
)
ICT = Compilation(
    "ICT Index",
    "ict_index_2019_published.xlsx",
    "Chỉ số ICT Index 2019: số liệu in trên báo chí",
    "mic",
    "mic là Bộ Thông tin và Truyền thông",
)
ALL = (PAR, SIPAS, PAPI, PCI, HUE, ICT)

HUE_PORTAL = "https://thuathienhue.gov.vn"
HUE_ARTICLE = (
    "https://thuathienhue.gov.vn/en-us/Home/General-Information/Administrative-Organization/tid/"
    "Thua-Thien-Hue%27s-PAR-INDEX-2023-released/newsid/CEB72639-8E30-479B-B576-B15700A13677/cid/A188E73D-A1A6-4843-A990-C4E40BC3B182"
)
HUE_ROWS: Sequence[Mapping[str, str]] = tuple(
    {
        "index": HUE.index,
        "year": year,
        "entity": "Thừa Thiên Huế",
        "entity_type": "province",
        "criterion": "TOTAL",
        "score": score,
        "unit": "percent",
        "max_score": "100",
        "rank": rank,
        "n_entities": "63" if rank else "",
        "source_url": address,
        "note": note,
    }
    for year, score, rank, address, note in (
        ("2012", "74.85", "", HUE_PORTAL, "trang của tỉnh, không rõ bài"),
        ("2014", "84.31", "19", HUE_PORTAL, "trang của tỉnh, không rõ bài"),
        ("2015", "91.14", "4", HUE_PORTAL, "trang của tỉnh, không rõ bài"),
        ("2022", "86.56", "19", HUE_ARTICLE, HUE_IMPLIED),
        ("2023", "88.38", "17", HUE_ARTICLE, "+1.82, up 2"),
    )
)
"""What the province's portal prints of itself and the figures file lacks.

A total of 2013 that is printed there too (76.72) is left out: it has the digits of another figure, the mean of the nation of 2014,
and nobody has checked which of the two is a slip.
"""


def _is_listed(row: Mapping[str, str]) -> bool:
    """True if the rank comes from the order of a list, not from a printed number; the note of the figures file says which."""
    rank, note = row["rank"], row["note"]
    if not rank:
        return False
    if note.startswith("ranks 2-5 implied"):
        return rank in {"2", "3", "4", "5"}
    if note.startswith("order of bottom three"):
        return rank in {"61", "62", "63"}
    return note.startswith(("listed as lowest", "order as listed", '"phía cuối bảng"'))


def _moves(note: str) -> str | None:
    """ "+3.69, up 1" -> "+3,69; tăng 1 bậc"; "+1.28 on 2023" -> "+1,28 so với năm 2023"; None for other notes."""
    said: list[str] = []
    for part in note.split(", "):
        match part.split(" "):
            case ["up" | "down" as way, places]:
                said.append(f"{'tăng' if way == 'up' else 'giảm'} {places} bậc")
            case ["up" | "down" as way, places, "on", year]:
                said.append(f"{'tăng' if way == 'up' else 'giảm'} {places} bậc so với năm {year}")
            case [change] if change[0] in "+-":
                said.append(decimal_comma(change))
            case [change, "on", year] if change[0] in "+-":
                said.append(f"{decimal_comma(change)} so với năm {year}")
            case _:
                return None
    return "; ".join(said)


def _signed(number: str) -> str:
    return number if number[:1] in "+-" else f"+{number}"


def changes_of(row: Mapping[str, str]) -> tuple[str, str]:
    """Printed change of points and of places against the year before, each with its sign or ""; other base years are none."""
    note = row["note"].strip()
    if note in CHANGES:
        points, places = CHANGES[note]
        return _signed(points) if points else "", _signed(places) if places else ""
    points = places = ""
    if not note or _moves(note) is None:
        return points, places
    for part in note.split(", "):
        words = part.split(" ")
        if "on" in words and int(words[-1]) != int(row["year"]) - 1:
            continue
        if words[0] in ("up", "down"):
            places = f"{'+' if words[0] == 'up' else '-'}{words[1]}"
        else:
            points = words[0]
    return points, places


def note_of(row: Mapping[str, str]) -> str:
    """The note in our words; SystemExit if the figures file holds a note that has no wording here."""
    note = row["note"].strip()
    worded = "" if not note else NOTES.get(note, _moves(note))
    if worded is None:
        raise SystemExit(f"expected a wording of the note {note!r} in NOTES of {Path(__file__).name}, found none")
    return "; ".join(part for part in (RANK_IMPLIED if _is_listed(row) else "", worded) if part)


def cells_of(row: Mapping[str, str], instrument: str) -> tuple[Value, ...]:
    """One row of the figures file in the columns of `COLUMNS`. Figures are text with a decimal comma, ranks are numbers."""
    change, change_rank = changes_of(row)
    return (
        int(row["year"]),
        ENTITIES.get(row["entity"], row["entity"]),
        KINDS[row["entity_type"]],
        CRITERIA.get(row["criterion"], row["criterion"]),
        decimal_comma(row["score"]) or None,
        UNITS[row["unit"]] or None,
        decimal_comma(row["max_score"]) or None,
        int(row["rank"]) if row["rank"] else None,
        int(row["n_entities"]) if row["n_entities"] else None,
        decimal_comma(change) or None,
        change_rank or None,
        "unconfirmed" if (row["index"], row["year"], row["entity"]) in UNCONFIRMED else instrument,
        row["source_url"],
        note_of(row) or None,
    )


HUE_LINES = (f"Ghi chú có cụm từ “{VALUE_IMPLIED}”: nguồn in số của năm sau và mức tăng, không in số của năm này.",)


def _information(book: Workbook, compilation: Compilation) -> None:
    sheet = book.create_sheet("Thông tin")
    lines = (
        compilation.title,
        "Bảng do dự án cchc lập lại từ các nguồn đã công bố; không phải văn bản của Bộ Nội vụ.",
        "Mỗi dòng là một con số do một địa chỉ in ra; địa chỉ nguồn đứng ngay trên dòng đó và là nguồn cần trích dẫn.",
        "Khi hai nguồn khác nhau, cả hai được ghi ở hai dòng; không dòng nào bị bỏ và không con số nào được sửa.",
        "Số thập phân giữ đúng số chữ số mà nguồn in. Dấu % của toàn bộ chỉ số: phần trăm của điểm tối đa 100.",
        f"Ghi chú có cụm từ “{RANK_IMPLIED}”: nguồn liệt kê theo thứ tự, không in con số thứ hạng.",
        *(HUE_LINES if compilation is HUE else ()),
        f"Công cụ đo: {compilation.instrument_note}; unconfirmed là con số mà nguồn không nói rõ công cụ đo.",
        "Tăng giảm điểm, tăng giảm hạng: so với năm liền trước, do nguồn in ra; hạng tăng mang dấu cộng.",
        "Trang “Không có số liệu” giữ những dòng mà nguồn chỉ nêu tên, không nêu điểm hay hạng.",
        "Cách làm: scripts/documents/compilations.py.",
    )
    for number, text in enumerate(lines, start=1):
        write_line(sheet, number, text, 2, bold=number == 1)
    set_widths(sheet, (70, 70))


def _sheet(book: Workbook, name: str, title: str, instrument: str, rows: Sequence[Mapping[str, str]]) -> None:
    if not rows:
        return
    sheet = book.create_sheet(name)
    write_line(sheet, 1, title, len(COLUMNS), bold=True, centre=True)
    write_header(sheet, 2, COLUMNS)
    for number, row in enumerate(rows, start=3):
        for column, value in enumerate(cells_of(row, instrument), start=1):
            write_cell(sheet, number, column, value, align="left" if column in LEFT else "center", wrap=column not in LEFT)
    set_widths(sheet, WIDTHS)
    sheet.freeze_panes = "C3"


def build(rows: Sequence[Mapping[str, str]], compilation: Compilation) -> Workbook:
    ours = [row for row in rows if row["index"] == compilation.index]
    figures = [row for row in ours if row["score"] or row["rank"] or any(changes_of(row))]
    book = new_workbook(compilation.title, "Đặt lại từ các địa chỉ ghi trên từng dòng")
    _information(book, compilation)
    for name, kinds in (("Tỉnh", {"province"}), ("Bộ", {"ministry"}), ("Cả nước và vùng", {"national", "region"})):
        chosen = [row for row in figures if row["entity_type"] in kinds]
        _sheet(book, name, f"{compilation.title} - {name}", compilation.instrument, chosen)
    bare = [row for row in ours if row not in figures]
    _sheet(book, "Không có số liệu", f"{compilation.title} - không có số liệu", compilation.instrument, bare)
    return book


def main() -> None:
    directory = reference_directory()
    rows = [*read_rows(directory / "published_figures.csv"), *HUE_ROWS]
    for compilation in ALL:
        save(build(rows, compilation), DOCUMENTS / compilation.file)


if __name__ == "__main__":
    main()
