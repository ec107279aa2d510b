"""EDGE. A port's process as the studio holds it: started, written to, listened to, and ended or killed.

The studio never waits for a port: its input is a pipe that does not block, its reports are read by the loop, and a
process that cannot be killed at once (it sleeps in the kernel, on a dead disk) is left behind.
"""

import asyncio
import contextlib
import fcntl
import os
import signal
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from stream.ports import wire

PIPE_BYTES = 1 << 20
"""The most that Linux allows everybody (/proc/sys/fs/pipe-max-size): two seconds at 4 Mb/s."""
READ_BYTES = 1 << 16
REAP_S = 1.0
ROOT = Path(__file__).resolve().parent.parent


def widen(descriptor: int) -> None:
    """Make a pipe as large as allowed; where the system gives no more, it stays as it is."""
    with contextlib.suppress(OSError):
        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


class Child:
    """A running port. An async context manager; leaving it kills the process."""

    def __init__(self, module: str, *, pass_fds: Sequence[int] = ()) -> None:
        self._module = module
        self._pass_fds = tuple(pass_fds)
        self._input = -1
        self._handle = -1
        self._process: asyncio.subprocess.Process | None = None
        self._frames = wire.Frames()
        self._came: deque[tuple[bytes, bytes]] = deque()

    async def __aenter__(self) -> Self:
        theirs, self._input = os.pipe()
        widen(self._input)
        os.set_blocking(self._input, False)
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self._module,
                stdin=theirs,
                stdout=asyncio.subprocess.PIPE,
                pass_fds=self._pass_fds,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                limit=PIPE_BYTES,
            )
        except BaseException:
            os.close(self._input)
            raise
        finally:
            os.close(theirs)
        with contextlib.suppress(ProcessLookupError):
            self._handle = os.pidfd_open(self._process.pid)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._input)
        self._input = -1
        self.kill()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REAP_S):
                await self._running.wait()
        if self._handle >= 0:
            os.close(self._handle)

    @property
    def _running(self) -> asyncio.subprocess.Process:
        assert self._process is not None, "the process runs inside the context"
        return self._process

    @property
    def pid(self) -> int:
        """Return the process's id."""
        return self._running.pid

    def write(self, buffers: Sequence[bytes | memoryview]) -> int:
        """Write what fits; see ``feed.Write``. May be called from any thread inside the context."""
        return os.writev(self._input, buffers)

    def kill(self) -> None:
        """Kill the process, whatever it is doing."""
        # Not by Process.kill: that may reap the process under the loop's own watcher.
        if self._handle >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    async def read(self) -> tuple[bytes, bytes] | None:
        """Return the next frame (tag, payload) that the port sent, or None when it has ended.

        May be cancelled without losing anything. Raises :exc:`wire.OutOfStep`.
        """
        stdout = self._running.stdout
        assert stdout is not None, "the process was started with a pipe"
        while not self._came:
            piece = await stdout.read(READ_BYTES)
            if not piece:
                return None
            self._came.extend(self._frames.feed(piece))
        return self._came.popleft()
