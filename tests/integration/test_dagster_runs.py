"""A refresh that Dagster drives: what there is to start, what is read how often, and what is told of it when it ended."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from dagster_project import manifest as dbt_manifest
from dagster_project.runstate import RunState
from dagster_project.settings import load_settings
from tests.conftest import REPOSITORY, Instance
from tests.faults.served_catalogue import ID as SERVED
from tests.faults.served_catalogue import MODEL_ID, workbook, write_catalogue
from tests.faults.servers import Server, answer, serving

DOCUMENT = "sipas_2022_quang_nam_so_noi_vu"
READING = {"extract_document", "read_documents"}
SCHEDULES = {"season_refresh", "discovery_schedule", "daily_freshness", "monthly_tidy"}
SENSORS = {"inbox_sensor", "refresh_reports", "catalogue_partitions", "failed_runs"}


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
    assert jobs == {*READING, "refresh_warehouse", "discover_landing_pages", "look_for_late_editions", "tidy_up"}
    assert {schedule.name for schedule in found.schedule_defs} == SCHEDULES
    assert {sensor.name for sensor in found.sensor_defs} == SENSORS
    assert {one.default_status for one in found.schedule_defs} == {dg.DefaultScheduleStatus.RUNNING}
    assert {one.default_status for one in found.sensor_defs} == {dg.DefaultSensorStatus.RUNNING}
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


def test_a_run_that_finds_the_home_taken_waits_for_it(
    definitions: dg.Definitions, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other refresh ends while it is waited for: the tick of the schedule is not lost."""
    from dagster_project import runs

    command = [sys.executable, "-c", _HOLD, str(home / "refresh.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=REPOSITORY) as other:
        assert other.stdout is not None
        other.stdout.readline()
        monkeypatch.setenv("CCHC_LOCK_WAIT_MINUTES", "1")
        waiting = partial(runs.hold_when_free, sleep=lambda _: other.communicate(b"\n") and None)
        monkeypatch.setattr(runs, "hold_when_free", waiting)
        with dg.DagsterInstance.ephemeral() as instance:
            run = gate_1_alone(definitions, instance)
            assert run.success
            said = [entry.user_message for entry in instance.all_logs(run.run_id)]
    assert any(f"another refresh is running (process {other.pid}" in words for words in said)


@pytest.fixture
def served(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Server, str]]:
    """A catalogue of one document that a server of this machine publishes, and its path."""
    monkeypatch.setenv("CCHC_ALLOW_LOOPBACK", "1")
    with serving() as server:
        url = server.says("/ict.xlsx", answer(workbook(), ETag='"1"'))
        monkeypatch.setenv("CCHC_CATALOGUE", str(write_catalogue(tmp_path / "served", url)))
        yield server, "/ict.xlsx"


def test_an_address_is_asked_once_a_refresh_and_not_again_within_the_hour(
    definitions: dg.Definitions, served: tuple[Server, str], touched: Counter[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run of everything, as Dagster starts it: the partition first, then gate 1 in a run of its own."""
    server, path = served
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("documents", [SERVED])
        partition = definitions.resolve_job_def("extract_document")
        assert partition.execute_in_process(partition_key=SERVED, instance=instance).success
        for _ in range(2):
            gate_1_alone(definitions, instance)
        assert (server.asked(path), touched["read", SERVED]) == (1, 1)
        monkeypatch.setenv("CCHC_ASK_AGAIN_MINUTES", "0")
        for asked in (2, 3):
            gate_1_alone(definitions, instance)
            assert (server.asked(path), touched["read", SERVED]) == (asked, 1)


def test_a_document_that_never_came_is_asked_for_once_a_refresh(
    definitions: dg.Definitions, served: tuple[Server, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_ASK_AGAIN_MINUTES", "0")
    server, path = served
    server.says(path, answer(b"", "404 Not Found"))
    with dg.DagsterInstance.ephemeral() as instance:
        for asked in (1, 2):
            gate_1_alone(definitions, instance)
            assert server.asked(path) == asked


@pytest.mark.slow
def test_refreshes_with_nothing_new_ask_once_and_read_nothing(tmp_path: Path) -> None:
    """`cchc refresh` twice, then the job of Dagster twice: one release, one reading, one question each."""
    with serving() as server:
        url = server.says("/ict.xlsx", answer(workbook(), ETag='"1"'))
        instance = Instance(tmp_path / "home", write_catalogue(tmp_path / "catalogue", url, MODEL_ID))
        environment = {"CCHC_ALLOW_LOOPBACK": "1", "CCHC_ASK_AGAIN_MINUTES": "0"}
        assert instance.run("refresh", environment=environment).returncode == 0
        assert server.asked("/ict.xlsx") == 1
        release, outcomes = instance.release, sorted(instance.home.glob("extracted/*/*.json"))
        before = [path.stat().st_mtime_ns for path in outcomes]
        assert instance.run("refresh", environment=environment).returncode == 0
        assert server.asked("/ict.xlsx") == 2
        job = [str(Path(sys.executable).parent / "dagster"), "job", "execute", "-m", "dagster_project.definitions"]
        own = os.environ | environment | {"CCHC_HOME": str(instance.home), "CCHC_CATALOGUE": str(instance.catalogue)}
        own |= {"DAGSTER_HOME": str(instance.home / "dagster"), "DAGSTER_DISABLE_TELEMETRY": "1"}
        for asked in (3, 4):
            command = [*job, "-j", "refresh_warehouse"]
            done = subprocess.run(command, env=own, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=600)
            assert done.returncode == 0, done.stdout + done.stderr
            assert server.asked("/ict.xlsx") == asked
        assert instance.release == release
        assert sorted(instance.home.glob("extracted/*/*.json")) == outcomes
        assert [path.stat().st_mtime_ns for path in outcomes] == before


_LOAD = """import json, warnings
with warnings.catch_warnings(record=True) as found:
    warnings.simplefilter("always")
    import dagster_project.definitions
print(json.dumps([[one.category.__name__, str(one.message), one.filename] for one in found]))"""


def test_the_definitions_load_without_a_warning_of_ours(tmp_path: Path) -> None:
    """What libraries say among themselves while they are imported is theirs; what Dagster says names our file, and is ours."""
    own = os.environ | {"CCHC_HOME": str(tmp_path / "home"), "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([sys.executable, "-c", _LOAD], env=own, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert [one for one in found if "site-packages" not in one[2] or "dagster" in one[2] or "dagster" in one[1].lower()] == []


def test_what_dbt_has_not_tested_is_not_judged_and_not_published(definitions: dg.Definitions, home: Path) -> None:
    """Somebody starts the last steps alone, after dbt failed or left its tests out."""
    with dg.DagsterInstance.ephemeral() as instance:
        first = gate_1_alone(definitions, instance)
        assert first.success
        state = RunState.of(load_settings())
        job = definitions.resolve_job_def("refresh_warehouse")
        for asset in ("release_candidate", "published_release"):
            result = job.execute_in_process(
                instance=instance,
                asset_selection=[dg.AssetKey(asset)],
                raise_on_error=False,
                tags={"cchc/refresh": state.state.refresh_id},
            )
            failure = next(event for event in result.all_events if event.is_step_failure)
            assert "expected that dbt with all of its tests passed" in str(failure.step_failure_data.user_failure_data)


def test_what_a_document_prints_does_not_break_the_table_that_shows_it(definitions: dg.Definitions) -> None:
    from dagster_project.defs.common import markdown_table

    shown = markdown_table(("printed", "value"), [("a | b\nc", None), ("1,5", 1.5)])
    assert shown.value == "| printed | value |\n| --- | --- |\n| a \\| b c |  |\n| 1,5 | 1.5 |"


def test_a_test_of_dbt_that_was_left_out_is_named() -> None:
    nodes = {"model.a": {"resource_type": "model"}, "test.b": {"resource_type": "test"}, "test.c": {"resource_type": "test"}}
    manifest = {"nodes": nodes, "unit_tests": {"unit_test.d": {}}}
    ran = {"results": [{"unique_id": "model.a"}, {"unique_id": "test.c"}]}
    assert dbt_manifest.tests_left_out(manifest, ran) == ["test.b", "unit_test.d"]
    ran["results"] += [{"unique_id": "test.b"}, {"unique_id": "unit_test.d"}]
    assert dbt_manifest.tests_left_out(manifest, ran) == []


def test_steps_do_not_go_on_with_what_another_refresh_accepted(definitions: dg.Definitions, home: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert gate_1_alone(definitions, instance).success
        job = definitions.resolve_job_def("refresh_warehouse")
        selection = [dg.AssetKey("published_release")]
        result = job.execute_in_process(instance=instance, asset_selection=selection, raise_on_error=False)
    failure = next(event for event in result.all_events if event.is_step_failure)
    assert "start the job refresh_warehouse from its beginning" in str(failure.step_failure_data.user_failure_data)
