"""The files of a server: systemd units, settings, a command line for its user; written from `deploy/` and checked."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from dagster_project.settings import DEPLOY_DIR, HISTORY_URL, REPOSITORY, load_settings, tool_environment

UNITS = ("cchc.target", "cchc-code-server.service", "cchc-webserver.service", "cchc-daemon.service")
_PLACE = re.compile(r"@([A-Z_]+)@")
_SETTING = re.compile(r"""^([A-Z][A-Z0-9_]*)=("([^"]*)"|'([^']*)'|([^\s"'#]*))$""")
_OURS = "Written by `cchc server init`"


class DeploymentError(RuntimeError):
    """The files of the server cannot be written or read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """One server. `user`: who runs the services; `home`: CCHC_HOME; `memory`: systemd's MemoryMax of the code server and its runs."""

    user: str
    home: Path
    env_file: Path
    units: Path
    command: Path
    port: int = 3000
    memory: str = "75%"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `problem` is empty where all is well; otherwise `remedy` says what to do."""

    name: str
    found: str
    problem: str = ""
    remedy: str = ""
    is_required: bool = True


def _environment(deployment: Deployment) -> dict[str, str]:
    """What every service needs besides the settings of the administrator. GX and dbt look for a home: theirs is the warehouse's."""
    settings = replace(load_settings(), home=deployment.home)
    return {**tool_environment(settings), "PYTHONUTF8": "1", "HOME": str(deployment.home)}


def render(template: str, deployment: Deployment) -> str:
    """A file of `deploy/` for this deployment. A path with a space or a percent sign is refused: units give both a meaning."""
    environment = _environment(deployment)
    values = {
        "USER": deployment.user,
        "CHECKOUT": str(REPOSITORY),
        "BIN": str(Path(sys.executable).parent),
        "ENV_FILE": str(deployment.env_file),
        "WRITABLE": str(deployment.home),
        "PORT": str(deployment.port),
        "MEMORY": deployment.memory,
        # A home or checkout under /home must stay visible, though not writable.
        "PROTECT_HOME": "read-only" if _is_under_home(REPOSITORY, deployment.home) else "yes",
        "ENVIRONMENT": "\n".join(f"Environment={key}={value}" for key, value in environment.items()),
        "SHELL_ENVIRONMENT": "\n".join(f"{key}='{value}'" for key, value in environment.items() if key != "HOME"),
    }
    for key, value in values.items():
        if key not in {"ENVIRONMENT", "SHELL_ENVIRONMENT", "MEMORY"} and re.search(r"[\s%'\"$\\]", value):
            raise DeploymentError(f"expected a path or name of plain letters for {key}, found {value!r}; choose another")
    text = (DEPLOY_DIR / f"{template}.in").read_text(encoding="utf-8")
    return _PLACE.sub(lambda found: values[found[1]], text)


def _is_under_home(*paths: Path) -> bool:
    return any(str(path.resolve()).startswith(("/home/", "/root/")) for path in paths)


def write_deployment(deployment: Deployment) -> list[str]:
    """Write units, command and (only where there is none) the settings; what was done, a line each.

    Raises:
        DeploymentError: the user is unknown, a folder cannot be written, a file there is not ours or of the server of another home.
    """
    owner = _user(deployment.user)
    done: list[str] = []
    targets = {deployment.units / unit: unit for unit in UNITS} | {deployment.command: "cchc-on-server"}
    try:
        for path, template in targets.items():
            _refuse_foreign(path, deployment.home)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(render(template, deployment), encoding="utf-8")
            path.chmod(0o755 if path == deployment.command else 0o644)
            done.append(f"written: {path}")
        if deployment.env_file.exists():
            done.append(f"kept:    {deployment.env_file} (yours; deploy/cchc.env.example has every setting)")
        else:
            deployment.env_file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(DEPLOY_DIR / "cchc.env.example", deployment.env_file)
            deployment.env_file.chmod(0o640)
            _give(deployment.env_file, 0, owner.pw_gid)
            done.append(f"written: {deployment.env_file} (edit it: the database of the history)")
        if not deployment.home.exists():
            deployment.home.mkdir(parents=True, mode=0o755)
            _give(deployment.home, owner.pw_uid, owner.pw_gid)
            done.append(f"made:    {deployment.home}, of user {deployment.user}")
    except PermissionError as error:
        raise DeploymentError(f"cannot write {error.filename}: {error.strerror}; use sudo, or give other folders") from None
    except OSError as error:
        raise DeploymentError(f"cannot write {error.filename}: {error.strerror}") from None
    return done


def _give(path: Path, uid: int, gid: int) -> None:
    if os.geteuid() == 0:
        os.chown(path, uid, gid)


def _user(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        raise DeploymentError(
            f"expected a user of this system, found no {name!r}; make it with: "
            f"sudo adduser --system --group --home /var/lib/cchc {name}"
        ) from None


_HOME_LINE = re.compile(r"^(?:Environment=)?CCHC_HOME='?([^'\n]*)'?$", re.MULTILINE)


def _refuse_foreign(path: Path, home: Path) -> None:
    if not path.exists():
        return
    text = path.read_text(encoding="utf-8", errors="replace")
    if _OURS not in text:
        raise DeploymentError(f"{path} is there and was not written by `cchc server init`; move it away first")
    other = _HOME_LINE.search(text)
    if other is not None and Path(other[1]) != home:
        raise DeploymentError(
            f"{path} belongs to the server whose home is {other[1]}; give this one its own with --units and --command, "
            "or, if that one moved here, remove its files first"
        )


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
    if owner != _user(deployment.user).pw_uid:
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
