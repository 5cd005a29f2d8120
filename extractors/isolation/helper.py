"""The helper process as the caller holds it: its socket, and the file that catches what it and its native libraries say."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import IO

from extractors.isolation.limits import Limits
from extractors.isolation.protocol import ORDER, READY, REPORT, Report

_GRACE_SECONDS = 30
"""After its time limit a job is ended by the helper; if that is not heard of within this time, the helper itself is ended."""

_START_SECONDS = 120
_STOP_SECONDS = 2
_KEPT_NOISE_BYTES = 64_000


class HelperError(RuntimeError):
    """The helper process did not start or went away; the message holds the last thing it said."""


class Helper:
    """A started helper. It ends when its socket closes, hence at the latest with the process that started it."""

    def __init__(self, preload: Sequence[str]) -> None:
        """Starts the process and does not wait for it. `preload`: modules that it imports before it takes orders."""
        self._noise: IO[bytes] = tempfile.TemporaryFile(mode="a+b")  # noqa: SIM115  (lives as long as the helper)
        self._control, theirs = socket.socketpair()
        self._is_ready = False
        # -P: the folder a person stands in is no place to import from. A session of its own: Ctrl-C reaches the caller only.
        command = [sys.executable, "-P", "-m", "extractors.isolation.zygote", str(theirs.fileno()), *preload]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._noise,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        theirs.close()

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def order(self, job_file: IO[bytes], answer_file: IO[bytes], limits: Limits) -> Report:
        """Has the job in the one file done, its answer written into the other, and says how that ended.

        Raises:
            HelperError: the helper is gone.
        """
        try:
            if not self._is_ready:
                self._receive(len(READY), _START_SECONDS)
                self._is_ready = True
            self._noise.truncate(0)
            order = ORDER.pack(limits.seconds, limits.memory_bytes, limits.answer_bytes)
            socket.send_fds(self._control, [order], [job_file.fileno(), answer_file.fileno()])
            return Report.unpacked(self._receive(REPORT.size, limits.seconds + _GRACE_SECONDS))
        except OSError as error:
            raise HelperError(f"the helper process went away: {error.strerror or error}; {self._last_words()}") from None

    def stop(self) -> None:
        """Ends the process and whatever it runs."""
        self._control.close()
        try:
            self._process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._noise.close()

    def noise(self) -> bytes:
        """The end of what the last job and its native libraries wrote to their standard output and error."""
        end = self._noise.seek(0, os.SEEK_END)
        self._noise.seek(max(0, end - _KEPT_NOISE_BYTES))
        return self._noise.read()

    def _last_words(self) -> str:
        lines = self.noise().decode("utf-8", "replace").strip().splitlines()
        return f"its last words: {lines[-1][:300]}" if lines else "it said nothing"

    def _receive(self, size: int, seconds: float) -> bytes:
        self._control.settimeout(seconds)
        received = b""
        while len(received) < size:
            part = self._control.recv(size - len(received))
            if not part:
                raise HelperError(f"the helper process ended; {self._last_words()}")
            received += part
        return received
