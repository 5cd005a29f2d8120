"""Relations between cells: what the rules of gate 1 say about which figures, in a form that can be solved and not only judged.

A rule's query judges; beside its verdict it names the cells that took part (`members`) and the bounds within which they agree. So the
arithmetic of an index is written once, in expectations/rules/gate1.yml, and read here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, cast

from expectations.models import RULES_DIR, Rule, RuleBook, load_rule_book

RelationKind = Literal["linear", "ordering", "permutation", "minimum", "maximum"]
"""`linear`: low <= sum of coefficient x value <= high.
`ordering`: members `score` and `rank` of each unit (`group`); a score's coefficient is -1 where a lower score is better. With the units
in the order of rank (better score first within one rank), each pair of neighbours keeps coefficient x (next score - score) <= high,
and |next score - score| <= high if both have one rank (low = -high).
`permutation`: members `rank`, and `score` where printed; each rank from 1 to `high` once. Units may share a rank only if all of them
have a score and these lie within `low` of each other; the places after them stay empty (1, 2, 2, 4).
`minimum`, `maximum`: low <= `end` - the lowest (highest) of the members `unit` <= high."""

Role = Literal["term", "score", "rank", "end", "unit"]

UNBOUNDED = Decimal(1_000_000)
"""Stands for a side that is open (`score - maximum <= 0`): no figure, rank or sum of an index comes near it."""

MEMBER_TYPE = 'struct(claim_id varchar, role varchar, coefficient double, "group" varchar)[]'
_BOUND_DIGITS = Decimal("1e-9")


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

    `relation_id` is stable over runs of the same figures. `detail` says in words what is compared. `low` and `high` hold the tolerance;
    `UNBOUNDED` (with its sign) where a side is open.
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


def relation_id(rule_id: str, document_id: str, key: str) -> str:
    return hashlib.md5("\x1f".join((rule_id, document_id, key)).encode(), usedforsecurity=False).hexdigest()[:16]


def relations_sql(book: RuleBook, rule: Rule) -> str:
    """One row per relation of a rule that `relates`: members united, the worst verdict of its rows, the first row that has it.

    `{batch}` still stands in it. Columns: document_id, relation_key, relation_kind, members, low, high, verdict, and of that first row
    original_id, edition_id, entity_code, criterion_code, measure, raw_text, expected, found, tolerance, detail; `row_count`.
    """
    first = "order by severity, sheet, page, table_number, row_number, column_number, entity_code"
    kept = (
        "original_id",
        "edition_id",
        "entity_code",
        "criterion_code",
        "measure",
        "raw_text",
        "expected",
        "found",
        "tolerance",
    )
    return f"""{book.prelude},
_judged as (
  select *, case verdict when 'fail' then 1 when 'incomplete' then 2 else 3 end as severity
  from (
{rule.sql}
  ) as judged
  where relation_key is not null
)
select
  document_id,
  relation_key,
  min(relation_kind) as relation_kind,
  list_distinct(flatten(list(cast(members as {MEMBER_TYPE})))) as members,
  round(min(cast(low as double)), 9) as low,
  round(max(cast(high as double)), 9) as high,
  first(verdict {first}) as verdict,
  {", ".join(f"first(cast({name} as varchar) {first}) as {name}" for name in kept)},
  first(cast(detail as varchar) {first}) as detail,
  count(*) as row_count
from _judged
group by document_id, relation_key"""


def read_relations(
    database: Path, *, documents: Iterable[str] | None = None, rules_dir: Path = RULES_DIR
) -> tuple[Relation, ...]:
    """The relations between the claims in `raw.claim` of `database`, of all documents or of these, in a stable order.

    Only what can be solved: rules of severity error (a warning is no proof), all members printed. Members stand in the order of their
    claim ids. Opens the file read-only.
    """
    import duckdb

    book = load_rule_book("gate1", rules_dir)
    batch = f"(select * from {book.batch_schema}.{book.batch_table}{_only(documents)})"
    found: list[Relation] = []
    with duckdb.connect(str(database), read_only=True) as connection:
        for rule in book.rules:
            if rule.relates and rule.severity == "error":
                query = (
                    "select document_id, relation_key, relation_kind, members, low, high, detail from ("
                    f"{relations_sql(book, rule).format(batch=batch)}) as relation where relation_kind is not null"
                )
                found.extend(_relation(rule, row) for row in connection.execute(query).to_arrow_table().to_pylist())
    return tuple(sorted(found, key=lambda relation: (relation.document_id, relation.rule_id, relation.relation_id)))


def _only(documents: Iterable[str] | None) -> str:
    if documents is None:
        return ""
    quoted = ", ".join("'" + document_id.replace("'", "''") + "'" for document_id in sorted(set(documents)))
    return f" where document_id in ({quoted})" if quoted else " where false"


def _relation(rule: Rule, row: Mapping[str, Any]) -> Relation:
    members = [
        Member(one["claim_id"], cast("Role", one["role"]), Decimal(int(one["coefficient"])), one["group"])
        for one in cast("list[dict[str, Any]]", row["members"])
    ]
    return Relation(
        relation_id=relation_id(rule.id, row["document_id"], row["relation_key"]),
        rule_id=rule.id,
        document_id=row["document_id"],
        kind=cast("RelationKind", row["relation_kind"]),
        members=tuple(sorted(members, key=lambda member: (member.claim_id, member.role, member.group))),
        low=_bound(row["low"], -UNBOUNDED),
        high=_bound(row["high"], UNBOUNDED),
        detail=row["detail"] or "",
    )


def _bound(value: float | None, otherwise: Decimal) -> Decimal:
    """The bound without the noise of binary fractions; half units of print have far fewer digits."""
    if value is None:
        return otherwise
    bound = Decimal(repr(value)).quantize(_BOUND_DIGITS)
    return bound.quantize(Decimal(1)) if bound == bound.to_integral_value() else bound.normalize()
