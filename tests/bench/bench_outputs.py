"""CPU of five RTMP outputs against one: the same programme to one and to five real ingests, in turns.

The programme is the one of the CPU bench: a film as from a camera, a question, a lower third. Recording and HLS too.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.load import WARM_UP_S, cores, put_on_air
from tests.real.ingest import Ingest
from tests.real.material import film
from tests.real.running import Service

AIM = 1.10
ROUNDS = 2
SECONDS = 30.0


def used(folder: Path, movie: Path, outputs: int) -> float:
    """Return the cores in use with so many outputs, each to a server of its own."""
    with ExitStack() as stack:
        ingests = [stack.enter_context(Ingest(folder / f"ingest{n}")) for n in range(outputs)]
        settings = f'[[sources]]\nname = "film"\nkind = "file"\npath = "{movie}"\n' + "".join(
            f'[[outputs]]\nname = "out{n}"\nurl = "{ingest.url}"\nkey = "{ingest.key}"\n'
            for n, ingest in enumerate(ingests)
        )
        service = stack.enter_context(Service(folder / "room", settings))
        for n in range(outputs):
            service.wait_output(f"out{n}", "live", within_s=20)
        put_on_air(service)
        time.sleep(WARM_UP_S)
        return cores(service.tree(), seconds=SECONDS)


def measure() -> Iterator[Figure]:
    """Measure in turns."""
    totals = {1: 0.0, 5: 0.0}
    with tempfile.TemporaryDirectory() as scratch:
        movie = film(Path(scratch) / "film.mp4")
        for turn in range(ROUNDS):
            for outputs in totals:
                totals[outputs] += used(Path(scratch) / f"{outputs}-{turn}", movie, outputs) / ROUNDS
    ratio = totals[5] / totals[1]
    yield Figure(
        "CPU of five RTMP outputs against one, 720p30 with recording and HLS",
        f"≤ {AIM:.2f}",
        f"{ratio:.2f} ({totals[5]:.2f} of a core against {totals[1]:.2f})",
        ratio <= AIM,
    )
