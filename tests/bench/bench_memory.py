"""Memory of all our processes after an hour against after five minutes, with everything on air.

Asked for by ``BENCH_HOURS`` (1 for an hour). Counts what the processes wrote (anonymous and shared memory), each shared
page by its share. Pages of files do not count: a library's pages are "private" to a process only as long as no other
process on the machine happens to use the same library, which moved the sum by a fifth.
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
    """Return the memory that bridge, studio and ports have written."""
    return sum(written_kib(process.pid) for process in service.tree()) * 1024 / 1e6


def written_kib(pid: int) -> int:
    """Return the anonymous and shared memory of a process, by its share (proc(5), ``smaps_rollup``)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Pss_Anon:", "Pss_Shmem:")))


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
