"""What becomes of the ports when the studio is killed: none is left, and the recording is finished in order."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from bridge.clock import SystemClock
from stream.files import FilePort
from stream.outputs import Outputs
from stream.protocol import FileSource, HlsOutput, RecordingOutput, RtmpOutput
from tests.real.feeding import Programmed, encoded
from tests.real.ingest import Ingest
from tests.real.material import run
from tests.real.probe import output, plays, probe
from tests.real.running import TOP, environment, wait_for

pytestmark = pytest.mark.real

FULL_S = 4.0
"""The buffers before a frozen server are full by then, and the studio has not yet killed the sender."""


async def studio(address: str, folder: str, film: str) -> None:
    """Be a studio that does nothing but have ports, until killed. Run in a process of its own."""
    clock = SystemClock()
    source = FileSource(name="film", path=film)
    async with (
        Outputs(header=encoded()[0], report=lambda fact: print(fact, flush=True), clock=clock) as outputs,
        FilePort(spec=source, width=640, height=360, fps=30, clock=clock, report=lambda fact: None),
    ):
        outputs.reconcile(
            (
                RtmpOutput(name="ingest", url=address),
                RecordingOutput(name="recording", path=f"{folder}/r.mkv"),
                HlsOutput(name="hls", directory=f"{folder}/hls"),
            )
        )
        with Programmed(outputs.offer):
            await asyncio.Event().wait()


@contextmanager
def a_studio(ingest: Ingest, folder: Path) -> Iterator[tuple[psutil.Process, list[psutil.Process]]]:
    """Start one; give it and its ports once media arrive."""
    film = folder / "film.mp4"
    run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30", "-t", "2", str(film))
    call = f"asyncio.run(studio({ingest.address!r}, {str(folder)!r}, {str(film)!r}))"
    code = f"import asyncio; from tests.real.test_ports_orphans import studio; {call}"
    running = subprocess.Popen([sys.executable, "-c", code], cwd=TOP, env=environment(), stdout=subprocess.DEVNULL)
    try:
        ingest.wait_received(within_s=20, more_than=1_500_000)
        process = psutil.Process(running.pid)
        ports = process.children()
        assert len(ports) == 4
        yield process, ports
    finally:
        running.kill()
        running.wait()


def ended(ports: list[psutil.Process]) -> bool:
    return not any(port.is_running() and port.status() != psutil.STATUS_ZOMBIE for port in ports)


@pytest.mark.parametrize("frozen", [False, True], ids=["ingest up", "ingest frozen"])
def test_no_port_outlives_a_studio_that_is_killed(tmp_path: Path, frozen: bool) -> None:
    with Ingest(tmp_path / "ingest") as ingest, a_studio(ingest, tmp_path) as (studio_process, ports):
        if frozen:
            ingest.freeze()
            time.sleep(FULL_S)
        studio_process.kill()
        wait_for("the ports to end", lambda: ended(ports), within_s=3)


def test_a_recording_is_finished_in_order_though_the_studio_was_killed(tmp_path: Path) -> None:
    with Ingest(tmp_path / "ingest") as ingest, a_studio(ingest, tmp_path) as (studio_process, ports):
        studio_process.kill()
        wait_for("the ports to end", lambda: ended(ports), within_s=3)
    plays(tmp_path / "r.mkv")
    length = output("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", f"{tmp_path}/r.mkv")
    assert float(length) == pytest.approx(probe(tmp_path / "r.mkv").length_s, abs=0.1), "closed"


def test_a_stop_of_the_whole_group_is_left_to_the_studio(tmp_path: Path) -> None:
    with Ingest(tmp_path / "ingest") as ingest, a_studio(ingest, tmp_path) as (_, ports):
        for port in ports:
            port.terminate()
        before = ingest.received() or 0
        wait_for("more at the ingest", lambda: (ingest.received() or 0) > before + 500_000, within_s=5)
        assert all(port.is_running() and port.status() != psutil.STATUS_ZOMBIE for port in ports)
