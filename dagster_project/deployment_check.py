"""A look at the files of a server before it is started: units, rights, settings, database. Nothing is changed."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dagster_project.deployment import UNITS, Deployment, DeploymentError, render, user_of
from dagster_project.settings import HISTORY_URL

_SETTING = re.compile(r"""^([A-Z][A-Z0-9_]*)=("([^"]*)"|'([^']*)'|([^\s"'#]*))$""")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `problem` is empty where all is well; otherwise `remedy` says what to do."""

    name: str
    found: str
    problem: str = ""
    remedy: str = ""
    is_required: bool = True


def read_settings(env_file: Path) -> dict[str, str]:
    """The settings in a file as systemd reads it.

    Raises:
        DeploymentError: it cannot be read, or a line is no KEY=value that systemd and a shell read alike.
    """
    try:
        lines = env_file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DeploymentError(f"cannot read {env_file}: {error.strerror}; write it with `cchc server init`") from None
    settings: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _SETTING.match(line.strip())
        if found is None:
            raise DeploymentError(f'{env_file}, line {number}: expected KEY="value", found {line.strip()!r}')
        settings[found[1]] = next(value for value in (found[3], found[4], found[5]) if value is not None)
    return settings


def check_deployment(deployment: Deployment) -> list[Check]:
    """Everything an administrator would look at before `systemctl start`; nothing is changed."""
    checks = [*_check_units(deployment), _check_rights(deployment)]
    try:
        settings = read_settings(deployment.env_file)
    except DeploymentError as error:
        return [*checks, Check("settings", "", str(error), f"correct {deployment.env_file}")]
    checks.append(_check_mode(deployment.env_file))
    checks.append(_check_database(settings, deployment))
    checks += [_check_program("chromium", "browser tests of the reports"), _check_program("node", "make reports")]
    checks.append(_check_program("tesseract", "reading scans"))
    return checks


def _check_units(deployment: Deployment) -> list[Check]:
    checks: list[Check] = []
    for unit in UNITS:
        path = deployment.units / unit
        if not path.exists():
            checks.append(Check(unit, "", f"expected a unit at {path}, found none", "sudo cchc server init"))
        elif path.read_text(encoding="utf-8") != render(unit, deployment):
            checks.append(Check(unit, "", f"{path} is not what this checkout and these options write", "sudo cchc server init"))
    if checks:
        return checks
    if shutil.which("systemd-analyze") is None:
        return [Check("units", "", "systemd-analyze is not installed; nothing was verified", "apt install systemd", False)]
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(deployment.units / unit) for unit in UNITS)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    ours = [line for line in done.stderr.splitlines() if "cchc" in line]
    words = "; ".join(ours) or (done.stderr.strip() if done.returncode else "")
    return [Check("units", f"{len(UNITS)} in {deployment.units}, verified", words, "sudo cchc server init")]


def _check_rights(deployment: Deployment) -> Check:
    home = deployment.home
    remedy = f"sudo chown -R {deployment.user}: {home}"
    if not home.is_dir():
        return Check("home", "", f"expected a folder at {home}, found none", "sudo cchc server init")
    owner = home.stat().st_uid
    if owner != user_of(deployment.user).pw_uid:
        return Check("home", "", f"{home}: expected the owner {deployment.user}, found user number {owner}", remedy)
    return Check("home", f"{home}, of user {deployment.user}")


def _check_mode(env_file: Path) -> Check:
    mode = env_file.stat().st_mode & 0o777
    if mode & 0o007:
        found = f"{env_file}: expected mode 640 (it may hold a password), found {mode:o}"
        return Check("settings", "", found, f"sudo chmod 640 {env_file}")
    return Check("settings", str(env_file))


def _check_database(settings: Mapping[str, str], deployment: Deployment) -> Check:
    url = settings.get(HISTORY_URL)
    if not url:
        return Check("history", "SQLite in the home: enough for one person, not for a server", is_required=False)
    try:
        import psycopg2
    except ImportError:
        return Check("history", "", "the packages of a server are not installed", "make setup-scale")
    try:
        connection = psycopg2.connect(url, connect_timeout=10)
    except psycopg2.Error as error:
        words = (str(error).strip().splitlines() or ["no answer"])[0]
        return Check("history", "", f"PostgreSQL: {words}", _remedy(words, deployment))
    try:
        with connection.cursor() as cursor:
            cursor.execute("select has_schema_privilege(current_schema(), 'create'), current_setting('server_version')")
            may_create, version = cursor.fetchone() or (False, "")
    finally:
        connection.close()
    if not may_create:
        return Check("history", "", "PostgreSQL: this user may not create tables there", "make it the owner of the database")
    return Check("history", f"PostgreSQL {version}")


def _remedy(words: str, deployment: Deployment) -> str:
    """What to do about what PostgreSQL's library says of a connection that it did not get."""
    setting = f"{HISTORY_URL} in {deployment.env_file}"
    if "refused" in words or "No such file" in words:
        return f"start it (sudo systemctl start postgresql), or correct {setting}"
    if pwd.getpwuid(os.geteuid()).pw_name != deployment.user:
        command = f"sudo -u {deployment.user} {deployment.command} server check"
        return f"run this check as {deployment.user} ({command}), or correct {setting}"
    return f"make the user and the database (docs/operations.md), or correct {setting}"


def _check_program(name: str, needed_for: str) -> Check:
    found = shutil.which(name)
    remedy = f"needed only for {needed_for}"
    return Check(name, found or "", "" if found else "not installed", "" if found else remedy, is_required=False)
