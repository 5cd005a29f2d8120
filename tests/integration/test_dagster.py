"""The wiring: which assets and checks there are, what blocks what, documents as partitions, the sensor and the schedule."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.season import season_cron
from expectations import Failure, RuleResult, load_rule_book
from extractors.records import Locator


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CCHC_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CCHC_INBOX", raising=False)
    monkeypatch.delenv("CCHC_CATALOGUE", raising=False)
    return tmp_path / "home"


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.Definitions]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CCHC_HOME", str(tmp_path_factory.mktemp("definitions")))
        from dagster_project.definitions import defs

        yield defs


def test_definitions_load_and_hold_the_whole_path(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)
    keys = {key.to_user_string() for key in definitions.resolve_asset_graph().get_all_asset_keys()}
    for expected in (
        "document_outcome",
        "accepted_claims",
        "raw/claim",
        "marts/rpt_scores",
        "release_candidate",
        "published_release",
    ):
        assert expected in keys


def test_every_rule_of_both_gates_is_an_asset_check(definitions: dg.Definitions) -> None:
    names = {key.name for key in definitions.resolve_asset_graph().asset_check_keys}
    rules = {rule.id for gate in ("gate1", "gate2") for rule in load_rule_book(gate).rules}
    assert len(rules) >= 25
    assert rules <= names


def test_every_check_says_in_a_sentence_what_it_asks(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    said = {key.name: graph.get_check_spec(key).description or "" for key in graph.asset_check_keys}
    assert len(said) > 300
    assert [name for name, words in said.items() if len(words) < 10] == []
    assert said["not_null_fct_score_score_key"] == "No row of fct_score lacks score_key."
    assert said["vintages_follow_one_another"].startswith("Of one score only one vintage stands on a day")


def test_errors_of_gate_2_and_unclean_claims_block_what_follows(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    blocking = {key.name for key in graph.asset_check_keys if graph.get_check_spec(key).blocking}
    assert "gate1__documents__accepted_are_clean" in blocking
    assert {rule.id for rule in load_rule_book("gate2").rules if rule.severity == "error"} <= blocking


def test_publishing_follows_gate_2_and_loading_follows_gate_1(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    assert graph.get(dg.AssetKey("published_release")).parent_keys == {dg.AssetKey("release_candidate")}
    assert graph.get(dg.AssetKey(["raw", "claim"])).parent_keys == {dg.AssetKey("accepted_claims")}


def test_one_document_is_one_partition(definitions: dg.Definitions, home: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("documents", ["sipas_2022_quang_nam_so_noi_vu"])
        job = definitions.resolve_job_def("extract_document")
        result = job.execute_in_process(partition_key="sipas_2022_quang_nam_so_noi_vu", instance=instance)
        assert result.success
        (event,) = result.get_asset_materialization_events()
        assert event.partition == "sipas_2022_quang_nam_so_noi_vu"
        assert event.materialization.metadata["claims"].value == 31
        (check,) = result.get_asset_check_evaluations()
        assert check.passed
    assert len(list((home / "extracted" / "sipas_2022_quang_nam_so_noi_vu").glob("*.json"))) == 1


def test_a_file_in_the_inbox_is_read_once_and_then_published_without_anybody_pressing_a_button(
    definitions: dg.Definitions, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the pages say does not matter here: that the file is known by its name, and rests."""
    from dagster_project.defs.watching import inbox_sensor

    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "2023.csv").write_text("Province,SC11\nP01,1.26\n")
    (inbox / "khong-ro.md").write_text("# ?\n")
    monkeypatch.setenv("CCHC_INBOX", str(inbox))

    def tick(instance: dg.DagsterInstance, cursor: str | None) -> dg.SensorResult:
        with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
            found = inbox_sensor(context)
        assert isinstance(found, dg.SensorResult)
        return found

    with dg.DagsterInstance.ephemeral() as instance:
        first = tick(instance, None)
        assert not first.run_requests, "one look cannot tell a file at rest from one that grows"
        second = tick(instance, first.cursor)
        (reading,) = second.run_requests or []
        assert (reading.job_name, reading.partition_key) == ("extract_document", "papi_2023_panel")
        assert str(reading.run_key).startswith("papi_2023_panel:")
        assert [list(r.partition_keys) for r in second.dynamic_partitions_requests or []] == [["papi_2023_panel"]]
        third = tick(instance, second.cursor)
        assert not third.run_requests, "the refresh waits for the reading: both at once would read the file twice"
        run = dg.DagsterRun(
            "extract_document", tags={"dagster/run_key": str(reading.run_key)}, status=dg.DagsterRunStatus.FAILURE
        )
        instance.add_run(run)
        fourth = tick(instance, third.cursor)
        (refresh,) = fourth.run_requests or []
        assert (refresh.job_name, refresh.partition_key) == ("refresh_warehouse", None)
        assert not tick(instance, fourth.cursor).run_requests
        again = tick(instance, None)
        assert tick(instance, again.cursor).run_requests == [reading], "a lost cursor asks by the same key, which Dagster skips"


def test_the_discovery_job_follows_the_season_and_says_what_is_wrong_with_the_catalogue(
    definitions: dg.Definitions, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = definitions.resolve_schedule_def("discovery_schedule")
    assert schedule.execution_timezone == "Asia/Ho_Chi_Minh"
    assert list(schedule.cron_schedule) == list(season_cron(5, 30))
    (tmp_path / "catalogue" / "entries").mkdir(parents=True)
    monkeypatch.setenv("CCHC_CATALOGUE", str(tmp_path / "catalogue"))
    job = definitions.resolve_job_def("discover_landing_pages")
    with dg.DagsterInstance.ephemeral() as instance:
        assert job.execute_in_process(instance=instance).success
        (tmp_path / "catalogue" / "entries" / "papi_2030_x.yml").write_text("id: 3\n")
        failed = job.execute_in_process(instance=instance, raise_on_error=False)
    (failure,) = [event for event in failed.all_events if event.is_step_failure]
    error = failure.step_failure_data.error
    assert error is not None
    assert "papi_2030_x.yml" in error.message


def test_without_an_inbox_the_sensor_says_which_variable_to_set(definitions: dg.Definitions, home: Path) -> None:
    sensor = definitions.resolve_sensor_def("inbox_sensor")
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_sensor_context(instance=instance, definitions=definitions) as context,
    ):
        tick = sensor.evaluate_tick(context)
    assert "CCHC_INBOX" in (tick.skip_message or "")


def test_the_failing_rows_of_a_check_are_a_table_in_its_metadata(definitions: dg.Definitions) -> None:
    from dagster_project.defs.checks import check_result

    rule = load_rule_book("gate1").rules[0]
    place = Locator(page=4, table_number=8, row_number=4, column_number=3)
    failure = Failure(
        rule.id,
        "d_1",
        "d_1",
        "sipas_2023_moha",
        "46",
        "S.1.1",
        "score",
        place,
        "81,53",
        "81.03",
        "81.53",
        "0.01",
        "mean of leaves",
    )
    table = check_result(RuleResult(rule, "failed", 12, failures=(failure,))).metadata["failing_rows"]
    assert isinstance(table, dg.TableMetadataValue)
    (row,) = table.records
    assert row.data["place"] == str(place)
    assert (row.data["printed"], row.data["expected"], row.data["found"]) == ("81,53", "81.03", "81.53")
    crashed = check_result(RuleResult(rule, "crashed", 0, error="no such column"))
    assert not crashed.passed
    broken = crashed.metadata["failing_rows"]
    assert isinstance(broken, dg.TableMetadataValue)
    assert "the check itself crashed" in str(broken.records[0].data["detail"])


def test_a_refresh_does_not_judge_lateness_before_it_has_ended(definitions: dg.Definitions) -> None:
    def steps(job: str) -> set[str]:
        return {step.name for step in definitions.resolve_job_def(job).all_node_defs}

    assert "editions_are_here" in steps("look_for_late_editions")
    assert "published_release" in steps("refresh_warehouse")
    assert "editions_are_here" not in steps("refresh_warehouse")


def test_the_release_has_a_freshness_policy(definitions: dg.Definitions) -> None:
    assert definitions.resolve_asset_graph().get(dg.AssetKey("published_release")).freshness_policy is not None
