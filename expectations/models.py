"""Shapes of the rule book. It is YAML; anything unexpected in it is an error."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

GateName = Literal["gate1", "gate2"]
RuleSeverity = Literal["error", "warning"]

RULES_DIR = Path(__file__).parent / "rules"

RULE_ID_PATTERN = re.compile(r"^gate[12](__[a-z0-9]+(_[a-z0-9]+)*){2}$")

JUDGED_COLUMNS = (
    "document_id",
    "original_id",
    "edition_id",
    "entity_code",
    "criterion_code",
    "measure",
    "page",
    "sheet",
    "table_number",
    "row_number",
    "column_number",
    "a1",
    "raw_text",
    "expected",
    "found",
    "tolerance",
    "detail",
    "verdict",
)
"""What every rule's query must return, by name: the cell of the star, its place on the page, and the verdict on it."""

RELATION_COLUMNS = ("relation_kind", "relation_key", "members", "low", "high")
"""What the query of a rule with `relates: true` returns besides: the claims that took part, and what must hold between them.

`relation_key`: rows of one rule and document with the same key are one relation, their members united; null: the row relates nothing.
`members`: a list of struct(claim_id, role, coefficient, "group"), the printed ones only; expectations/relations.py says what they mean.
`relation_kind`: null if a member is not printed or what the rule asks cannot be written as a relation; then the row is only judged.
`low`, `high`: the bounds with the tolerance in them; null: open on that side.
"""


class RuleBookError(ValueError):
    """A rule file that does not have its shape, or a decision that names a rule which none has; the message names the file."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _rule_id(value: str) -> str:
    if not RULE_ID_PATTERN.match(value):
        raise ValueError(f"rule id {value!r}: expected gate1__<subject>__<claim> or gate2__<subject>__<claim>, lower case")
    return value


def _sql(value: str) -> str:
    """Great Expectations reads every brace of a query as a field to fill, so `{batch}` is the only one that may stand there."""
    fields = {name for _, name, _, _ in Formatter().parse(value) if name is not None}
    if not fields <= {"batch"}:
        raise ValueError(f"expected no braces but {{batch}} in the query, found {sorted(fields)}")
    return value


RuleId = Annotated[str, AfterValidator(_rule_id)]
Sql = Annotated[str, AfterValidator(_sql)]
ViewName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Rule(Strict):
    """One claim about the data that a machine can judge.

    `sql` returns one row for each thing judged (`grain`), with the columns of `JUDGED_COLUMNS`. `verdict` is `pass`, `fail`, or
    `incomplete`: there is something to judge and a part of it is not printed, so it neither passes nor fails. What the query
    does not return was not there to be judged.
    """

    id: RuleId
    severity: RuleSeverity
    relates: bool = Field(
        default=False, description="The query returns RELATION_COLUMNS too: its claim relates cells of raw.claim"
    )
    owner: str = Field(description="Who answers for the rule")
    title_vi: str
    title_en: str
    reason: str = Field(description="Why the rule must hold, with its source")
    tolerance_source: str = Field(description="Where the tolerance comes from; 'exact' if there is none")
    grain: str = Field(description="What one judged row stands for")
    sql: Sql

    @property
    def gate(self) -> GateName:
        return "gate1" if self.id.startswith("gate1__") else "gate2"


class RuleBook(Strict):
    """All rules of one gate. `prelude`: the views that its rules read from, by name; a view may read those above it."""

    gate: GateName
    batch_schema: str
    batch_table: str
    prelude: dict[ViewName, Sql]
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_rule_one_id(self) -> RuleBook:
        ids = [rule.id for rule in self.rules]
        twice = sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1})
        if twice:
            raise ValueError(f"expected each rule once, found twice: {', '.join(twice)}")
        if self.gate == "gate2" and any(rule.relates for rule in self.rules):
            raise ValueError("expected relations in gate1 only: gate2 judges marts, not claims")
        foreign = [rule.id for rule in self.rules if rule.gate != self.gate]
        if foreign:
            raise ValueError(f"expected rules of {self.gate}, found {', '.join(foreign)}")
        return self


def load_rule_book(gate: GateName, directory: Path = RULES_DIR) -> RuleBook:
    """The rules of one gate, or RuleBookError naming the file."""
    path = directory / f"{gate}.yml"
    try:
        return RuleBook.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise RuleBookError(f"{path}: {error}") from error
