"""dbt as a child that dies with its parent.

dbt would outlive a refresh that was killed, and write into the build database of the next one. Linux ends it at once; elsewhere it
ends when it finds that nobody reads what it prints.
"""

from __future__ import annotations

import ctypes
import select
import signal
import sys

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


if __name__ == "__main__":
    die_with_parent()
    from dbt.cli.main import cli

    sys.argv[0] = "dbt"
    cli()
