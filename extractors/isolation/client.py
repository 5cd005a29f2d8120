"""The caller's side: hands a job to the helper, waits, and turns however it ended into a value or one clear `DocumentError`."""

from __future__ import annotations

import atexit
import pickle
import tempfile
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from extractors.isolation.endings import answer_too_large, crashed, ended_badly, out_of_memory
from extractors.isolation.helper import Helper, HelperError
from extractors.isolation.limits import Limits
from extractors.isolation.protocol import Verdict
from extractors.records import DocumentError

T = TypeVar("T")


class Isolation:
    """A helper process and the one way to have a job done by it. Jobs run one after another; threads wait for each other.

    The helper starts with the first job (or `warm_up`) and ends with this process, or with `close`; a later job starts another.
    """

    def __init__(self, preload: Sequence[str] = ()) -> None:
        """`preload`: modules that the helper imports once, so that no job has to."""
        self._preload = tuple(preload)
        self._lock = threading.Lock()
        self._helper: Helper | None = None
        atexit.register(self._stop)

    def warm_up(self) -> None:
        """Starts the helper, without waiting for it."""
        with self._lock:
            self._running()

    def close(self) -> None:
        """Ends the helper and whatever it runs."""
        with self._lock:
            self._stop()

    def run(self, job: Callable[[], T], limits: Limits, document_id: str) -> T:
        """The job's value. `job` must pickle: a function of a module, or a `functools.partial` of one.

        Raises:
            DocumentError: the job's own, or `reader_timed_out`, `reader_out_of_memory`, `reader_crashed`.
        """
        with self._lock, tempfile.TemporaryFile() as job_file, tempfile.TemporaryFile() as answer_file:
            pickle.dump(job, job_file, protocol=pickle.HIGHEST_PROTOCOL)
            job_file.seek(0)
            try:
                helper = self._running()
                report = helper.order(job_file, answer_file, limits)
            except HelperError as error:
                self._stop()
                raise crashed(document_id, str(error)) from None
            except BaseException:  # Ctrl-C while waiting: the helper ends the job when its socket closes
                self._stop()
                raise
            if report.exit_code != 0 or report.is_stopped:
                raise ended_badly(report, helper.noise(), limits, document_id)
            answer_file.seek(0)
            try:
                answer: tuple[Verdict, Any] = pickle.load(answer_file)  # noqa: S301  (written by our own child)
            except EOFError:  # a native library called exit()
                raise crashed(document_id, "it ended without an answer") from None
        return _value(answer, limits, document_id)

    def _running(self) -> Helper:
        if self._helper is None or not self._helper.is_running:
            self._stop()
            self._helper = Helper(self._preload)
        return self._helper

    def _stop(self) -> None:
        if self._helper is not None:
            self._helper.stop()
        self._helper = None


def _value(answer: tuple[Verdict, Any], limits: Limits, document_id: str) -> Any:
    verdict, content = answer
    match verdict:
        case "value":
            return content
        case "refused":
            raise DocumentError(content)
        case "memory":
            raise out_of_memory(document_id, limits)
        case "too_large":
            raise answer_too_large(document_id, limits)
        case "failed":
            raise crashed(document_id, content)
