"""Supervised tasks: named, never fire-and-forget, and restarted where asked."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


async def supervise(name: str, run: Callable[[], Awaitable[None]], *, pause_s: float = 1.0) -> None:
    """Run ``run`` until it returns; where it raises, log that and run it again after ``pause_s`` seconds.

    The only place that may catch every exception: a fault in one edge must not take the others along.
    """
    while True:
        try:
            await run()
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("task.failed", task=name, retry_in_s=pause_s)
            await asyncio.sleep(pause_s)
        else:
            return
