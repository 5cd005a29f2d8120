"""The rules of a page as a table without a grid needs them: which run over its whole width, which over some of its columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractors.pdf.page import Rule

SAME_LINE = 1.5
"""Points within which two rules are on one line."""

TOUCH = 2.0
"""Points over which two pieces are one rule. Rules over groups of columns are kept apart by more."""

SHORT = 4.0
"""Points by which a rule over a whole table may fall short of its ink on either side."""

WHOLE = 0.8
"""Share of the height of a table that a vertical rule beside its columns covers."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """`across`: horizontal rules, joined; `pieces`: as drawn; `down`: vertical rules, joined."""

    across: tuple[Rule, ...]
    pieces: tuple[Rule, ...]
    down: tuple[Rule, ...]

    def clipped(self, left: float, right: float) -> Ruling:
        """The parts of the rules between two x."""

        def cut(rules: Sequence[Rule]) -> tuple[Rule, ...]:
            parts = (Rule(r.at, max(r.start, left), min(r.end, right)) for r in rules)
            return tuple(r for r in parts if r.end > r.start)

        return Ruling(cut(self.across), cut(self.pieces), tuple(r for r in self.down if left <= r.at <= right))

    def whole(self, left: float, right: float) -> list[float]:
        """y of the rules that run over the whole of a table between `left` and `right`."""
        return sorted(rule.at for rule in self.across if _is_whole(rule, left, right))

    def partial(self, left: float, right: float) -> list[Rule]:
        """Rules and pieces of rules over some of the columns."""
        found = {
            r
            for r in (*self.across, *self.pieces)
            if left - SHORT <= (r.start + r.end) / 2 <= right + SHORT and not _is_whole(r, left, right)
        }
        return sorted(found, key=lambda r: (r.at, r.start))

    def joints(self, corridors: Sequence[tuple[float, float]], left: float, right: float) -> list[float] | None:
        """Edges of columns where rules over a table between `left` and `right` are drawn in one piece for each cell, else None.

        `corridors`: the white between its columns.
        """
        whole = [rule for rule in self.across if _is_whole(rule, left, right)]
        if not whole:
            return None
        ends = sorted({round(p.end, 1) for p in self.pieces if any(abs(p.at - rule.at) <= SAME_LINE for rule in whole)})
        inner = [next((x for x in ends if a - 1 <= x <= b + 1), None) for a, b in corridors]
        if None in inner:
            return None
        return [min(r.start for r in whole), *(x for x in inner if x is not None), max(r.end for r in whole)]

    def upright(self, top: float, bottom: float) -> list[float]:
        """x of the vertical rules that run beside most of the lines between `top` and `bottom`."""
        height = bottom - top
        covered: dict[float, float] = {}
        for rule in self.down:
            covered[rule.at] = covered.get(rule.at, 0.0) + max(0.0, min(rule.end, bottom) - max(rule.start, top))
        return sorted(x for x, length in covered.items() if length >= WHOLE * height)


def _is_whole(rule: Rule, left: float, right: float) -> bool:
    return rule.start <= left + SHORT and rule.end >= right - SHORT


def _joined(rules: Iterable[Rule]) -> list[Rule]:
    ordered = sorted(rules, key=lambda rule: rule.at)
    lines: list[list[Rule]] = []
    for rule in ordered:
        if lines and rule.at - lines[-1][0].at <= SAME_LINE:
            lines[-1].append(rule)
        else:
            lines.append([rule])
    found: list[Rule] = []
    for line in lines:
        at = sum(rule.at for rule in line) / len(line)
        start: float | None = None
        end = 0.0
        for rule in sorted(line, key=lambda rule: rule.start):
            if start is not None and rule.start <= end + TOUCH:
                end = max(end, rule.end)
                continue
            if start is not None:
                found.append(Rule(at, start, end))
            start, end = rule.start, rule.end
        if start is not None:
            found.append(Rule(at, start, end))
    return found


def ruling(horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> Ruling:
    return Ruling(tuple(_joined(horizontal)), tuple(horizontal), tuple(_joined(vertical)))
