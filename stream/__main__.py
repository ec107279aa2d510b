"""``python -m stream --data DIR``: the studio. Started by the bridge, which it outlives."""

import argparse
import contextlib
import fcntl
import gc
import logging
import os
import sys
from pathlib import Path

import structlog

PRIORITY = 5
"""Steps of niceness (nice(2)) that the studio and its ports stand before other processes."""


def main() -> int:
    """Run the studio of one data directory; 1 where another one runs there already."""
    parser = argparse.ArgumentParser(prog="python -m stream", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the directory that holds studio.sock")
    data: Path = parser.parse_args().data.resolve()
    _log_as_json()
    with (data / "studio.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"A studio runs in {data} already.", file=sys.stderr)
            return 1
        _run(data)
    return 0


def _run(data: Path) -> None:
    import uvloop

    from bridge.clock import SystemClock
    from stream.app import SOCKET_NAME, Studio

    # What goes out comes before whatever else runs on the machine; only root may ask for that.
    with contextlib.suppress(PermissionError):
        os.nice(-PRIORITY)
    # The mixer's thread must get the interpreter within a fraction of a frame.
    sys.setswitchinterval(0.001)
    gc.freeze()
    # A path longer than a socket's address holds (108 bytes, unix(7)) is reached from its own directory.
    os.chdir(data)
    socket = Path(SOCKET_NAME)
    socket.unlink(missing_ok=True)
    try:
        uvloop.run(Studio(clock=SystemClock()).run(SOCKET_NAME))
    finally:
        socket.unlink(missing_ok=True)


def _log_as_json() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


if __name__ == "__main__":
    sys.exit(main())
