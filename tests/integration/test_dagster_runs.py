"""A refresh that Dagster drives: what there is to start, what is read how often, and what is told of it when it ended."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from tests.conftest import REPOSITORY

DOCUMENT = "sipas_2022_quang_nam_so_noi_vu"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, and a catalogue with one small document."""
    catalogue = tmp_path / "catalogue"
    for folder in ("entries", "documents", "corrections"):
        (catalogue / folder).mkdir(parents=True)
    entry = REPOSITORY / "extractors/catalogue/entries" / f"{DOCUMENT}.yml"
    shutil.copyfile(entry, catalogue / "entries" / entry.name)
    for path in (REPOSITORY / "extractors/documents").iterdir():
        if path.name in entry.read_text(encoding="utf-8"):
            shutil.copyfile(path, catalogue / "documents" / path.name)
    monkeypatch.setenv("CCHC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CCHC_CATALOGUE", str(catalogue))
    monkeypatch.delenv("CCHC_INBOX", raising=False)
    return tmp_path / "home"


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.Definitions]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CCHC_HOME", str(tmp_path_factory.mktemp("definitions")))
        from dagster_project.definitions import defs

        yield defs


@pytest.fixture
def touched(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, str]]:
    """How often the bytes of each document were collected, and its pages read."""
    from dagster_project import workbench

    counts: Counter[tuple[str, str]] = Counter()
    collect, read_document = workbench.collect, workbench.read_document

    def counted_collect(entry: Any, *rest: Any, **more: Any) -> Any:
        counts["collected", entry.id] += 1
        return collect(entry, *rest, **more)

    def counted_read(data: Any, entry: Any, *rest: Any, **more: Any) -> Any:
        counts["read", entry.id] += 1
        return read_document(data, entry, *rest, **more)

    monkeypatch.setattr(workbench, "collect", counted_collect)
    monkeypatch.setattr(workbench, "read_document", counted_read)
    return counts


def gate_1_alone(definitions: dg.Definitions, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    job = definitions.resolve_job_def("refresh_warehouse")
    return job.execute_in_process(instance=instance, asset_selection=[dg.AssetKey("accepted_claims")], raise_on_error=False)


def test_what_can_be_started_and_what_starts_by_itself(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    groups = {graph.get(key).group_name for key in graph.get_all_asset_keys()}
    assert groups == {"ingest", "raw", "seeds", "staging", "intermediate", "marts", "publish"}
    found = definitions.get_repository_def()
    jobs = {name for name in found.job_names if not name.startswith("__")}
    assert {"extract_document", "refresh_warehouse"} <= jobs
    assert "season_refresh" in {schedule.name for schedule in found.schedule_defs}
    assert {"inbox_sensor", "refresh_reports", "catalogue_partitions"} <= {sensor.name for sensor in found.sensor_defs}
    assert len((REPOSITORY / "dagster_project/definitions.py").read_text(encoding="utf-8").splitlines()) < 60


def test_every_asset_says_whose_it_is_what_it_is_and_of_which_code(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for key in graph.materializable_asset_keys:
        node = graph.get(key)
        assert list(node.owners) == ["team:data-stewards"], key
        assert node.description, key
        assert node.kinds, key
        assert node.code_version, key


def test_one_step_at_a_time_writes_the_build_database_and_no_gate_is_tried_again(definitions: dg.Definitions) -> None:
    steps = {node.name: node.definition for node in definitions.resolve_job_def("refresh_warehouse").graph.nodes}
    writers = {name for name, step in steps.items() if isinstance(step, dg.OpDefinition) and step.pool == "duckdb"}
    assert writers == {"raw_warehouse", "dbt_models", "release_candidate", "published_release"}
    again = {name for name, step in steps.items() if isinstance(step, dg.OpDefinition) and step.retry_policy is not None}
    assert again == {"raw_warehouse", "published_release"}
    for job in ("refresh_warehouse", "extract_document"):
        assert int(definitions.resolve_job_def(job).tags["dagster/max_runtime"]) > 0


def tick(instance: dg.DagsterInstance) -> dg.RunRequest | dg.SkipReason:
    from dagster_project.defs.automation import season_refresh

    moment = datetime(2027, 3, 1, 6, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    with dg.build_schedule_context(instance=instance, scheduled_execution_time=moment) as context:
        found = season_refresh(context)
    assert isinstance(found, dg.RunRequest | dg.SkipReason)
    return found


def test_a_tick_that_finds_a_refresh_going_on_starts_no_second_one(definitions: dg.Definitions, home: Path) -> None:
    schedule = definitions.resolve_schedule_def("season_refresh")
    assert schedule.execution_timezone == "Asia/Ho_Chi_Minh"
    assert list(schedule.cron_schedule) == ["0 6 * 3-6 1", "0 6 1 1,2,7,8,9,10,11,12 *"]
    with dg.instance_for_test() as instance:
        assert isinstance(tick(instance), dg.RunRequest)
        instance.add_run(dg.DagsterRun("refresh_warehouse", status=dg.DagsterRunStatus.STARTED))
        found = tick(instance)
    assert isinstance(found, dg.SkipReason)
    assert "still going on" in str(found.skip_message)


def test_a_tick_while_the_command_refreshes_starts_nothing(definitions: dg.Definitions, home: Path) -> None:
    from dagster_project.lockfile import only_one

    with dg.instance_for_test() as instance, only_one(home / "refresh.lock"):
        found = tick(instance)
    assert isinstance(found, dg.SkipReason)
    assert "another refresh is running (process" in str(found.skip_message)


def test_a_document_is_read_once_however_often_it_is_looked_at(
    definitions: dg.Definitions, home: Path, touched: Counter[tuple[str, str]]
) -> None:
    """A partition run, then a refresh, then another one; and the history says when the pages were read."""
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("documents", [DOCUMENT])
        partition = definitions.resolve_job_def("extract_document")
        assert partition.execute_in_process(partition_key=DOCUMENT, instance=instance).success
        assert touched == {("collected", DOCUMENT): 1, ("read", DOCUMENT): 1}
        assert gate_1_alone(definitions, instance).success
        assert touched == {("collected", DOCUMENT): 2, ("read", DOCUMENT): 1}
        assert gate_1_alone(definitions, instance).success
        assert touched == {("collected", DOCUMENT): 3, ("read", DOCUMENT): 1}
        anew = {"ops": {"document_outcome": {"config": {"read_anew": True}}}}
        assert partition.execute_in_process(partition_key=DOCUMENT, instance=instance, run_config=anew).success
        assert touched["read", DOCUMENT] == 2
        events = instance.fetch_materializations(dg.AssetKey("document_outcome"), limit=10).records
    assert [event.partition_key for event in events] == [DOCUMENT, DOCUMENT]
    shown = events[0].asset_materialization
    assert shown is not None
    assert shown.metadata["claims"].value == 31
    assert "| place |" in str(shown.metadata["first_claims"].value)


def test_a_document_that_a_refresh_reads_by_itself_leaves_its_mark_on_the_partitions_page(
    definitions: dg.Definitions, home: Path, touched: Counter[tuple[str, str]]
) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert gate_1_alone(definitions, instance).success
        assert touched == {("collected", DOCUMENT): 1, ("read", DOCUMENT): 1}
        assert instance.get_materialized_partitions(dg.AssetKey("document_outcome")) == {DOCUMENT}
        assert instance.get_dynamic_partitions("documents") == [DOCUMENT]


def test_one_document_that_cannot_be_had_leaves_the_others_of_its_run(
    definitions: dg.Definitions, home: Path, tmp_path: Path
) -> None:
    entries = tmp_path / "catalogue/entries"
    other = "sipas_2022_quang_ngai_so_noi_vu"
    text = (entries / f"{DOCUMENT}.yml").read_text(encoding="utf-8")
    lines = ["file: absent.pdf" if line.startswith("file:") else line for line in text.splitlines()]
    (entries / f"{other}.yml").write_text("\n".join(lines).replace(DOCUMENT, other), encoding="utf-8")
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("documents", [DOCUMENT, other])
        job = definitions.resolve_job_def("extract_document")
        tags = {"dagster/asset_partition_range_start": DOCUMENT, "dagster/asset_partition_range_end": other}
        result = job.execute_in_process(instance=instance, tags=tags, raise_on_error=False)
        assert not result.success, "what could not be read is told"
        assert instance.get_materialized_partitions(dg.AssetKey("document_outcome")) == {DOCUMENT}
        (check,) = result.get_asset_check_evaluations()
    assert not check.passed
    assert other in str(check.metadata["problems"].value)
    failure = next(event for event in result.all_events if event.is_step_failure)
    assert "absent.pdf" in str(failure.step_failure_data.user_failure_data)


def reports(home: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((home / "runs").glob("2*.json"))]


def look(definitions: dg.Definitions, instance: dg.DagsterInstance, cursor: str | None = None) -> str | None:
    sensor = definitions.resolve_sensor_def("refresh_reports")
    with dg.build_sensor_context(instance=instance, cursor=cursor, definitions=definitions) as context:
        return sensor.evaluate_tick(context).cursor


def test_a_run_of_dagster_has_the_report_of_a_refresh_once(definitions: dg.Definitions, home: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        run = gate_1_alone(definitions, instance)
        cursor = look(definitions, instance)
        (found,) = reports(home)
        assert found["run_id"] == run.run_id
        assert found["documents_read"] == 1
        assert found["documents_extracted"] == [DOCUMENT]
        assert (home / "runs/latest.html").exists()
        look(definitions, instance, cursor)
        look(definitions, instance)
        assert len(reports(home)) == 1, "told twice"


_HOLD = "import sys, pathlib; from dagster_project.lockfile import hold; hold(pathlib.Path(sys.argv[1])); print(1, flush=True); input()"


def test_a_run_that_finds_the_home_taken_is_recorded_as_one_that_could_not_run(definitions: dg.Definitions, home: Path) -> None:
    command = [sys.executable, "-c", _HOLD, str(home / "refresh.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=REPOSITORY) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with dg.DagsterInstance.ephemeral() as instance:
            assert not gate_1_alone(definitions, instance).success
            look(definitions, instance)
        other.communicate(b"\n")
    (found,) = reports(home)
    assert "another refresh is running" in found["could_not_run"]


def test_steps_do_not_go_on_with_what_another_refresh_accepted(definitions: dg.Definitions, home: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert gate_1_alone(definitions, instance).success
        job = definitions.resolve_job_def("refresh_warehouse")
        selection = [dg.AssetKey("published_release")]
        result = job.execute_in_process(instance=instance, asset_selection=selection, raise_on_error=False)
    failure = next(event for event in result.all_events if event.is_step_failure)
    assert "start the job refresh_warehouse from its beginning" in str(failure.step_failure_data.user_failure_data)
