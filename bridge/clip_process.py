"""Run the port that makes one clip (EDGE): started, watched by its progress, killed where that stops."""

import asyncio

from stream.child import Child
from stream.ports import causes, wire

STALL_S = 30.0
"""A clip that makes no progress for so long is given up. Its index is moved to the front in one go, at the end."""


class ClipFailed(Exception):
    """No clip was made; ``cause`` is one of ``stream.ports.causes``."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


async def make(order: wire.Cut, *, module: str = "stream.ports.clip", stall_s: float = STALL_S) -> float:
    """Make a clip; return the second of the recording at which it ends. Cancelled, it kills the process.

    Raises :exc:`ClipFailed`.
    """
    try:
        async with Child(module) as child:
            child.write([wire.message(order)])
            while True:
                async with asyncio.timeout(stall_s):
                    frame = await child.read()
                if frame is None:
                    raise ClipFailed(causes.OTHER)
                match wire.parse(*frame):
                    case wire.Made(until_s=until_s):
                        return until_s
                    case wire.Fault(cause=cause):
                        raise ClipFailed(cause)
    except (TimeoutError, OSError, wire.OutOfStep) as fault:
        raise ClipFailed(causes.OTHER) from fault
