"""The files of a server: systemd units, settings, a command line for its user; written from `deploy/`."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from dagster_project.settings import DEPLOY_DIR, REPOSITORY, load_settings, tool_environment

UNITS = (
    "cchc.target",
    "cchc-code-server.service",
    "cchc-webserver.service",
    "cchc-daemon.service",
    "cchc-serve-postgres.service",
    "cchc-serve-quack.service",
)
"""The last two start only where somebody enables them."""
_PLACE = re.compile(r"@([A-Z_]+)@")
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
        "COMMAND": str(deployment.command),
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
    owner = user_of(deployment.user)
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


def user_of(name: str) -> pwd.struct_passwd:
    """The user of the system with this name.

    Raises:
        DeploymentError: there is none.
    """
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
