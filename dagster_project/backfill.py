"""`cchc backfill`: read many documents before the next refresh, which then finds them in the cache."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dagster_project.lockfile import AlreadyRunningError, only_one
from dagster_project.manifest import DbtParseError, ensure_manifest
from dagster_project.runs import BACKFILL_TAG, bury_dead_backfills
from dagster_project.settings import load_settings, prepare_dagster_home, tool_environment
from dagster_project.workbench import open_workbench
from extractors.catalogue.loader import CatalogueError
from extractors.catalogue.lock import LockFileError
from extractors.catalogue.reference import ReferenceDataError
from extractors.isolation import LimitsError


class BackfillError(RuntimeError):
    """The backfill could not run; the message says why and what to do. What was read stays read."""


@dataclass(frozen=True, slots=True)
class Backfill:
    """`read`: documents read now; `cached`: known already; `failed`: what went wrong, by document; `absent`: no file was given.

    `readers`: which machine and process read how many documents.
    """

    run_id: str
    read: tuple[str, ...]
    cached: tuple[str, ...]
    failed: dict[str, str]
    absent: tuple[str, ...]
    readers: dict[str, int]

    @property
    def exit_code(self) -> int:
        return 1 if self.failed else 0

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "exit_code": self.exit_code}


def reading_job() -> Any:
    """The job, for processes that build it anew from this name: those of this machine and the workers of a cluster."""
    from dagster_project.definitions import defs

    return defs.resolve_job_def("read_documents")


def run_backfill(ids: Sequence[str] = (), *, inbox: Path | None = None, read_anew: bool = False) -> Backfill:
    """Read these documents (all of the catalogue if none is named), wherever the settings say; one that fails stops no other.

    `inbox`: folder with documents besides the catalogue's own, on every machine that reads; none: that of the settings.

    Raises:
        BackfillError: another backfill runs, an id is unknown, the catalogue is broken, the cluster does not answer.
    """
    settings = load_settings(inbox)
    os.environ.update(tool_environment(settings))
    try:
        with only_one(settings.home / "backfill.lock"):
            bench = open_workbench(settings)
            known = [entry.id for entry in bench.entries]
            if unknown := sorted(set(ids) - set(known)):
                raise BackfillError(
                    f"expected ids of the catalogue, found {', '.join(unknown)}; its entries are the files in "
                    f"{settings.entries}"
                )
            prepare_dagster_home(settings)
            ensure_manifest(settings)
            choice = {"documents": list(ids) or known, "read_anew": read_anew, "code": bench.code}
            return _run(choice | ({"inbox": str(settings.inbox)} if settings.inbox else {}))
    except AlreadyRunningError:
        raise BackfillError("another backfill is running on this home; wait for it") from None
    except (CatalogueError, LockFileError, ReferenceDataError, DbtParseError, LimitsError) as error:
        raise BackfillError(str(error)) from error
    except OSError as error:
        raise BackfillError(f"cannot reach or write {error.filename or settings.home}: {error.strerror or error}") from error


def _run(choice: dict[str, Any]) -> Backfill:
    import dagster as dg

    from dagster_project.defs.backfill import ORDERS

    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    config = {
        "ops": {ORDERS: {"config": choice}},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }
    with dg.DagsterInstance.get() as instance:
        bury_dead_backfills(instance)
        with dg.execute_job(
            dg.reconstructable(reading_job),
            instance=instance,
            run_config=config,
            op_selection=[ORDERS, *choice["documents"]],
            raise_on_error=False,
            tags={BACKFILL_TAG: str(os.getpid())},
        ) as result:
            run_id = result.run_id
        logs = instance.all_logs(run_id)
    events = [entry.dagster_event for entry in logs if entry.dagster_event is not None]
    return summarise(run_id, choice["documents"], events)


def summarise(run_id: str, ids: Sequence[str], events: Sequence[Any]) -> Backfill:
    """What the events of a run say of each document that was asked for. A step that never ended has failed.

    Raises:
        BackfillError: the first step failed, so nothing was read.
    """
    from dagster_project.defs.backfill import ORDERS

    for event in events:
        if event.is_step_failure and event.step_key == ORDERS:
            raise BackfillError(_words(event))
    wanted = set(ids)
    marks = {
        event.step_key: {key: value.value for key, value in event.step_materialization_data.materialization.metadata.items()}
        for event in events
        if event.is_step_materialization and event.step_key in wanted
    }
    ended = {event.step_key for event in events if event.is_step_success}
    failed = {event.step_key: _words(event) for event in events if event.is_step_failure and event.step_key in wanted}
    elsewhere = [_words(event) for event in events if event.is_step_failure and event.step_key not in wanted]
    elsewhere += [event.message or "" for event in events if event.is_job_failure]
    for key in wanted - ended - failed.keys():
        failed[key] = "it was not read to the end: " + (elsewhere[0] if elsewhere else "its worker is gone")
    readers: dict[str, int] = {}
    for mark in marks.values():
        readers[str(mark["read_by"])] = readers.get(str(mark["read_by"]), 0) + 1
    good = {key: mark for key, mark in marks.items() if key not in failed}
    return Backfill(
        run_id,
        read=tuple(sorted(key for key, mark in good.items() if not mark["from_cache"])),
        cached=tuple(sorted(key for key, mark in good.items() if mark["from_cache"])),
        failed=dict(sorted(failed.items())),
        absent=tuple(sorted((ended & wanted) - marks.keys())),
        readers=dict(sorted(readers.items())),
    )


def _words(event: Any) -> str:
    data = event.step_failure_data
    if data.user_failure_data is not None and data.user_failure_data.description:
        return data.user_failure_data.description
    error = data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return (error.message.strip().splitlines() or ["unknown error"])[0] if error else "unknown error"


def backfill_lines(found: Backfill) -> list[str]:
    lines = [f"{len(found.read)} documents read, {len(found.cached)} known already, {len(found.failed)} failed"]
    lines += [f"  {where}: {count}" for where, count in found.readers.items()]
    if found.absent:
        lines.append(f"no file was given for {', '.join(found.absent)}")
    lines += [f"FAILED {key}: {words}" for key, words in found.failed.items()]
    lines.append("nothing is published by this: the next `cchc refresh` judges and publishes what was read")
    return lines
