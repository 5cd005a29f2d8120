"""Gate 2 over many damaged documents at once: each with editions of its own, beside clean copies of the other documents of them.

One build of the warehouse holds them all, and one clean copy of everything (`CONTROL`), so that what a case shows is what the clean one
does not: a rule that fails, a conflict that is listed, a score that is gone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from expectations import run_gate
from extractors.catalogue.reference import Edition, EntitySet, Reference
from extractors.records import Claim
from tests.benchmarks.mutations.cases import Case
from tests.benchmarks.mutations.gate1 import TODAY, row_of
from tests.benchmarks.mutations.specimens import Bench, Specimen
from warehouse.diff import Provenance, write_comparison
from warehouse.load import Row, write_raw

REPOSITORY = Path(__file__).resolve().parents[3]
CONTROL = "_c"
BY_NAME = frozenset({"gate2__document__not_synthetic", "gate2__column__is_described"})
"""Rules that say nothing of the figures: every document here is called synthetic, and not every table is built."""

TABLES = ("rpt_conflicts", "rpt_scores", "fct_cell_provenance", "fct_claim", "fct_score", "dim_document")
WITH_PRINTED_CHANGES = frozenset({"SIPAS", "PAR_PROVINCE", "PAR_MINISTRY", "PAR_LOCAL"})


@dataclass(frozen=True)
class Shown:
    """What the build shows of one case and not of the clean copy. `gone`: scores or ranks that gate 2 would miss, had they been
    published before (`gate2__release__nothing_vanishes`)."""

    rules: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    gone: int = 0


@dataclass
class _World:
    """What is written into the one database."""

    documents: list[Row] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    editions: list[Edition] = field(default_factory=list)


def _own(claim: Claim, suffix: str, document_id: str) -> Claim:
    quoted = document_id if claim.original_id == claim.document_id else claim.original_id
    return replace(
        claim,
        document_id=document_id,
        original_id=quoted,
        edition_id=claim.edition_id + suffix,
        instrument_code=claim.instrument_code + suffix,
    )


def _add(world: _World, bench: Bench, suffix: str, wanted: frozenset[str], damaged: Case | None) -> None:
    """The editions `wanted` with everything that any document says of them, the damaged document in the place of its clean one."""
    by_entry: dict[str, tuple[Specimen, list[Claim]]] = {}
    for specimen in bench.specimens:
        is_damaged = damaged is not None and specimen.name == damaged.specimen.name
        outcome = damaged.outcome if is_damaged and damaged is not None else specimen.clean
        by_entry.setdefault(specimen.entry.id, (specimen, []))[1].extend(outcome.claims)
    for entry_id, (specimen, claims) in by_entry.items():
        document_id = f"{entry_id}_synthetic{suffix}"
        own = [_own(claim, suffix, document_id) for claim in claims if claim.edition_id in wanted]
        if own:
            world.documents.append(row_of(specimen, document_id, own))
            world.claims.extend(own)
    for edition in bench.reference.editions:
        if edition.edition_id in wanted:
            update = {"edition_id": edition.edition_id + suffix, "instrument_code": edition.instrument_code + suffix}
            world.editions.append(edition.model_copy(update=update))


def editions_of(case: Case, reference: Reference) -> frozenset[str]:
    """The editions that the damage touches; where changes are printed, the years before and after as well."""
    keys = (*case.difference.keys, *(key for key, _ in case.difference.doubled))
    touched = {edition.edition_id: edition for edition in reference.editions if edition.edition_id in {key[1] for key in keys}}
    near = {
        other.edition_id
        for edition in touched.values()
        if edition.index_code in WITH_PRINTED_CHANGES
        for other in reference.editions
        if (other.index_code, other.instrument_code) == (edition.index_code, edition.instrument_code)
        and abs(other.reference_year - edition.reference_year) == 1
    }
    return frozenset(touched) | near


def _build(database: Path, folder: Path) -> None:
    dbt = [str(Path(sys.executable).parent / "dbt")]
    places = ["--project-dir", "dbt_project", "--profiles-dir", "dbt_project"]
    places += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    environment = os.environ | {"CCHC_BUILD_DB": str(database), "DBT_TARGET": "duckdb", "DO_NOT_TRACK": "1"}
    for step in (["seed"], ["run", "--select", *(f"+{table}" for table in TABLES)]):
        done = subprocess.run(
            [*dbt, *step, *places], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"dbt {step[0]} failed: {done.stdout[-2000:]}")


_CONFLICTS = """
select
  edition_id, concat_ws(' ', entity_type, province_code, criterion_code, measure, found_by, kind, chosen_value, other_value), found_by
from marts.rpt_conflicts
"""
_FIGURES = """
select edition_id, concat_ws(' ', entity_type, province_code, criterion_code, methodology_code), score is not null, rank is not null
from marts.rpt_scores where score is not null or rank is not null
"""


def _split(edition_id: str) -> tuple[str, str]:
    """Edition and suffix."""
    base, mark, rest = edition_id.rpartition("_")
    return base, mark + rest


def _failures(database: Path) -> dict[str, set[tuple[str, str]]]:
    """(rule, cell) that fails, by suffix."""
    found: dict[str, set[tuple[str, str]]] = {}
    for result in run_gate("gate2", database, today=TODAY, run_id="synthetic").results:
        if result.status == "crashed":
            raise RuntimeError(result.message())
        for failure in result.failures if result.rule.id not in BY_NAME else ():
            base, suffix = _split(failure.edition_id or failure.document_id)
            cell = f"{base} {failure.entity_code} {failure.criterion_code} {failure.measure}"
            found.setdefault(suffix, set()).add((result.rule.id, cell))
    return found


def judge_at_gate_2(bench: Bench, cases: Sequence[Case], folder: Path) -> Mapping[int, Shown]:
    """Build the warehouse once with all cases and one clean copy; what it shows of each case, by its number."""
    folder.mkdir(parents=True, exist_ok=True)
    world = _World()
    wanted = {case.number: editions_of(case, bench.reference) for case in cases}
    _add(world, bench, CONTROL, frozenset().union(*wanted.values()), None)
    for case in cases:
        _add(world, bench, f"_m{case.number:05d}", wanted[case.number], case)
    reference = replace(bench.reference, editions=tuple(world.editions), entity_sets=_sets(bench.reference, world.editions))
    database = folder / "build.duckdb"
    database.unlink(missing_ok=True)
    write_raw(database, reference=reference, documents=world.documents, claims=world.claims, issues=())
    _build(database, folder)
    write_comparison(database, folder / "nothing_published", run_id="synthetic", made_of=Provenance("synthetic", {}))
    failures = _failures(database)
    with duckdb.connect(str(database), read_only=True) as connection:
        conflicts = _by_suffix(connection.execute(_CONFLICTS).fetchall())
        figures = _by_suffix(connection.execute(_FIGURES).fetchall())
    shown: dict[int, Shown] = {}
    for case in cases:
        suffix = f"_m{case.number:05d}"
        shown[case.number] = Shown(
            rules=tuple(sorted({rule for rule, _ in failures.get(suffix, set()) - failures.get(CONTROL, set())})),
            conflicts=tuple(sorted({row[2] for row in conflicts.get(suffix, set()) - conflicts.get(CONTROL, set())})),
            gone=len({row for row in figures[CONTROL] if row[0] in wanted[case.number]} - figures.get(suffix, set())),
        )
    return shown


def _sets(reference: Reference, editions: Iterable[Edition]) -> tuple[EntitySet, ...]:
    """The ranked sets of each copied edition."""
    by_edition: dict[str, list[EntitySet]] = {}
    for ranked in reference.entity_sets:
        by_edition.setdefault(ranked.edition_id, []).append(ranked)
    return tuple(
        ranked.model_copy(update={"edition_id": edition.edition_id})
        for edition in editions
        for ranked in by_edition.get(_split(edition.edition_id)[0], [])
    )


def _by_suffix(rows: Iterable[tuple[object, ...]]) -> dict[str, set[tuple[str, ...]]]:
    found: dict[str, set[tuple[str, ...]]] = {}
    for edition_id, *rest in rows:
        base, suffix = _split(str(edition_id))
        found.setdefault(suffix, set()).add((base, *map(str, rest)))
    return found
