"""What a server is made of: units, settings of Dagster, and one Dagster at a time on a home."""

from __future__ import annotations

import getpass
import pwd
import re
import socket
import sys
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from dagster import DagsterInstance, DagsterRunStatus, job, op
from dagster._core.instance.ref import InstanceRef
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.deployment import UNITS, Deployment, DeploymentError, write_deployment
from dagster_project.deployment_check import check_deployment, read_settings
from dagster_project.runs import REFRESH_TAG
from dagster_project.serving import ServingError, bury, claim, dead_runs, tell_systemd
from dagster_project.settings import DEPLOY_DIR, HISTORY_URL, Settings, load_settings, prepare_dagster_home
from dagster_project.summary_text import this_command


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CCHC_HOME", str(tmp_path / "home"))
    monkeypatch.delenv(HISTORY_URL, raising=False)
    return load_settings()


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(
        user=getpass.getuser(),
        home=tmp_path / "home",
        env_file=tmp_path / "etc" / "cchc.env",
        units=tmp_path / "units",
        command=tmp_path / "bin" / "cchc",
        port=3456,
    )


def _dagster_yaml(settings: Settings) -> Any:
    return yaml.safe_load((settings.dagster_home / "dagster.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("history", "storage"), [("", "SqliteRunStorage"), ("postgresql://u@127.0.0.1/none", "PostgresRunStorage")]
)
def test_dagster_accepts_its_settings_with_either_history(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, history: str, storage: str
) -> None:
    monkeypatch.setenv(HISTORY_URL, history)
    if history:
        pytest.importorskip("dagster_postgres", reason="make setup-scale")
    prepare_dagster_home(settings)
    reference = InstanceRef.from_dir(str(settings.dagster_home))
    assert reference.settings["telemetry"] == {"enabled": False}
    assert _dagster_yaml(settings)["run_monitoring"]["enabled"] is True
    assert _dagster_yaml(settings)["concurrency"]["pools"] == {"default_limit": 1}
    assert reference.scheduler is not None
    assert reference.scheduler.max_catchup_runs == 1  # pyright: ignore[reportAttributeAccessIssue]
    found = reference.run_storage_data if history else None
    assert found is None or found.class_name == storage
    if not history:
        with DagsterInstance.from_ref(reference) as instance:
            assert type(instance.run_storage).__name__ == storage


def test_what_a_gate_refused_is_not_tried_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HISTORY_URL, "postgresql://u@127.0.0.1/none")
    prepare_dagster_home(settings)
    assert _dagster_yaml(settings)["run_retries"] == {
        "enabled": True,
        "max_retries": 0,
        "retry_on_asset_or_op_failure": False,
    }


def test_settings_of_dagster_follow_ours_until_a_person_takes_them_over(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_dagster_home(settings)
    assert "storage" not in _dagster_yaml(settings)
    monkeypatch.setenv(HISTORY_URL, "postgresql://u@127.0.0.1/none")
    prepare_dagster_home(settings)
    assert "storage" in _dagster_yaml(settings)
    path = settings.dagster_home / "dagster.yaml"
    own = path.read_text(encoding="utf-8").split("\n", 1)[1] + "# mine\n"  # without the line that says who wrote it
    path.write_text(own, encoding="utf-8")
    monkeypatch.delenv(HISTORY_URL)
    prepare_dagster_home(settings)
    assert path.read_text(encoding="utf-8") == own


def test_the_settings_that_every_home_had_before_are_replaced(settings: Settings) -> None:
    settings.dagster_home.mkdir(parents=True)
    earlier = "telemetry:\n  enabled: false\nconcurrency:\n  pools:\n    default_limit: 1\n"
    (settings.dagster_home / "dagster.yaml").write_text(earlier, encoding="utf-8")
    prepare_dagster_home(settings)
    assert _dagster_yaml(settings)["run_monitoring"]["enabled"] is True


def test_units_start_what_is_there_listen_on_loopback_only_and_may_write_one_folder(deployment: Deployment) -> None:
    write_deployment(deployment)
    texts = {unit: (deployment.units / unit).read_text(encoding="utf-8") for unit in UNITS}
    assert not re.search(r"@[A-Z_]+@", "".join(texts.values()))
    addresses = re.findall(r"\b\d+\.\d+\.\d+\.\d+\b", "".join(texts.values()))
    assert set(addresses) == {"127.0.0.1"}
    for unit, text in texts.items():
        if unit.endswith(".target"):
            continue
        lines = text.splitlines()
        assert Path(next(line for line in lines if line.startswith("ExecStart="))[10:].split()[0]).exists()
        for wanted in ("NoNewPrivileges=yes", "ProtectSystem=strict", "KillMode=control-group", f"User={deployment.user}"):
            assert wanted in lines, unit
        assert f"ReadWritePaths={deployment.home}" in lines
        assert f"Environment=DAGSTER_HOME={deployment.home}/dagster" in lines
        assert "Environment=DAGSTER_DISABLE_TELEMETRY=1" in lines


def test_serving_readers_is_a_unit_that_only_a_person_starts(deployment: Deployment) -> None:
    write_deployment(deployment)
    target = (deployment.units / "cchc.target").read_text(encoding="utf-8")
    for name, command in (("postgres", "serve postgres --watch"), ("quack", "serve quack")):
        assert f"cchc-serve-{name}" not in target
        lines = (deployment.units / f"cchc-serve-{name}.service").read_text(encoding="utf-8").splitlines()
        (start,) = [line for line in lines if line.startswith("ExecStart=")]
        assert start.endswith(f"/cchc {command}")
        assert "WantedBy=cchc.target" in lines


def test_webserver_and_daemon_wait_until_the_code_server_says_that_it_is_ready(deployment: Deployment) -> None:
    write_deployment(deployment)
    texts = {unit: (deployment.units / unit).read_text(encoding="utf-8").splitlines() for unit in UNITS}
    assert "Type=notify" in texts["cchc-code-server.service"]
    for unit in ("cchc-webserver.service", "cchc-daemon.service"):
        (after,) = [line for line in texts[unit] if line.startswith("After=")]
        assert "cchc-code-server.service" in after.split(), unit


@pytest.mark.parametrize("prefix", ["", "@"], ids=["file", "abstract"])
def test_systemd_is_told_where_it_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefix: str) -> None:
    address = f"{prefix}{tmp_path}/notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(address.replace("@", "\0"))
        told.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        tell_systemd("READY=1")
        assert told.recv(100) == b"READY=1"


def test_without_systemd_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    tell_systemd("READY=1")


def test_the_code_is_served_on_a_socket_of_the_file_system() -> None:
    server = yaml.safe_load((DEPLOY_DIR / "workspace.yaml").read_text(encoding="utf-8"))["load_from"][0]["grpc_server"]
    assert server == {"socket": {"env": "CCHC_CODE_SOCKET"}, "location_name": "cchc"}


def test_what_a_refresh_advises_to_type_reaches_the_home_it_ran_on(
    deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen: a refresh on a server advised the checkout's program; one in a checkout of one's own would have named the server's."""
    write_deployment(deployment)
    assert f"CCHC_COMMAND='{deployment.command}'" in deployment.command.read_text(encoding="utf-8")
    monkeypatch.setenv("CCHC_COMMAND", str(deployment.command))
    assert this_command() == str(deployment.command)
    monkeypatch.delenv("CCHC_COMMAND")
    other = tmp_path / "another" / "cchc"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\n", encoding="utf-8")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(other.parent))
    assert this_command() == ".venv/bin/cchc"
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert this_command() == "cchc"


def test_writing_the_deployment_again_keeps_the_settings_and_refuses_what_is_not_ours(deployment: Deployment) -> None:
    write_deployment(deployment)
    deployment.env_file.write_text(f'{HISTORY_URL}="postgresql://x"\n', encoding="utf-8")
    assert any("kept" in line for line in write_deployment(deployment))
    assert read_settings(deployment.env_file) == {HISTORY_URL: "postgresql://x"}
    deployment.command.write_text("#!/bin/sh\necho mine\n", encoding="utf-8")
    with pytest.raises(DeploymentError, match="was not written by"):
        write_deployment(deployment)


def test_the_files_of_the_server_of_another_home_are_not_written_over(deployment: Deployment, tmp_path: Path) -> None:
    write_deployment(deployment)
    files = [deployment.command, *sorted(deployment.units.iterdir())]
    before = [path.read_bytes() for path in files]
    another = replace(deployment, home=tmp_path / "another", units=tmp_path / "other_units")
    with pytest.raises(DeploymentError, match=rf"belongs to the server whose home is {deployment.home}; .*--command"):
        write_deployment(another)
    assert [path.read_bytes() for path in files] == before
    write_deployment(replace(another, command=tmp_path / "bin" / "cchc-another"))


def test_the_next_step_of_init_names_the_options_that_it_was_given(deployment: Deployment) -> None:
    options = ["--user", deployment.user, "--home", str(deployment.home), "--env-file", str(deployment.env_file)]
    options += ["--units", str(deployment.units), "--command", str(deployment.command), "--port", "3456"]
    done = CliRunner().invoke(app, ["server", "init", *options])
    assert done.exit_code == 0, done.output
    (line,) = (line for line in done.output.splitlines() if line.startswith("next:"))
    shown = line.split("server check", 1)[1].split()
    assert {tuple(shown[at : at + 2]) for at in range(0, len(shown), 2)} >= {
        ("--home", str(deployment.home)),
        ("--port", "3456"),
    }


@pytest.mark.parametrize(
    ("user", "says", "remedy"),
    [
        ("own", "connection to server failed: Connection refused", "systemctl start postgresql"),
        ("own", 'FATAL: role "x" does not exist', "make the user and the database"),
        ("another", "FATAL: Peer authentication failed", "sudo -u another"),
    ],
)
def test_a_database_that_does_not_answer_is_told_with_what_helps(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, user: str, says: str, remedy: str
) -> None:
    psycopg2 = pytest.importorskip("psycopg2", reason="make setup-scale")

    def refuse(*_: object, **__: object) -> None:
        raise psycopg2.OperationalError(says)

    write_deployment(deployment)
    deployment.env_file.write_text(f'{HISTORY_URL}="postgresql://x"\n', encoding="utf-8")
    monkeypatch.setattr(psycopg2, "connect", refuse)
    if user != "own":
        known = pwd.getpwnam(getpass.getuser())

        def user_of(_: str) -> pwd.struct_passwd:
            return known

        monkeypatch.setattr("dagster_project.deployment_check.user_of", user_of)
        deployment = replace(deployment, user=user)
    found = next(check for check in check_deployment(deployment) if check.name == "history")
    assert remedy in found.remedy


def test_a_check_names_what_differs_and_what_to_do(deployment: Deployment) -> None:
    write_deployment(deployment)
    unit = deployment.units / "cchc-daemon.service"
    unit.write_text(unit.read_text(encoding="utf-8") + "Nice=5\n", encoding="utf-8")
    deployment.env_file.write_text("CCHC_INBOX=/srv/in box\n", encoding="utf-8")
    found = {check.name: check for check in check_deployment(deployment) if check.problem}
    assert found["cchc-daemon.service"].remedy == "sudo cchc server init"
    assert 'line 1: expected KEY="value"' in found["settings"].problem


def test_the_example_of_the_settings_can_be_read_and_holds_no_password() -> None:
    settings = read_settings(DEPLOY_DIR / "cchc.env.example")
    assert settings == {HISTORY_URL: "postgresql://cchc@/cchc_dagster?host=/var/run/postgresql"}


def test_an_unknown_user_is_said(deployment: Deployment) -> None:
    with pytest.raises(DeploymentError, match="sudo adduser --system"):
        write_deployment(replace(deployment, user="nobody-of-this-name"))


def test_one_dagster_at_a_time_serves_a_home(settings: Settings) -> None:
    prepare_dagster_home(settings)
    claim(settings)
    with pytest.raises(ServingError, match=r"is open on .* already"):
        claim(settings)


@pytest.fixture
def instance(settings: Settings) -> Generator[DagsterInstance]:
    prepare_dagster_home(settings)
    with DagsterInstance.from_ref(InstanceRef.from_dir(str(settings.dagster_home))) as found:
        yield found


def test_runs_that_died_with_their_server_are_failed_and_no_other(instance: DagsterInstance) -> None:
    @op
    def nothing() -> None: ...

    @job
    def some_job() -> None:
        nothing()

    def run(status: DagsterRunStatus, **tags: str) -> str:
        return instance.create_run_for_job(some_job, status=status, tags=tags).run_id

    died = [run(DagsterRunStatus.STARTED), run(DagsterRunStatus.STARTING), run(DagsterRunStatus.CANCELING)]
    others = [
        run(DagsterRunStatus.SUCCESS),
        run(DagsterRunStatus.STARTED, **{REFRESH_TAG: "1"}),
    ]
    before = [instance.get_run_by_id(one) for one in others]
    assert sorted(dead_runs(instance)) == sorted(died)
    bury(instance, died)
    assert {found.status for one in died if (found := instance.get_run_by_id(one))} == {DagsterRunStatus.FAILURE}
    assert [instance.get_run_by_id(one) for one in others] == before
