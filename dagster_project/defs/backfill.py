"""Reading many documents at once, one step each: in this process, in several, or on the workers of a Dask cluster.

The steps are fixed when the definitions are loaded, one per catalogue entry, because the Dask executor knows no dynamic ones; those of
documents that were not asked for end at once.
"""

import os
import socket
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from dagster_project.defs.document_metadata import reading_event
from dagster_project.defs.ingest import documents
from dagster_project.settings import DASK_ADDRESS, backfill_processes, load_settings
from dagster_project.workbench import Workbench, open_workbench
from extractors.catalogue.loader import CatalogueError, load_entries
from extractors.isolation import LimitsError

ORDERS = "choose_documents"


class Choice(dg.Config):
    """`documents`: ids, none for the whole catalogue; `read_anew`: also what is in the cache.

    `code`: mark of the readers of whoever asks (`cchc backfill` gives its own); none: those of the worker that has the first step.
    `inbox`: folder with documents, on every machine that reads; none: that of each worker's own settings.
    """

    documents: list[str] = Field(default_factory=list)
    read_anew: bool = False
    code: str = ""
    inbox: str = ""


def _bench(inbox: str) -> Workbench:
    """What this process reads with.

    Raises:
        Failure: the folder of the inbox is not here.
    """
    if inbox and not Path(inbox).is_dir():
        raise dg.Failure(f"expected a folder with documents at {inbox} on {socket.gethostname()}, found none")
    return open_workbench(load_settings(Path(inbox) if inbox else None))


@dg.op(name=ORDERS, description="Which documents are read, by which code, into which home")
def choose_documents(context: dg.OpExecutionContext, config: Choice) -> dict[str, Any]:
    """What every step is told. It reaches another machine only if that shares the home, so a step that gets it may write there.

    Raises:
        Failure: an id is not in the catalogue; a setting does not hold; there is no such inbox.
    """
    if problem := _setting_problem():
        raise dg.Failure(problem)
    bench = _bench(config.inbox)
    known = [entry.id for entry in bench.entries]
    unknown = sorted(set(config.documents) - set(known))
    if unknown:
        raise dg.Failure(
            f"expected ids of the catalogue, found {', '.join(unknown)}; `cchc status` and the catalogue list them"
        )
    context.instance.add_dynamic_partitions(str(documents.name), known)
    return {
        "documents": config.documents or known,
        "read_anew": config.read_anew,
        "home": str(bench.settings.home),
        "code": config.code or bench.code,
        "inbox": config.inbox,
    }


def read_one(context: dg.OpExecutionContext, document_id: str, orders: dict[str, Any]) -> None:
    """Read one document as a refresh does; its outcome goes into the home, and Dagster's history says so.

    Raises:
        Failure: this worker has another home, other code or no such inbox; the document was not read, or is held back (in words).
    """
    if document_id not in orders["documents"]:
        context.log.info(f"{document_id} was not asked for")
        return
    bench, host = _bench(orders["inbox"]), socket.gethostname()
    if str(bench.settings.home) != orders["home"]:
        raise dg.Failure(
            f"{document_id}: expected the home {orders['home']} on {host}, found {bench.settings.home}; "
            "share that folder and start the worker with CCHC_HOME"
        )
    if bench.code != orders["code"]:
        raise dg.Failure(
            f"{document_id}: expected readers with the mark {orders['code'][:12]} on {host}, found {bench.code[:12]}; bring its "
            "checkout and its packages to the same revision and start the worker again"
        )
    found = bench.extract(bench.entry(document_id), read_anew=bool(orders["read_anew"]))
    if found.is_absent:
        context.log.info(f"{document_id}: no file was given")
        return
    problems = [str(issue) for issue in found.issues if issue.severity == "error"]
    if found.extracted is not None:
        event = reading_event(bench, document_id, found)
        read_by = dg.MetadataValue.text(f"{host}, process {os.getpid()}")
        context.log_event(event.with_metadata({**event.metadata, "read_by": read_by}))
    if problems:
        raise dg.Failure(f"{document_id} is held back: " + "; ".join(problems))


def _step(document_id: str) -> dg.OpDefinition:
    @dg.op(
        name=document_id,
        ins={"orders": dg.In(dict)},
        out=dg.Out(dg.Nothing),
        description=f"Read {document_id}",
        tags={"dagster/kind": "document"},
    )
    def step(context: dg.OpExecutionContext, orders: dict[str, Any]) -> None:
        read_one(context, document_id, orders)

    return step


def _document_ids() -> list[str]:
    settings = load_settings()
    try:
        return [entry.id for entry in load_entries(settings.entries, settings.documents, must_exist=False)]
    except CatalogueError:
        return []  # the first step says what is wrong with the catalogue; all other jobs stay in sight


def reading_executor() -> dg.ExecutorDefinition:
    """Where the steps run: on the Dask cluster at CCHC_DASK_ADDRESS, in CCHC_BACKFILL_PROCESSES processes, else in the run's own.

    Settings that do not hold are told by the first step of the job: every other job must load all the same.
    """
    if _setting_problem():
        return dg.in_process_executor
    if address := os.environ.get(DASK_ADDRESS):
        # By name, for it is not part of the default set-up.
        on_dask: dg.ExecutorDefinition = import_module("dagster_dask").dask_executor
        return on_dask.configured({"cluster": {"existing": {"address": address}}}, name="dask_cluster")
    processes = backfill_processes()
    if processes > 1:
        return dg.multiprocess_executor.configured({"max_concurrent": processes}, name="several_processes")
    return dg.in_process_executor


def _setting_problem() -> str:
    if os.environ.get(DASK_ADDRESS) and find_spec("dagster_dask") is None:
        return f"{DASK_ADDRESS} names a cluster, but the packages of a server are not installed: make setup-scale"
    try:
        backfill_processes()
    except LimitsError as error:
        return str(error)
    return ""


def reading_job(document_ids: list[str]) -> dg.JobDefinition:
    """The job with a step for each of these documents."""

    @dg.job(
        name="read_documents",
        executor_def=reading_executor(),
        tags={"cchc/one_at_a_time": "backfill"},
        description="Read many documents, one step each; with CCHC_DASK_ADDRESS on several machines (docs/operations.md)",
    )
    def read_documents() -> None:
        orders = choose_documents()
        for document_id in document_ids:
            _step(document_id)(orders)

    return read_documents


definitions = dg.Definitions(jobs=[reading_job(_document_ids())])
