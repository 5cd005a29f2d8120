"""A PostgreSQL server of a test's own: in a temporary folder, on a free port of loopback, without rights, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

USER = "cchc"


def _programs() -> Path:
    """The folder with initdb and pg_ctl. Debian keeps it out of the path, one per version."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not folders:
        pytest.skip("PostgreSQL's server is not installed: scripts/install_system_packages.sh scale")
    return folders[-1].parent


def _run(*command: str | Path, owner: str | None) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        user=owner,
        group=owner,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def temporary_server() -> Generator[dict[str, str]]:
    """The variables that name a running server. It refuses to run as root, so root lends it to the first other user there is."""
    programs = _programs()
    owner = next((name for name in ("postgres", "nobody") if _exists(name)), None) if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="cchc_postgres_", dir="/tmp"))
    if owner is not None:
        shutil.chown(folder, user=owner)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    data = folder / "data"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    try:
        _run(programs / "initdb", "-D", data, "-U", USER, "-A", "trust", "--locale=C", "-E", "UTF8", owner=owner)
        _run(programs / "pg_ctl", "-D", data, "-o", options, "-w", "-l", folder / "log", "start", owner=owner)
        try:
            yield {"CCHC_PG_HOST": "127.0.0.1", "CCHC_PG_PORT": port, "CCHC_PG_USER": USER, "CCHC_PG_PASSWORD": ""}
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop", owner=owner)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
