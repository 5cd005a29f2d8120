"""What a criterion must be to its parent: the checks of reference data that follow the trees of the methods."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from extractors.catalogue.models import Strict
from extractors.catalogue.rows import Criterion

Node = tuple[str, str, str]
"""Index, version of the method, code of the criterion."""


def _ring(start: Node, criteria: Mapping[Node, Criterion], settled: set[Node]) -> list[Node]:
    """The ring that the way up from `start` runs into, if no earlier way did; `settled` learns the way."""
    path: dict[Node, None] = {}
    at: Node | None = start
    while at is not None and at in criteria and at not in settled and at not in path:
        path[at] = None
        above = criteria[at].parent_code
        at = None if above is None else (at[0], at[1], above)
    settled.update(path)
    if at is None or at not in path:
        return []
    way = list(path)
    return way[way.index(at) :]


def tree_faults(criteria: Mapping[Node, Criterion], place: Callable[[Strict], str]) -> Iterator[str]:
    """What is wrong with the trees, a sentence each: orphans, rings, levels and orders that contradict the parent."""
    siblings: dict[tuple[str, str, str | None, int], Criterion] = {}
    settled: set[Node] = set()
    in_rings: set[Node] = set()
    for key, criterion in criteria.items():
        where = place(criterion)
        tree = (criterion.index_code, criterion.methodology_code)
        sibling = siblings.setdefault((*tree, criterion.parent_code, criterion.sort_order), criterion)
        if sibling is not criterion:
            yield f"{where}: expected a sort_order of its own among its siblings, found that of {sibling.criterion_code}"
        if criterion.parent_code is None:
            if criterion.level != 0:
                yield (
                    f"{where}: expected a parent of {criterion.criterion_code} in {criterion.methodology_code}, for its level is "
                    f"{criterion.level}, found none; mend parent_code, or level if it is a root"
                )
            continue
        parent = criteria.get((*tree, criterion.parent_code))
        if parent is None:
            yield (
                f"{where}: expected the parent of {criterion.criterion_code} in {criterion.methodology_code}, "
                f"found no criterion {criterion.parent_code!r}; add it, or mend parent_code"
            )
            continue
        ring = _ring(key, criteria, settled)
        if ring:
            chain = " > ".join(code for _, _, code in (*ring, ring[0]))
            yield f"{place(criteria[ring[0]])}: expected a tree, found the cycle {chain}; mend one parent_code of it"
            in_rings.update(ring)
        if key in in_rings:  # no level and no order can be right on a ring
            continue
        if criterion.level != parent.level + 1:
            yield f"{where}: expected level {parent.level + 1} below {parent.criterion_code}, found {criterion.level}"
        if parent.sort_order >= criterion.sort_order:
            yield f"{where}: expected a sort_order after {parent.sort_order} of its parent, found {criterion.sort_order}"
        if parent.is_scored_leaf:
            yield f"{where}: expected a parent that is no scored leaf, found {parent.criterion_code}"
