"""One workbook, three formats, one reading: what stands in a cell does not hang on the program that saved it."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path

import pytest

from extractors.archive.sniff import sniff
from extractors.readers import READERS
from extractors.records import DocumentError, Kind, Reading
from extractors.spreadsheet import read_ods, read_workbook

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "sheets"
KINDS: tuple[Kind, ...] = ("xlsx", "xls", "ods")
each_kind = pytest.mark.parametrize("kind", KINDS)


@cache
def data_of(kind: Kind) -> bytes:
    return (FOLDER / f"synthetic_workbook.{kind}").read_bytes()


@cache
def reading_of(kind: Kind) -> Reading:
    return READERS[kind](data_of(kind), "0" * 64, "synthetic_workbook")


def _rounded(text: str) -> str:
    """A computed number to twelve digits, since some programs store fifteen and some seventeen."""
    return f"{float(text):.12g}" if len(text) > 12 and text.replace(".", "").isdecimal() else text


def _rows(reading: Reading, number: int) -> list[list[str]]:
    """The rows below the header."""
    table = reading.tables[number - 1]
    return [[_rounded(cell.text) if cell else "" for cell in row] for row in table.grid()[table.header_rows :]]


@each_kind
def test_bytes_tell_the_kind(kind: Kind) -> None:
    assert sniff(data_of(kind)) == kind
    assert reading_of(kind).kind == kind


@each_kind
def test_the_tables_of_a_sheet_are_parted_with_titles_units_and_headers(kind: Kind) -> None:
    first, second, *_ = reading_of(kind).tables
    assert (first.sheet, first.title) == ("Hai bang", "BẢNG 1. CHỈ SỐ (synthetic) Đơn vị tính: điểm")
    assert first.header_paths() == [
        ("STT",),
        ("Tỉnh, thành phố",),
        ("Năm 2023", "Điểm"),
        ("Năm 2023", "Vị thứ"),
        ("Tỷ lệ",),
    ]
    assert (second.title, second.header_paths()) == (
        "Bảng 2. Ngày công bố (synthetic)",
        [("Tỉnh",), ("Ngày",), ("Số phiếu",)],
    )
    assert (first.cells[0].a1, second.cells[0].a1) == ("A3", "A12")


@each_kind
def test_numbers_percentages_dates_blanks_and_cached_values(kind: Kind) -> None:
    assert _rows(reading_of(kind), 1) == [
        ["1", "Huế", "80.91", "12", "82,28%"],
        ["2", "Hà Nội", "81.2", "9", "80,00%"],
        ["3", "Đà Nẵng", "", "", ""],
        ["4", "Cần Thơ", "39.935", "40", "40,50%"],
        ["", "Trung bình", "67.3483333333", "20.3333333333", ""],
    ]
    assert _rows(reading_of(kind), 2) == [
        ["Huế", "2024-05-23", "1200"],
        ["Hà Nội", "2024-06-01", "1350"],
        ["Nguồn: synthetic", "", ""],
    ]


@each_kind
def test_tables_side_by_side_are_two(kind: Kind) -> None:
    left, right = reading_of(kind).tables[2:4]
    assert left.title == right.title == "Xếp hạng hai năm (synthetic)"
    assert [_rows(reading_of(kind), number) for number in (3, 4)] == [
        [["Huế", "83"], ["Hà Nội", "84"], ["Sơn La", "85"]],
        [["Hà Nội", "87"], ["Sơn La", "86"], ["Huế", "85"]],
    ]
    assert right.cells[0].a1 == "E2"


@each_kind
def test_old_fonts_are_decoded_run_by_run_and_raised_marks_are_no_digits(kind: Kind) -> None:
    table = reading_of(kind).tables[4]
    assert table.title == "BẢNG ĐIỂM CÁC TỈNH, THÀNH PHỐ TRỰC THUỘC TRUNG ƯƠNG"
    assert _rows(reading_of(kind), 5) == [
        ["1", "Thừa Thiên Huế", "80.91"],
        ["2", "Hà Nội", "81.2"],
        ["3", "Tỉnh Thanh Hóa", "79.5"],
        ["4", "Thành phố Đà Nẵng", "77.25"],
        ["5", "Thành phố Cần Thơ", "70"],
        ["6", "Bắc Kạn", "69.5"],
        ["7", "Quảng Nam (đã công bố)", "88,09"],
    ]
    sources = {cell.a1: cell.source for cell in table.cells}
    assert (sources["B3"], sources["B9"], sources["C9"], sources["A3"]) == ("legacy", "legacy", "text", "text")


@each_kind
def test_hidden_rows_and_sheets_are_read_and_told(kind: Kind) -> None:
    told = [(issue.code, issue.locator.sheet, issue.found) for issue in reading_of(kind).issues]
    assert told == [("hidden_rows", "Hai bang", "6"), ("hidden_sheet", "Canh nhau", "")]


def _changed(kind: Kind, name: str, old: bytes, new: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data_of(kind))) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == name:
                assert old in content
                content = content.replace(old, new, 1)
            target.writestr(member.filename, content)
    return file.getvalue()


def test_a_row_repeated_a_million_times_is_counted_when_blank_and_refused_when_filled() -> None:
    blank = b'<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/>'
    row = b"</table:table-row>"
    end = b"</table:table>"
    data = _changed("ods", "content.xml", end, blank + row + end)
    assert len(read_ods(data, "0" * 64, "synthetic_workbook").tables) == 5
    filled = blank.replace(b"/>", b' office:value-type="string"><text:p>x</text:p></table:table-cell>')
    with pytest.raises(DocumentError, match="expected at most 500000 filled cells") as caught:
        read_ods(_changed("ods", "content.xml", end, filled + row + end), "0" * 64, "synthetic_workbook")
    assert caught.value.issue.code == "sheet_too_large"


def test_macros_and_addresses_outside_are_told_and_left_alone() -> None:
    file = io.BytesIO(data_of("xlsx"))
    with zipfile.ZipFile(file, "a") as package:
        package.writestr("xl/vbaProject.bin", b"\x00")
        package.writestr(
            "xl/externalLinks/_rels/externalLink1.xml.rels",
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
            b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
            b'Target="https://example.org/synthetic.xlsx" TargetMode="External"/></Relationships>',
        )
    reading = read_workbook(file.getvalue(), "0" * 64, "synthetic_workbook")
    told = {issue.code: issue for issue in reading.issues}
    assert told["macros_present"].severity == told["external_links"].severity == "info"
    assert told["external_links"].found == "1 externalLinkPath"
    assert reading.tables == reading_of("xlsx").tables


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_entities_in_a_package_are_refused_before_any_parser_sees_them(kind: Kind) -> None:
    part = {"xlsx": "xl/workbook.xml", "ods": "content.xml"}[kind]
    with zipfile.ZipFile(io.BytesIO(data_of(kind))) as package:
        start = package.read(part)[:38]
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with pytest.raises(DocumentError) as caught:
        READERS[kind](_changed(kind, part, start, start + bomb), "0" * 64, "synthetic_workbook")
    assert caught.value.issue.code == "workbook_unsafe"
    assert repr(part) in caught.value.issue.message


@pytest.mark.parametrize("kind", ["xlsx", "ods", "docx"])
def test_a_package_that_unpacks_to_ten_gigabytes_is_refused_unread(kind: Kind) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("content.xml", b"<x/>")
        package.filelist[0].file_size = 10_000_000_000
    with pytest.raises(DocumentError, match="500000000 bytes unpacked, found 10000000000") as caught:
        READERS[kind](file.getvalue(), "0" * 64, "synthetic_bomb")
    assert caught.value.issue.code.endswith("_too_large")


@each_kind
def test_a_file_cut_in_the_middle_ends_in_a_message(kind: Kind) -> None:
    data = data_of(kind)
    with pytest.raises(DocumentError) as caught:
        READERS[kind](data[: len(data) // 2], "0" * 64, "synthetic_workbook")
    assert caught.value.issue.code == "workbook_damaged"
