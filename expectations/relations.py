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

from expectations.judged import filled_sql, work_out_views
from expectations.models import RULES_DIR, Rule, load_rule_book

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


def relations_sql(judged: str, rule: Rule) -> str:
    """One row per relation of a rule that `relates`: members united, the worst verdict of its rows, the first row that has it.

    `judged` is the rule's query, run where its views are. A failure that raw.known_failure holds is `listed`. Columns: document_id,
    relation_key, relation_kind, members, low, high, judged_count, verdict, and of its first row original_id, edition_id, expected,
    found, tolerance, detail.
    """
    first = "order by severity, sheet, page, table_number, row_number, column_number, entity_code"
    kept = ("original_id", "edition_id", "expected", "found", "tolerance", "detail")
    return f"""with _judged as (
  select
    judged.*,
    case when judged.verdict = 'fail' and known.rule_id is not null then 'listed' else judged.verdict end as outcome,
    case outcome when 'fail' then 1 when 'listed' then 2 when 'incomplete' then 3 else 4 end as severity
  from ({judged}) as judged
  left join (select distinct * from raw.known_failure) as known
    on known.rule_id = '{rule.id}' and known.document_id = judged.document_id and known.original_id = judged.original_id
    and known.edition_id = judged.edition_id and known.entity_code = judged.entity_code
    and known.criterion_code = judged.criterion_code and known.measure = judged.measure
    and known.raw_text is not distinct from coalesce(cast(judged.raw_text as varchar), '')
  where judged.relation_key is not null
)
select
  document_id,
  relation_key,
  min(relation_kind) as relation_kind,
  list_distinct(flatten(list(cast(members as {MEMBER_TYPE})))) as members,
  round(min(cast(low as double)), 9) as low,
  round(max(cast(high as double)), 9) as high,
  first(outcome {first}) as verdict,
  {", ".join(f"first(cast({name} as varchar) {first}) as {name}" for name in kept)},
  count(*) as judged_count
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
        work_out_views(connection, book, batch=batch)
        for rule in book.rules:
            if rule.relates and rule.severity == "error":
                query = (
                    "select document_id, relation_key, relation_kind, members, low, high, detail from ("
                    f"{relations_sql(filled_sql(book, rule, batch=batch), rule)}) as relation where relation_kind is not null"
                )
                found.extend(_relation(rule, row) for row in connection.execute(query).to_arrow_table().to_pylist())
    return tuple(sorted(found, key=lambda relation: (relation.document_id, relation.rule_id, relation.relation_id)))


def store_relations(database: Path, *, rules_dir: Path = RULES_DIR) -> Mapping[str, int]:
    """Fill `raw.qa_relation` and `raw.qa_relation_member` of `database` with what gate 1 says of the claims that stand in it.

    The same queries as the gate's, run where the claims are: no row passes through Python. The numbers of rows come back.
    """
    import duckdb

    book = load_rule_book("gate1", rules_dir)
    with duckdb.connect(str(database)) as connection:
        work_out_views(connection, book)
        connection.execute("delete from raw.qa_relation")
        connection.execute("delete from raw.qa_relation_member")
        for rule in book.rules:
            if rule.relates:
                query = relations_sql(filled_sql(book, rule), rule)
                connection.execute(f"create or replace temp table judged_relation as {query}")
                connection.execute(_STORE.format(rule_id=rule.id))
        counts = connection.execute(
            "select (select count(*) from raw.qa_relation), (select count(*) from raw.qa_relation_member)"
        ).fetchone()
    relations, members = cast("tuple[int, int]", counts)
    return {"qa_relation": relations, "qa_relation_member": members}


_ID = "left(md5(concat('{rule_id}', chr(31), document_id, chr(31), relation_key)), 16)"


def _figure(name: str) -> str:
    """A figure as a person writes it, text as it is: 81.030000 -> 81.03."""
    number = f"rtrim(rtrim(cast(try_cast({name} as decimal(18, 6)) as varchar), '0'), '.')"
    return f"coalesce({number}, {name}) as {name}"


_STORE = f"""
insert into raw.qa_relation by name
select {_ID} as relation_id, '{{rule_id}}' as rule_id, document_id, original_id, edition_id, relation_kind, verdict,
  {_figure("expected")}, {_figure("found")}, {_figure("tolerance")}, low, high, detail, judged_count, len(members) as member_count
from judged_relation;
insert into raw.qa_relation_member by name
select {_ID} as relation_id, member.claim_id, member.role, member.coefficient, member."group" as group_code
from (select document_id, relation_key, unnest(members) as member from judged_relation)
"""


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
