"""Start the studio's process, and reach its socket (EDGE)."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from bridge.errors import StudioError

SOCKET_NAME = "studio.sock"
LOG_NAME = "studio.log"
PROGRAM = Path(__file__).resolve().parents[1]
"""Where Python finds our packages whether they are installed or run from a clone."""
_LOG_BYTES = 8 << 20
"""A log that has grown past this is set aside when the next studio starts."""
_READY_S = 20.0
_LOOK_AGAIN_S = 0.02

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Process:
    """A studio that this bridge started.

    Not asyncio's: that kills a process that outlives its loop, and the studio shall outlive ours.
    """

    def __init__(self, command: Sequence[str], log: BinaryIO, environment: Mapping[str, str], *, waits: bool) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if waits else subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=PROGRAM,
            env=environment,
        )
        self.pid = self._process.pid
        self._ended = asyncio.Event()
        self._watch = os.pidfd_open(self.pid)
        asyncio.get_running_loop().add_reader(self._watch, self._notice)

    def _notice(self) -> None:
        self._process.poll()
        self._ended.set()
        asyncio.get_running_loop().remove_reader(self._watch)

    @property
    def returncode(self) -> int | None:
        """The exit status, None while it runs."""
        return self._process.returncode

    def begin(self) -> bool:
        """Give the word to one that waits; False where it is gone."""
        assert self._process.stdin is not None, "it was started to wait"
        try:
            self._process.stdin.write(b"go\n")
            self._process.stdin.close()
        except OSError:
            return False
        return self._process.poll() is None

    async def wait(self) -> int:
        """Wait for its end and return the exit status."""
        await self._ended.wait()
        assert self._process.returncode is not None, "it was polled at its end"
        return self._process.returncode

    def close(self) -> None:
        """Watch it no longer. It runs on where it does; one that waits ends, as nobody can give it the word now."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        asyncio.get_running_loop().remove_reader(self._watch)
        os.close(self._watch)
        if self._process.poll() is None:
            # Popen warns of a child that outlives it. That is the purpose here.
            self._process.returncode = 0


class Starter:
    """Starts studios, each in a session of its own; keeps one that waits, which is there in a fraction of the time.

    They are handed none of the bridge's settings, which may hold secrets. ``spare`` is the command of one that waits,
    None for none.
    """

    def __init__(
        self, data: Path, environment: Mapping[str, str], *, command: Sequence[str], spare: Sequence[str] | None
    ) -> None:
        self._data = data
        self._environment = {name: value for name, value in environment.items() if not name.startswith("FORWARD_PROP_")}
        self._command = command
        self._spare_command = spare
        self._spare: Process | None = None

    def start(self) -> Process:
        """Start a studio. Raises :exc:`StudioError`."""
        spare, self._spare = self._spare, None
        if spare is not None:
            if spare.begin():
                return spare
            spare.close()
        return self._begin(self._command, waits=False)

    def prepare(self) -> None:
        """See that one waits. Raises :exc:`StudioError`."""
        if self._spare_command is None:
            return
        if self._spare is not None and self._spare.returncode is not None:
            self.close()
        if self._spare is None:
            self._spare = self._begin(self._spare_command, waits=True)

    def close(self) -> None:
        """Let the one that waits go."""
        if self._spare is not None:
            self._spare.close()
            self._spare = None

    def _begin(self, command: Sequence[str], *, waits: bool) -> Process:
        try:
            with _log(self._data) as log:
                return Process(command, log, self._environment, waits=waits)
        except OSError as fault:
            raise StudioError(f"The studio cannot be started: {fault.strerror}.", code="studio_not_started") from fault


def starter(data: Path, environment: Mapping[str, str]) -> Starter:
    """Return what starts the studio of ``data``."""
    arguments = ("stream", "--data", str(data))
    python = (sys.executable, "-m")
    return Starter(data, environment, command=(*python, *arguments), spare=(*python, "bridge.standby", *arguments))


async def reach(data: Path) -> Connection | None:
    """Connect to the studio that listens in ``data``; None where there is none."""
    # A socket's address holds 107 bytes (unix(7)); through an open folder any path is short.
    folder = os.open(data, os.O_PATH | os.O_DIRECTORY)
    there = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    there.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(there, f"/proc/self/fd/{folder}/{SOCKET_NAME}")
        return await asyncio.open_unix_connection(sock=there)
    except (FileNotFoundError, ConnectionRefusedError, BlockingIOError):
        there.close()
        return None
    except BaseException:
        there.close()
        raise
    finally:
        os.close(folder)


async def reach_started(data: Path, process: Process) -> Connection:
    """Connect to the studio that was just started. Raises :exc:`StudioError` where it ends or does not listen."""
    try:
        async with asyncio.timeout(_READY_S):
            while True:
                if connection := await reach(data):
                    return connection
                if process.returncode is not None:
                    raise StudioError(f"The studio ended with status {process.returncode}. See {data / LOG_NAME}.")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), _LOOK_AGAIN_S)
    except TimeoutError:
        kill(process.pid)
        raise StudioError(f"The studio did not listen within {_READY_S:.0f} s. See {data / LOG_NAME}.") from None


def kill(pid: int) -> None:
    """End a process that no longer answers."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def _log(data: Path) -> BinaryIO:
    path = data / LOG_NAME
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")
