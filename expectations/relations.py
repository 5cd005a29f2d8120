"""Relations between cells: what the rules of gate 1 say about which figures, in a form that can be solved and not only judged.

A rule's query judges; beside its verdict it names the cells that took part (`members`) and the bounds within which they agree. So the
arithmetic of an index is written once, in expectations/rules/gate1.yml, and read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

RelationKind = Literal["linear", "ordering", "permutation", "minimum", "maximum"]
"""`linear`: low <= sum of coefficient x value <= high. `ordering`: a better score never has a worse rank, equal ranks have equal scores
(`low` <= 0 <= `high`: how far two scores may differ by rounding). `permutation`: each rank from 1 to `high` once. `minimum`, `maximum`:
the member `end` is the lowest or highest of the members `unit`, to within `low` and `high`."""

Role = Literal["term", "score", "rank", "end", "unit"]


@dataclass(frozen=True, slots=True)
class Member:
    """One cell (a claim) in a relation. `group`: the unit (province, ministry) whose rank and score belong together."""

    claim_id: str
    role: Role = "term"
    coefficient: Decimal = Decimal(1)
    group: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """One instance of a rule: these cells of one original agree within these bounds.

    `relation_id` is stable over runs of the same figures. `detail` says in words what is compared.
    """

    relation_id: str
    rule_id: str
    document_id: str
    kind: RelationKind
    members: tuple[Member, ...]
    low: Decimal
    high: Decimal
    detail: str = ""

    @property
    def claim_ids(self) -> frozenset[str]:
        return frozenset(member.claim_id for member in self.members)
