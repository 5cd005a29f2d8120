"""The outlines of the maps: every province of both maps has one, under the name of its page."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
MAP = json.loads((ROOT / "reports" / "components" / "map" / "boundaries.json").read_text(encoding="utf-8"))
PROVINCES = yaml.safe_load(
    (ROOT / "extractors" / "catalogue" / "reference" / "entities_provinces.yml").read_text(encoding="utf-8")
)["rows"]


def slug(row: dict[str, str]) -> str:
    """Last part of the address of a province's page."""
    plain = "".join(letter for letter in unicodedata.normalize("NFD", row["name_vi"]) if not unicodedata.combining(letter))
    name = re.sub(r"[^a-z]+", "-", plain.replace("Đ", "D").replace("đ", "d").lower()).strip("-")
    return f"{name}-34" if row["geography"] == "vn34" else name


def box(path: str) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of an outline."""
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]
    return min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])


def test_every_province_of_a_map_has_an_outline_and_no_other_place_has() -> None:
    for geography, count in (("vn63", 64), ("vn34", 34)):  # Huế has two names on the map of 63
        expected = {slug(row) for row in PROVINCES if row["geography"] == geography}
        assert set(MAP[geography]) == expected
        assert len(expected) == count
    assert MAP["vn63"]["hue"] == MAP["vn63"]["thua-thien-hue"]


def test_a_province_of_the_map_of_34_covers_those_that_it_was_made_of() -> None:
    now = {row["entity_code"]: slug(row) for row in PROVINCES if row["geography"] == "vn34"}
    before = [row for row in PROVINCES if row["geography"] == "vn63" and row.get("successor_code")]
    assert len(before) >= 29
    for row in before:
        old, new = box(MAP["vn63"][slug(row)]), box(MAP["vn34"][now[row["successor_code"]]])
        assert all(abs(n - o) < 0.3 or n < o for n, o in zip(new[:2], old[:2], strict=True)), slug(row)
        assert all(abs(n - o) < 0.3 or n > o for n, o in zip(new[2:], old[2:], strict=True)), slug(row)


def area(path: str) -> float:
    """What an outline covers, in units of the drawing."""
    total = 0.0
    for ring in path.split("Z"):
        numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", ring)]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        total += sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True)) / 2
    return abs(total)


def test_a_province_of_the_map_of_34_covers_nothing_but_those_that_it_was_made_of() -> None:
    made_of: dict[str, set[str]] = {}
    for row in PROVINCES:
        if row["geography"] == "vn63" and slug(row) != "hue":  # the same outline as thua-thien-hue
            made_of.setdefault(row.get("successor_code") or row["entity_code"], set()).add(slug(row))
    now = {row["entity_code"]: slug(row) for row in PROVINCES if row["geography"] == "vn34"}
    assert set(made_of) == set(now)
    assert sum(map(len, made_of.values())) == 63
    for code, before in made_of.items():
        together = sum(area(MAP["vn63"][old]) for old in before)
        assert abs(area(MAP["vn34"][now[code]]) - together) < 0.01 * together, now[code]


def test_the_archipelagos_belong_to_da_nang_and_khanh_hoa_on_both_maps() -> None:
    for geography, suffix in (("vn63", ""), ("vn34", "-34")):
        assert box(MAP[geography][f"da-nang{suffix}"])[2] > 600
        assert box(MAP[geography][f"khanh-hoa{suffix}"])[2] > 800
        mainland = [place for name, place in MAP[geography].items() if not name.startswith(("da-nang", "khanh-hoa"))]
        assert max(box(place)[2] for place in mainland) < 400


def test_the_map_names_its_source_and_licence() -> None:
    assert MAP["licence"] == "CC BY 4.0"
    assert "Stephen Truong" in MAP["source"]
