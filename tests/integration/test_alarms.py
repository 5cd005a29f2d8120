"""Whatever fails in Dagster is heard of once, whoever started it; late editions are checks that are told, too."""

import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.remote_origin import InProcessCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, SensorInstigatorData, TickData, TickStatus
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster_shared.error import SerializableErrorInfo

from dagster_project.alerting import standing, tell
from dagster_project.failed_runs import LOOK_BACK, alarms
from dagster_project.run_records import run_events
from dagster_project.runs import BACKFILL_TAG, PROCESS_TAG, REFRESH_TAG, refresh_id_of, report_run
from dagster_project.runstate import RunState
from dagster_project.settings import Settings, load_settings
from dagster_project.tidy import tidy_runs

DOCUMENTS = dg.DynamicPartitionsDefinition(name="documents")
FAULTY: set[str] = set()


@dg.op
def synthetic_step() -> None:
    if "job" in FAULTY:
        raise ValueError("expected 63 provinces, found 62: thiếu Thừa Thiên Huế")


@dg.job
def synthetic_job() -> None:
    synthetic_step()


@dg.asset(name="document_outcome", partitions_def=DOCUMENTS, output_required=False)
def synthetic_outcome(context: dg.AssetExecutionContext) -> None:
    """As the asset of that name: each document that could be read is noted, and one that could not fails the run."""
    for key in context.partition_keys:
        if key not in FAULTY:
            context.log_event(dg.AssetMaterialization("document_outcome", partition=key))
    if unread := FAULTY.intersection(context.partition_keys):
        raise dg.Failure(f"{', '.join(sorted(unread))}: the page is not readable")


@dataclass
class Bench:
    settings: Settings
    instance: dg.DagsterInstance

    def run(self, *, fails: bool = False, tags: dict[str, str] | None = None) -> str:
        FAULTY.discard("job")
        if fails:
            FAULTY.add("job")
        return synthetic_job.execute_in_process(instance=self.instance, raise_on_error=False, tags=tags).run_id

    def read(self, document: str, *, fails: bool = False, tags: dict[str, str] | None = None) -> str:
        FAULTY.discard(document)
        if fails:
            FAULTY.add(document)
        self.instance.add_dynamic_partitions("documents", [document])
        return dg.materialize(
            [synthetic_outcome], instance=self.instance, partition_key=document, raise_on_error=False, tags=tags
        ).run_id

    def read_several(self, first: str, last: str) -> str:
        """A stretch of the catalogue in one run, as a backfill reads it."""
        tags = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
        job = dg.Definitions(assets=[synthetic_outcome]).resolve_implicit_global_asset_job_def()
        return job.execute_in_process(instance=self.instance, raise_on_error=False, tags=tags).run_id

    def found(self, later: timedelta = timedelta(0)) -> dict[str, str]:
        return {one.subject: one.code for one in alarms(self.instance, self.settings, datetime.now(UTC) + later)}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("CCHC_HOME", str(tmp_path / "home"))
    with dg.DagsterInstance.ephemeral() as instance:
        yield Bench(load_settings(), instance)


def test_a_failed_run_is_told_in_words_until_the_same_succeeds(bench: Bench) -> None:
    run_id = bench.run(fails=True)
    (notice,) = alarms(bench.instance, bench.settings)
    assert (notice.code, notice.severity, notice.subject, notice.mark) == ("run_failed", "error", "synthetic_job", run_id)
    assert "step synthetic_step: ValueError: expected 63 provinces, found 62: thiếu Thừa Thiên Huế" in notice.message
    assert "Traceback" not in notice.message
    assert f"/runs/{run_id}" in notice.hint
    bench.run()
    assert bench.found() == {}


def test_each_document_of_a_backfill_is_heard_of_by_itself(bench: Bench) -> None:
    bench.read("sipas_2022_synthetic", fails=True, tags={"dagster/backfill": "synthetic"})
    bench.read("sipas_2023_synthetic", fails=True)
    bench.read("sipas_2024_synthetic")
    assert set(bench.found()) == {"document sipas_2022_synthetic", "document sipas_2023_synthetic"}
    messages = " ".join(one.message for one in alarms(bench.instance, bench.settings))
    assert "part of backfill synthetic" in messages
    assert "sipas_2022_synthetic: the page is not readable" in messages
    bench.read("sipas_2022_synthetic")
    assert set(bench.found()) == {"document sipas_2023_synthetic"}


def test_a_failure_in_a_run_of_several_documents_is_not_hidden_by_a_run_of_others(bench: Bench) -> None:
    names = [f"sipas_{year}_synthetic" for year in range(2019, 2025)]
    bench.instance.add_dynamic_partitions("documents", names)
    FAULTY.clear()
    FAULTY.update({names[1], names[2]})
    bench.read_several(names[0], names[2])
    bench.read_several(names[3], names[5])
    assert set(bench.found()) == {f"document {names[1]}", f"document {names[2]}"}
    bench.read(names[1])
    assert set(bench.found()) == {f"document {names[2]}"}
    read_by_a_refresh = dg.AssetMaterialization("document_outcome", partition=names[2])
    bench.instance.report_runless_asset_event(read_by_a_refresh)
    assert bench.found() == {}


def test_a_canceled_run_and_one_whose_process_died_are_told(bench: Bench) -> None:
    canceled = bench.instance.create_run_for_job(synthetic_job, status=dg.DagsterRunStatus.STARTED)
    bench.instance.report_run_canceled(canceled)
    assert bench.found() == {"synthetic_job": "run_canceled"}
    died = bench.instance.create_run_for_job(synthetic_job, status=dg.DagsterRunStatus.STARTED)
    bench.instance.report_run_failed(died, "the process of this run ended before the run did")
    (notice,) = alarms(bench.instance, bench.settings)
    assert notice.code == "run_failed"
    assert "the process of this run ended before the run did" in notice.message


def ended(bench: Bench, job: str, how: str, *, lock: bool, tags: dict[str, str], selection: str = "") -> str:
    """A run that ended badly; `lock`: gate 1 of it began, so it has the state of a refresh."""
    key = frozenset({dg.AssetKey(selection)}) if selection else None
    run = dg.DagsterRun(job, tags=tags, status=dg.DagsterRunStatus.STARTED, asset_selection=key)
    bench.instance.add_run(run)
    if lock:
        RunState.start(bench.settings, force=False, refresh_id=refresh_id_of(run))
        bench.instance.add_run_tags(run.run_id, {PROCESS_TAG: "4"})
    if how == "canceled":
        bench.instance.report_run_canceled(run)
    else:
        bench.instance.report_run_failed(run, "its process is gone" if how == "killed" else "a step failed")
    return run.run_id


WHOLE, PART, ONE = "refresh_warehouse", "__ASSET_JOB", "extract_document"
DRIVEN: dict[str, tuple[str, bool, dict[str, str], str, str]] = {
    "schedule": (WHOLE, True, {"dagster/schedule_name": "season_refresh"}, "", "report"),
    "schedule, the home was taken": (WHOLE, False, {"dagster/schedule_name": "season_refresh"}, "", "report"),
    "materialise gate 1": (PART, True, {}, "accepted_claims", "report"),
    "materialise gate 1, the home was taken": (PART, False, {}, "accepted_claims", "alarm"),
    "materialise one mart": (PART, False, {}, "rpt_scores", "alarm"),
    "backfill of everything": (PART, True, {"dagster/backfill": "b"}, "accepted_claims", "report"),
    "backfill of documents": (PART, False, {"dagster/backfill": "b", "dagster/partition": "d_1"}, "document_outcome", "alarm"),
    "one document": (ONE, False, {"dagster/partition": "d_1"}, "", "alarm"),
    "cchc backfill": ("read_documents", False, {BACKFILL_TAG: "4"}, "", "alarm"),
    "cchc refresh": (WHOLE, False, {REFRESH_TAG: "r", PROCESS_TAG: "4"}, "", "itself"),
    "a document of cchc refresh": (ONE, False, {REFRESH_TAG: "r", PROCESS_TAG: "4", "dagster/partition": "d_1"}, "", "itself"),
}


@pytest.mark.parametrize("how", ["failed", "canceled", "killed"])
@pytest.mark.parametrize("driven", DRIVEN)
def test_every_run_that_ends_badly_is_told_once_whoever_drove_it(bench: Bench, driven: str, how: str) -> None:
    """By the report of a refresh, by the alarm, or by `cchc refresh` at its own end: by one of them, and by no two."""
    job, lock, tags, selection, teller = DRIVEN[driven]
    run_id = ended(bench, job, how, lock=lock, tags=tags, selection=selection)
    marks = [one.mark for one in alarms(bench.instance, bench.settings)]
    assert marks == ([run_id] if teller == "alarm" else [])
    assert report_run(bench.instance, run_id) is (teller == "report")
    assert not report_run(bench.instance, run_id)
    assert [event["run_id"] for event in run_events(bench.settings)] == ([run_id] if teller == "report" else [])
    assert [one.mark for one in alarms(bench.instance, bench.settings)] == marks


def test_a_run_of_the_command_that_somebody_starts_again_in_dagster_is_one_of_dagster(bench: Bench) -> None:
    """Dagster copies the tags of the run that failed."""
    tags = {REFRESH_TAG: "r", PROCESS_TAG: "4"}

    def again(job: str, of: dg.DagsterRun | None, **more: str) -> dg.DagsterRun:
        parent = of.run_id if of is not None else None
        how = dg.DagsterRunStatus.FAILURE
        run = dg.DagsterRun(job, tags=tags | more, status=how, parent_run_id=parent, root_run_id=parent)
        return bench.instance.add_run(run)

    first = again(WHOLE, None)
    whole, one = again(WHOLE, first), again(ONE, first, **{"dagster/partition": "d_1"})
    assert [report_run(bench.instance, run.run_id) for run in (first, whole, one)] == [False, True, False]
    assert [notice.mark for notice in alarms(bench.instance, bench.settings)] == [one.run_id]


def test_a_backfill_that_never_had_a_run_is_told_until_one_ends_well(bench: Bench) -> None:
    def backfill(name: str, status: BulkActionStatus, said: str = "") -> None:
        error = SerializableErrorInfo(said, [], "ValueError") if said else None
        at = datetime.now(UTC).timestamp()
        bench.instance.add_backfill(PartitionBackfill(name, status, False, {}, at, error=error, partition_names=[]))

    backfill("synthetic1", BulkActionStatus.COMPLETED_FAILED)
    assert bench.found() == {}, "its runs tell"
    backfill("synthetic2", BulkActionStatus.FAILED, "expected a code location, found none\n")
    (notice,) = alarms(bench.instance, bench.settings)
    assert (notice.code, notice.mark) == ("backfill_failed", "synthetic2")
    assert "expected a code location, found none" in notice.message
    backfill("synthetic3", BulkActionStatus.COMPLETED_SUCCESS)
    assert bench.found() == {}


def test_a_refresh_whose_state_is_lost_is_told_all_the_same(bench: Bench) -> None:
    run_id = ended(bench, WHOLE, "failed", lock=True, tags={})
    RunState.path(bench.settings).write_bytes(b"{")
    assert report_run(bench.instance, run_id)
    (event,) = run_events(bench.settings)
    assert (event["run_id"], event["outcome"]) == (run_id, "could_not_run")


def test_a_run_with_a_report_is_not_told_twice(bench: Bench) -> None:
    run_id = bench.run(fails=True)
    bench.settings.runs.mkdir(parents=True)
    report = {"run_id": run_id, "started_at": "2026-11-22 09:00:00+00:00", "blocked": ["step x: y"]}
    (bench.settings.runs / "20261122T090000Z.json").write_text(json.dumps(report), encoding="utf-8")
    assert bench.found() == {}


def test_a_run_that_is_tried_again_is_spoken_for_by_the_next(bench: Bench) -> None:
    bench.run(fails=True, tags={"dagster/will_retry": "true"})
    assert bench.found() == {}


def test_an_old_failure_is_history(bench: Bench) -> None:
    bench.run(fails=True)
    assert bench.found(later=LOOK_BACK - timedelta(minutes=1)) == {"synthetic_job": "run_failed"}
    assert bench.found(later=LOOK_BACK + timedelta(minutes=1)) == {}


def test_a_killed_refresh_is_told_while_nobody_has_begun_another(bench: Bench) -> None:
    bench.settings.runs.mkdir(parents=True)
    mark = {"process": 4, "started_at": "2026-11-22 06:00:00+00:00", "stamp": "20261122T060000Z"}
    (bench.settings.runs / "running.json").write_text(json.dumps(mark), encoding="utf-8")
    assert bench.found() == {"refresh": "refresh_died"}


def test_a_sensor_whose_ticks_fail_is_told_until_one_succeeds(bench: Bench, tmp_path: Path) -> None:
    bench = Bench(bench.settings, dg.DagsterInstance.local_temp(str(tmp_path)))
    location = InProcessCodeLocationOrigin(LoadableTargetOrigin(module_name="synthetic"), location_name="synthetic")
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(location, "synthetic"), "synthetic_sensor")
    data = SensorInstigatorData(min_interval=30)
    state = InstigatorState(origin, InstigatorType.SENSOR, InstigatorStatus.RUNNING, data)
    bench.instance.add_instigator_state(state)

    def tick(status: TickStatus, second: int) -> None:
        error = SerializableErrorInfo("ValueError: expected a folder, found none\n", [], "ValueError")
        bench.instance.create_tick(
            TickData(
                state.instigator_origin_id,
                "synthetic_sensor",
                InstigatorType.SENSOR,
                status,
                timestamp=datetime(2026, 11, 22, 9, 0, second, tzinfo=UTC).timestamp(),
                selector_id=state.selector_id,
                run_ids=[],
                error=error if status is TickStatus.FAILURE else None,
            )
        )

    tick(TickStatus.SUCCESS, 1)
    tick(TickStatus.FAILURE, 2)
    (notice,) = alarms(bench.instance, bench.settings)
    assert (notice.code, notice.subject) == ("tick_failed", "sensor synthetic_sensor")
    assert "expected a folder, found none" in notice.message
    tick(TickStatus.SKIPPED, 3)
    assert bench.found() == {}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    with warnings.catch_warnings():
        warnings.simplefilter("error", dg.BetaWarning)
        warnings.simplefilter("error", dg.PreviewWarning)
        from dagster_project.defs import alarms as of_alarms
        from dagster_project.defs import freshness as of_freshness
    return dg.Definitions.merge(of_alarms.definitions, of_freshness.definitions)


def test_the_sensor_tells_and_starts_nothing(bench: Bench, definitions: dg.Definitions) -> None:
    sensor = definitions.resolve_sensor_def("failed_runs")
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
    bench.run(fails=True)
    for _ in range(2):
        context = dg.build_sensor_context(instance=bench.instance)
        answer = sensor(context)
        assert isinstance(answer, dg.SkipReason)
        assert answer.skip_message == "run_failed synthetic_job"
    assert [one.code for one in standing(bench.settings).by_source["dagster"]] == ["run_failed"]


def test_late_editions_are_checks_that_are_told(bench: Bench, definitions: dg.Definitions) -> None:
    """Without a release every edition that is due is late; the checks warn, and stop nothing."""
    job = definitions.resolve_job_def("look_for_late_editions")
    result = job.execute_in_process(instance=bench.instance)
    assert result.success
    checks = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert len(checks) >= 6
    assert checks["freshness__refresh__ran_lately"].passed
    assert {check.severity for check in checks.values()} == {dg.AssetCheckSeverity.WARN}
    late = {name for name, check in checks.items() if not check.passed}
    assert "freshness__papi_undp__newest_edition_is_here" in late
    told = standing(bench.settings).by_source["freshness"]
    assert {one.code for one in told} == {"edition_overdue"}
    assert len(told) == len(late)


def test_the_next_look_ends_what_is_mended(bench: Bench) -> None:
    bench.run(fails=True)
    tell(bench.settings, "dagster", alarms(bench.instance, bench.settings))
    bench.run()
    assert [one.code for one in tell(bench.settings, "dagster", alarms(bench.instance, bench.settings)).over] == ["run_failed"]


def test_what_only_looked_goes_after_two_months_and_what_made_something_stays(bench: Bench) -> None:
    @dg.job(name="tidy_up")
    def looking() -> None:
        synthetic_step()

    FAULTY.discard("job")
    looking.execute_in_process(instance=bench.instance)
    bench.read("sipas_2024_synthetic")
    failed = bench.read("sipas_2023_synthetic", fails=True)
    later = datetime.now(UTC) + timedelta(days=61)
    assert tidy_runs(bench.instance, bench.settings, later) == 1
    assert tidy_runs(bench.instance, bench.settings, later) == 0
    assert tidy_runs(bench.instance, bench.settings, datetime.now(UTC) + timedelta(days=401)) == 1
    assert bench.instance.get_run_by_id(failed) is None
    assert [run.status for run in bench.instance.get_runs()] == [dg.DagsterRunStatus.SUCCESS]
