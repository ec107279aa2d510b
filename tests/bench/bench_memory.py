"""Memory of all our processes after an hour against after five minutes, with everything on air.

Asked for by ``BENCH_HOURS`` (1 for an hour). Counts what is the processes' own (USS): pages shared between them are
counted by nobody.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.load import put_on_air
from tests.real.ingest import Ingest
from tests.real.running import Service

AIM = 1.02
FIRST_S = 300.0


def megabytes(service: Service) -> float:
    """Return the memory that bridge, studio and ports have for themselves."""
    return sum(process.memory_full_info().uss for process in service.tree()) / 1e6


def settled(service: Service) -> float:
    """Return the least of ten looks within ten seconds: garbage comes and goes."""
    looks = []
    for _ in range(10):
        looks.append(megabytes(service))
        time.sleep(1)
    return min(looks)


def measure() -> Iterator[Figure]:
    """Run for as long as was asked for."""
    hours = float(os.environ.get("BENCH_HOURS", "1"))
    with tempfile.TemporaryDirectory() as scratch, Ingest(Path(scratch) / "ingest") as ingest:
        settings = f'[[outputs]]\nname = "ingest"\nurl = "{ingest.url}"\nkey = "{ingest.key}"\n'
        with Service(Path(scratch) / "room", settings) as service:
            began = time.perf_counter()
            put_on_air(service)
            time.sleep(FIRST_S)
            first = settled(service)
            time.sleep(max(0.0, hours * 3600 - (time.perf_counter() - began)))
            last = settled(service)
    ratio = last / first
    yield Figure(
        f"memory after {hours:g} h against after 5 minutes",
        f"≤ {AIM}",
        f"{ratio:.3f} ({last:.0f} MB against {first:.0f})",
        ratio <= AIM,
    )
