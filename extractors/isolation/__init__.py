"""Runs one job in a process of its own, with limits on time, memory and the size of its answer.

A damaged or hostile file can make a library hang, eat all memory or die. None of that may reach the caller: it gets the job's value,
or one `DocumentError` that says which limit was passed and which setting moves it.

One *helper* process is started per caller and kept (`zygote`). It imports the readers once, then forks for every job, so that a job
costs milliseconds and not the second that the imports take. The caller itself is never forked: Dagster runs threads, and a fork of a
process with threads may inherit a lock that nobody will ever open again. The helper has one thread and nothing else to do.

The helper also watches: it ends the job with its whole process group at the time limit, and when the caller goes away, however that
happens (Ctrl-C, SIGTERM, SIGKILL): its socket closes then. Nothing is left behind.

macOS accepts RLIMIT_AS and does not enforce it: there a job is held by its time limit only. Windows has no fork: not supported.
"""

from extractors.isolation.client import Isolation
from extractors.isolation.endings import LIMIT_CODES
from extractors.isolation.limits import LIMITS, Limits, LimitsError, limits_of
from extractors.isolation.shared import shared_isolation

__all__ = ["LIMITS", "LIMIT_CODES", "Isolation", "Limits", "LimitsError", "limits_of", "shared_isolation"]
