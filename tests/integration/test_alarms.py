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
from dagster._core.remote_origin import InProcessCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, SensorInstigatorData, TickData, TickStatus
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster_shared.error import SerializableErrorInfo

from dagster_project.alerting import standing, tell
from dagster_project.failed_runs import LOOK_BACK, alarms
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


@dg.asset(partitions_def=DOCUMENTS)
def synthetic_outcome(context: dg.AssetExecutionContext) -> None:
    if context.partition_key in FAULTY:
        raise dg.Failure(f"{context.partition_key}: the page is not readable")


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


def test_a_canceled_run_and_one_whose_process_died_are_told(bench: Bench) -> None:
    canceled = bench.instance.create_run_for_job(synthetic_job, status=dg.DagsterRunStatus.STARTED)
    bench.instance.report_run_canceled(canceled)
    assert bench.found() == {"synthetic_job": "run_canceled"}
    died = bench.instance.create_run_for_job(synthetic_job, status=dg.DagsterRunStatus.STARTED)
    bench.instance.report_run_failed(died, "the process of this run ended before the run did")
    (notice,) = alarms(bench.instance, bench.settings)
    assert notice.code == "run_failed"
    assert "the process of this run ended before the run did" in notice.message


@pytest.mark.parametrize("tag", ["cchc/process", "cchc/refresh"])
def test_what_a_refresh_tells_itself_is_not_told_twice(bench: Bench, tag: str) -> None:
    bench.run(fails=True, tags={tag: "synthetic"})
    assert bench.found() == {}


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
