"""Hold every test to two house rules: the event loop is never blocked, and on CI nothing is skipped."""

import asyncio
import os
import resource
import time
from collections.abc import Generator, Iterator
from typing import Any

import pytest

BLOCKED_S = 0.5
"""Longest that one callback may hold the event loop. Generous: the cores are shared with encoders."""
BLOCKED_REAL_S = 3.0
"""The same for tests with real parts, whose own steps start processes and decode pictures between awaits."""


@pytest.fixture(autouse=True)
def nothing_blocks_the_event_loop(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test in which a callback of asyncio's own loop ran for too long, and name the callback."""
    limit_s = BLOCKED_REAL_S if request.node.get_closest_marker("real") else BLOCKED_S
    run = asyncio.Handle._run
    blocked: list[str] = []

    def timed_run(handle: asyncio.Handle) -> None:
        began, used, left = time.perf_counter(), time.thread_time(), times_left()
        run(handle)
        took_s = time.perf_counter() - began
        # Who neither computed for so long nor gave the processor away only waited for its turn on a busy machine.
        if took_s > limit_s and (time.thread_time() - used > limit_s or times_left() > left):
            blocked.append(f"{handle!r} took {took_s:.2f} s")

    # asyncio offers this measure only in debug mode, which slows every callback several times over.
    monkeypatch.setattr(asyncio.Handle, "_run", timed_run)
    yield
    if blocked:
        pytest.fail(f"the event loop was blocked for more than {limit_s} s:\n" + "\n".join(blocked))


def times_left() -> int:
    """Count how often this thread gave the processor away by itself, to sleep or to wait for something."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Any, pytest.TestReport]:
    """On CI a skipped test is a failed test: what it needs must be there."""
    report: pytest.TestReport = yield
    if report.skipped and os.environ.get("CI") == "true":
        reason = call.excinfo.value if call.excinfo else "no reason given"
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which CI does not allow: {reason}"
    return report
