"""A deployment of a test's own: PostgreSQL, units written by `cchc server init`, their ExecStart lines started as systemd would."""

from __future__ import annotations

import getpass
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from dagster_project.deployment_check import read_settings
from tests.conftest import REPOSITORY
from tests.targets.cluster import USER, temporary_server

CCHC = str(Path(sys.executable).parent / "cchc")
T = TypeVar("T")
PATIENCE = 400.0
"""Seconds until something that is waited for counts as lost."""


def until(what: str, look: Callable[[], T | None], patience: float = PATIENCE) -> T:
    """What `look` finds, once it finds something."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.5)
    pytest.fail(f"waited {patience:.0f} s in vain for {what}")


def _received(told: socket.socket) -> bytes:
    try:
        return told.recv(4096)
    except TimeoutError:
        return b""


def processes_of(home: Path) -> dict[int, str]:
    """Living processes with this CCHC_HOME in their environment: number and command line."""
    mark = f"CCHC_HOME={home}".encode()
    found: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


@dataclass
class Service:
    """One unit, started by what its file says, in a session of its own: the session stands for the control group."""

    unit: Path
    socket: Path
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def _lines(self, key: str) -> list[str]:
        return re.findall(rf"^{key}=(.*)$", self.unit.read_text(encoding="utf-8"), re.MULTILINE)

    @property
    def stop_seconds(self) -> float:
        return float(self._lines("TimeoutStopSec")[0])

    def environment(self) -> dict[str, str]:
        """What systemd gives a service, the unit's own on top; the socket lies where a test may write."""
        found = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "USER": getpass.getuser(),
            "PYTHONPATH": str(REPOSITORY),
        }
        for line in self._lines("Environment"):
            key, _, value = line.partition("=")
            found[key] = value
        for path in self._lines("EnvironmentFile"):
            found |= read_settings(Path(path))
        return found | {"CCHC_CODE_SOCKET": str(self.socket)}

    def start(self) -> None:
        """Start it, and of a service that says when it is ready wait for that, as systemd does before it starts those after it."""
        if "notify" not in self._lines("Type"):
            self._start({})
            return
        place = self.socket.with_suffix(".ready")
        place.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(str(place))
            told.settimeout(1)
            self._start({"NOTIFY_SOCKET": str(place)})
            until("the service to say that it is ready", lambda: not self.is_alive() or _received(told) == b"READY=1")

    def _start(self, more: dict[str, str]) -> None:
        environment = self.environment() | more
        (line,) = self._lines("ExecStart")
        words = [re.sub(r"\$\{(\w+)\}", lambda one: environment[one[1]], word) for word in shlex.split(line)]
        self.process = subprocess.Popen(
            words,
            env=environment,
            cwd=self._lines("WorkingDirectory")[0],
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        """To every process of the service, as KillMode=control-group has it."""
        assert self.process is not None
        for process in self.members():
            try:
                os.kill(process, number)
            except ProcessLookupError:
                continue

    def members(self) -> list[int]:
        """Processes of this session that are no zombies."""
        assert self.process is not None
        self.process.poll()
        found: list[int] = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                state, _parent, _group, session = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[:4]
            except OSError:
                continue
            if int(session) == self.process.pid and state != "Z":
                found.append(int(stat.parent.name))
        return found

    def kill(self) -> None:
        """SIGKILL to all of it, as when the machine loses its power."""
        if self.process is not None:
            self.signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> list[int]:
        """SIGTERM; the processes that are left after TimeoutStopSec."""
        if self.process is None:
            return []
        self.signal(signal.SIGTERM)
        end = time.monotonic() + self.stop_seconds
        while self.members() and time.monotonic() < end:
            time.sleep(0.2)
        return self.members()


@dataclass
class Server:
    """The three services of one deployment, and questions to them."""

    home: Path
    options: tuple[str, ...]
    port: int
    database: Mapping[str, Any]
    services: dict[str, Service] = field(default_factory=dict[str, Service])

    @property
    def code(self) -> Service:
        return self.services["cchc-code-server"]

    @property
    def web(self) -> Service:
        return self.services["cchc-webserver"]

    @property
    def daemon(self) -> Service:
        return self.services["cchc-daemon"]

    def start_all(self) -> None:
        for service in (self.code, self.web, self.daemon):
            if not service.is_alive():
                service.start()
        self.wait_ready()

    def wait_ready(self) -> None:
        until("the pages with the code loaded", self._is_ready)

    def _is_ready(self) -> bool:
        for service in self.services.values():
            assert service.process is None or service.is_alive(), service.log.read_text(encoding="utf-8")[-3000:]
        try:
            found = self.ask("{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }")
        except httpx.HTTPError:
            return False
        return bool(found["repositoriesOrError"].get("nodes"))

    def ask(self, query: str, **variables: object) -> Any:
        answer = httpx.post(
            f"http://127.0.0.1:{self.port}/graphql", json={"query": query, "variables": variables}, timeout=60, trust_env=False
        )
        answer.raise_for_status()
        found = answer.json()
        assert "errors" not in found, found["errors"]
        return found["data"]

    def launch(self, job: str, config: Mapping[str, Any] | None = None) -> str:
        """Put a run of the job in the queue; its id."""
        found = self.ask(
            """mutation($params: ExecutionParams!) { launchRun(executionParams: $params) {
                 __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }""",
            params={
                "selector": {"repositoryLocationName": "cchc", "repositoryName": "__repository__", "jobName": job},
                "runConfigData": config or {},
            },
        )["launchRun"]
        assert found["__typename"] == "LaunchRunSuccess", found
        return found["run"]["runId"]

    def runs(self) -> dict[str, dict[str, Any]]:
        """Every run as the database of the history has it, oldest first: status, job, start and end, tags."""
        import psycopg2  # not part of the default set-up

        with psycopg2.connect(**self.database) as connection, connection.cursor() as cursor:
            cursor.execute("select run_id, pipeline_name, status, start_time, end_time from runs order by id")
            found: dict[str, dict[str, Any]] = {
                row[0]: {"job": row[1], "status": row[2], "start": row[3], "end": row[4], "tags": {}}
                for row in cursor.fetchall()
            }
            cursor.execute("select run_id, key, value from run_tags")
            for run_id, key, value in cursor.fetchall():
                found[run_id]["tags"][key] = value
        return found

    def wait_run(self, run_id: str, *statuses: str) -> str:
        return until(
            f"run {run_id} to be {' or '.join(statuses)}",
            lambda: status if (status := self.runs()[run_id]["status"]) in statuses else None,
        )

    def messages(self, run_id: str) -> str:
        """What the run's history says."""
        import psycopg2  # not part of the default set-up

        with psycopg2.connect(**self.database) as connection, connection.cursor() as cursor:
            cursor.execute("select event from event_logs where run_id = %s order by id", (run_id,))
            return "\n".join(row[0] for row in cursor.fetchall())

    def cchc(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command line that the deployment wrote for its user."""
        command = self.home.parent / "bin" / "cchc"
        environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "COLUMNS": "200", "PYTHONPATH": str(REPOSITORY)}
        return subprocess.run(
            [str(command), *arguments], env=environment, capture_output=True, text=True, check=False, timeout=600
        )


@contextmanager
def deployed(folder: Path) -> Generator[Server]:
    """A deployment in this folder with a running PostgreSQL; its services are started by the test and gone afterwards."""
    with temporary_server() as postgres, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        address: dict[str, Any] = {"host": postgres["CCHC_PG_HOST"], "port": postgres["CCHC_PG_PORT"], "user": USER}
        import psycopg2  # not part of the default set-up

        connection = psycopg2.connect(**address, dbname="postgres")
        connection.autocommit = True
        connection.cursor().execute("create database cchc_dagster")
        connection.close()
        home = folder / "home"
        options = ("--user", getpass.getuser(), "--home", str(home), "--env-file", str(folder / "cchc.env"))
        options += ("--units", str(folder / "units"), "--command", str(folder / "bin" / "cchc"), "--port", str(port))
        done = subprocess.run([CCHC, "server", "init", *options], capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        url = f"postgresql://{USER}@{address['host']}:{address['port']}/cchc_dagster"
        (folder / "inbox").mkdir()
        settings = f'CCHC_DAGSTER_POSTGRES_URL="{url}"\nCCHC_INBOX="{folder / "inbox"}"\nCCHC_INBOX_SETTLE_SECONDS="1"\n'
        (folder / "cchc.env").write_text(settings, encoding="utf-8")
        server = Server(home, options, port, {**address, "dbname": "cchc_dagster"})
        wanted = re.findall(r"\S+\.service", (folder / "units" / "cchc.target").read_text(encoding="utf-8"))
        for unit in sorted(folder / "units" / name for name in set(wanted)):
            server.services[unit.stem] = Service(unit, folder / "code.sock", folder / f"{unit.stem}.log")
        try:
            yield server
        finally:
            for service in server.services.values():
                service.kill()
