"""dbt as a child that dies with its parent, and that says its version without asking the network for a newer one.

dbt would outlive a refresh that was killed, and write into the build database of the next one. Linux ends it at once; elsewhere it
ends when it finds that nobody reads what it prints.
"""

from __future__ import annotations

import ctypes
import select
import signal
import sys
from importlib.metadata import version

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Have the kernel end this process when its parent ends; end it now if the parent is gone already."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    reader = select.poll()
    reader.register(sys.stdout.fileno(), 0)
    if any(
        event & select.POLLERR for _, event in reader.poll(0)
    ):  # nobody reads any more: the parent went before the call above
        sys.exit(1)


def installed_version() -> str:
    """What `dbt --version` says of itself. dbt's own answer takes three seconds and asks a package index for the newest version; it is
    asked once in every refresh."""
    return f"Core:\n  - installed: {version('dbt-core')}"


if __name__ == "__main__":
    die_with_parent()
    if sys.argv[1:] == ["--version"]:
        print(installed_version())
        sys.exit(0)
    from dbt.cli.main import cli

    sys.argv[0] = "dbt"
    cli()
