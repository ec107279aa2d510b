"""Ten minutes of 720p30 from the test card, with question, lower third, recording, HLS and one RTMP output.

Counts what the studio counts, late and dropped frames, and measures flash and beep at the far end: in what the ingest
received, and in the recording. ``BENCH_MINUTES`` makes it another length.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.load import WARM_UP_S, meters, put_on_air
from tests.real.flashbeep import Sync, analyse
from tests.real.ingest import Ingest
from tests.real.running import Service

MINUTES = float(os.environ.get("BENCH_MINUTES", "10"))
SYNC_MS = 40.0


def measure() -> Iterator[Figure]:
    """Run once."""
    with tempfile.TemporaryDirectory() as scratch, Ingest(Path(scratch) / "ingest") as ingest:
        settings = (
            '[[sources]]\nname = "card"\nkind = "testcard"\n'
            f'[[outputs]]\nname = "ingest"\nurl = "{ingest.url}"\nkey = "{ingest.key}"\n'
        )
        with Service(Path(scratch) / "room", settings) as service:
            service.wait_output("ingest", "live", within_s=20)
            put_on_air(service)
            time.sleep(WARM_UP_S)
            before = meters(service)
            time.sleep(MINUTES * 60)
            after = meters(service)
            output = service.output("ingest")
            received = ingest.take(Path(scratch) / "received.mkv", seconds=30)
            service.interrupt()
            recording = service.recordings()[-1]
        yield counted("late", after.late - before.late)
        yield counted("dropped", after.dropped - before.dropped)
        yield counted("dropped by the output", output["dropped"])
        yield sync(analyse(recording, from_s=MINUTES * 60), "the recording")
        yield sync(analyse(received), "what the ingest received")


def counted(what: str, frames: int) -> Figure:
    """Give a figure that should be 0."""
    return Figure(f"frames {what}, {MINUTES:g} minutes at 720p30", "0", str(frames), frames == 0)


def sync(found: Sync, where: str) -> Figure:
    """Give how far flash and beep are apart at the end."""
    worst_ms = found.worst_s * 1000
    return Figure(
        f"flash and beep after {MINUTES:g} minutes, in {where}",
        f"≤ {SYNC_MS:g} ms",
        f"{worst_ms:.1f} ms at most, {len(found.offsets_s)} pairs",
        worst_ms <= SYNC_MS,
    )
