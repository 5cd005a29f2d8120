"""The deployment for a server, as it is shipped: its units' own command lines, Debian's PostgreSQL, and processes killed in the middle.

The tests of this file share one server and follow one another: each finds what the one before has left, as on a real machine.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Generator

import pytest

from tests.conftest import REPOSITORY
from tests.targets.server import CCHC, Server, deployed, processes_of, until

pytestmark = pytest.mark.slow
pytest.importorskip("dagster_postgres", reason="make setup-scale")

UNFINISHED = ("NOT_STARTED", "QUEUED", "STARTING", "STARTED")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    with deployed(tmp_path_factory.mktemp("server")) as found:
        yield found


def _refreshes(server: Server) -> dict[str, str]:
    return {key: run["status"] for key, run in server.runs().items() if run["job"] == "refresh_warehouse"}


def nothing_runs(server: Server) -> None:
    """What copies a run's output ends by itself, as soon as it sees that the run is gone."""
    until("all processes of the home to end", lambda: not processes_of(server.home))


def test_systemd_accepts_the_units_and_the_database_answers(server: Server) -> None:
    done = subprocess.run([CCHC, "server", "check", *server.options], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PostgreSQL" in done.stdout
    assert "verified" in done.stdout


def test_a_refresh_that_dies_with_its_machine_is_told_as_failed_and_made_up_for_once(server: Server) -> None:
    checkout = set((REPOSITORY / "dbt_project").rglob("*"))
    server.start_all()
    logs = [service.log.read_text(encoding="utf-8") for service in (server.web, server.daemon)]
    assert not any("Traceback" in log for log in logs), "they asked for the code before it was served"
    died = server.launch("refresh_warehouse")
    server.wait_run(died, "STARTED")
    for service in server.services.values():
        service.kill()
    nothing_runs(server)
    assert server.runs()[died]["status"] == "STARTED", "it ended before it could be killed"
    server.start_all()
    server.wait_run(died, "FAILURE")
    assert "the process of this run ended before the run did" in server.messages(died)
    again = until("the second attempt", lambda: next(iter(_refreshes(server).keys() - {died}), None))
    assert server.runs()[again]["tags"]["dagster/parent_run_id"] == died
    assert server.wait_run(again, "SUCCESS", "FAILURE") == "SUCCESS", server.messages(again)[-3000:]
    assert (server.home / "published" / "current" / "cchc.duckdb").is_file()
    for gate in ("gate1", "gate2"):
        assert (server.home / "data_docs" / gate / "index.html").is_file()
    assert set(_refreshes(server)) == {died, again}
    assert set((REPOSITORY / "dbt_project").rglob("*")) == checkout, "a service may write its home, not the checkout"


def test_two_refreshes_asked_for_at_once_follow_one_another_though_daemon_and_pages_are_killed(server: Server) -> None:
    release = (server.home / "published" / "current").resolve()
    first, second = server.launch("refresh_warehouse"), server.launch("refresh_warehouse")
    server.wait_run(first, "STARTED")  # before that the daemon may not have handed it over yet
    server.daemon.kill()
    server.web.kill()
    assert server.runs()[second]["status"] == "QUEUED"
    server.wait_run(first, "SUCCESS")  # a run is no child of the daemon
    assert server.runs()[second]["status"] == "QUEUED"
    server.start_all()
    server.wait_run(second, "SUCCESS")
    runs = server.runs()
    assert runs[first]["end"] <= runs[second]["start"]
    assert (server.home / "published" / "current").resolve() == release


def test_a_run_whose_process_dies_is_told_as_failed_and_the_queue_goes_on(server: Server) -> None:
    before = set(_refreshes(server))
    servers = set(server.code.members())
    died = server.launch("refresh_warehouse")
    process = until("the process of the run", lambda: next(iter(set(server.code.members()) - servers), None))
    server.wait_run(died, "STARTED")
    subprocess.run(["kill", f"-{signal.SIGKILL.value}", str(process)], check=True)
    server.wait_run(died, "FAILURE")
    again = until("the second attempt", lambda: next(iter(set(_refreshes(server)) - before - {died}), None))
    assert server.wait_run(again, "SUCCESS", "FAILURE") == "SUCCESS", server.messages(again)[-3000:]


def test_of_the_ticks_missed_while_the_daemon_was_away_the_latest_is_made_up_for_once(server: Server) -> None:
    from dagster import DagsterInstance
    from dagster._core.instance.ref import InstanceRef
    from dagster._core.scheduler.instigation import InstigatorType, ScheduleInstigatorData

    name = next(
        one["name"]
        for one in server.ask(
            """{ schedulesOrError(repositorySelector: {repositoryLocationName: "cchc", repositoryName: "__repository__"}) {
                   ... on Schedules { results { name pipelineName } } } }"""
        )["schedulesOrError"]["results"]
        if one["pipelineName"] == "refresh_warehouse"
    )
    server.daemon.stop()
    server.ask(
        """mutation($selector: ScheduleSelector!) { startSchedule(scheduleSelector: $selector) { __typename } }""",
        selector={"repositoryLocationName": "cchc", "repositoryName": "__repository__", "scheduleName": name},
    )
    with pytest.MonkeyPatch.context() as patch:
        for key, value in server.daemon.environment().items():
            patch.setenv(key, value)
        with DagsterInstance.from_ref(InstanceRef.from_dir(str(server.home / "dagster"))) as instance:
            state = next(
                one
                for one in instance.all_instigator_state(instigator_type=InstigatorType.SCHEDULE)
                if one.instigator_name == name
            )
            data = state.instigator_data
            assert isinstance(data, ScheduleInstigatorData)
            since = (data.start_timestamp or 0) - 200 * 24 * 3600
            instance.update_instigator_state(state.with_data(ScheduleInstigatorData(data.cron_schedule, since)))
            before = set(_refreshes(server))
            server.daemon.start()
            made_up = until("the missed tick", lambda: set(_refreshes(server)) - before)
            (run_id,) = made_up
            server.wait_run(run_id, "SUCCESS")
            ticks = instance.get_ticks(state.instigator_origin_id, state.selector_id)
    assert set(_refreshes(server)) - before == {run_id}
    assert [tick.run_ids for tick in ticks] == [[run_id]]


def test_a_file_of_the_inbox_is_read_once_and_published_though_the_daemon_is_killed_in_between(server: Server) -> None:
    before = set(_refreshes(server))
    shutil.copy(REPOSITORY / "tests/fixtures/bad/broken_directory.xls", server.home.parent / "inbox" / "PCI_2008.xls")

    def readings() -> dict[str, str]:
        return {key: run["status"] for key, run in server.runs().items() if run["job"] == "extract_document"}

    (reading,) = until("the file to be read", readings)
    server.daemon.kill()
    server.wait_run(reading, "SUCCESS", "FAILURE", "QUEUED")
    server.start_all()
    server.wait_run(reading, "SUCCESS", "FAILURE")
    refreshed = until(
        "the refresh after it", lambda: set(_refreshes(server)) - before
    )  # what is read and not published is remembered
    (refresh,) = refreshed
    server.wait_run(refresh, "SUCCESS", "FAILURE")
    assert set(readings()) == {reading}


def test_the_command_line_of_the_server_sees_what_the_services_made(server: Server) -> None:
    done = server.cchc("query", "select count(*) as scores from fct_score", "--csv")
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split()[1]) > 1000


def test_all_services_end_in_time_and_leave_no_process(server: Server) -> None:
    assert len(processes_of(server.home)) >= 3
    for service in (server.daemon, server.web, server.code):
        assert service.stop() == [], service.unit.name
    assert processes_of(server.home) == {}
    assert all(status not in UNFINISHED for status in _refreshes(server).values())
