"""What the service waits for: an alarm, the end of a child, a signal to stop."""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress

_MANY = 4096


class Wake:
    """A pipe that everybody may write into: threads, signal handlers, and the system itself when a signal comes.

    With a lock or a queue, a signal that comes just before the wait would be seen only after it.
    """

    def __init__(self) -> None:
        self._end, self._start = os.pipe()
        os.set_blocking(self._end, False)
        os.set_blocking(self._start, False)
        self.stops = 0  # how often the service was told to stop

    def call(self) -> None:
        """Something has happened: look."""
        with suppress(BlockingIOError):  # a full pipe wakes as well
            os.write(self._start, b".")

    def stop(self, *_: object) -> None:
        """The service is to stop; a second time: at once."""
        self.stops += 1
        self.call()

    def wait(self, seconds: float) -> None:
        """Until somebody calls, and at most so long."""
        select.select([self._end], [], [], max(seconds, 0))
        with suppress(BlockingIOError):
            os.read(self._end, _MANY)

    def stop_on_signals(self) -> None:
        """SIGTERM and SIGINT stop the service."""
        signal.set_wakeup_fd(self._start, warn_on_full_buffer=False)
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
