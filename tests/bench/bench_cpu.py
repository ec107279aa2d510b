"""CPU of all our processes against one ffmpeg command.

Both play the same film in real time, lay the same question and lower third over it, encode with the same settings, and
send the result to the same ingest and into a Matroska file. They run in turns, so that a busy machine is as busy for
one as for the other; what is compared is processor time for a frame made, not time on the wall.
"""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import skia

from stream.layout import place_lower_third, place_question
from stream.lettering import Letterer
from tests.bench.figures import Figure
from tests.bench.load import QUESTION, SPEAKER, WARM_UP_S, cpu_s, put_on_air
from tests.real.ingest import Ingest
from tests.real.material import film
from tests.real.running import Service

AIM = 1.15
ROUNDS = 2
SECONDS = 40.0
SIZES = ((1280, 720, 4_000_000), (1920, 1080, 6_000_000))


@dataclass(frozen=True, slots=True)
class Run:
    """One that is running."""

    processes: list[psutil.Process]
    frames: Callable[[], int]
    """Counts the frames made so far."""


def milliseconds_a_frame(run: Run) -> float:
    """Return the processor's time that a frame takes, over some time."""
    used, frames = cpu_s(run.processes), run.frames()
    time.sleep(SECONDS)
    made = run.frames() - frames
    assert made > SECONDS * 15, f"only {made} frames in {SECONDS} s: the machine is too busy to measure anything"
    return (cpu_s(run.processes) - used) / made * 1000


def overlay_inputs(folder: Path, width: int, height: int) -> list[tuple[Path, int, int]]:
    """Draw what the studio lays over the picture: each a PNG and its left top corner."""
    letterer = Letterer(width=width, height=height)
    drawn = []
    for name, place, pixels in (
        ("lower-third", place_lower_third, letterer.lower_third(SPEAKER)),
        ("question", place_question, letterer.question(number=1, text=QUESTION, name="Grace")),
    ):
        at = place(frame=(width, height), size=(pixels.shape[1], pixels.shape[0]))
        path = folder / f"{name}-{height}.png"
        skia.Image.fromarray(pixels, skia.ColorType.kRGBA_8888_ColorType).save(str(path), skia.kPNG)
        drawn.append((path, at.x, at.y))
    return drawn


@contextmanager
def ours(folder: Path, movie: Path, size: tuple[int, int, int], ingest: Ingest) -> Iterator[Run]:
    """Run the service."""
    width, height, bitrate = size
    settings = (
        f"[video]\nwidth = {width}\nheight = {height}\nbitrate_bps = {bitrate}\n[hls]\nenabled = false\n"
        f'[[sources]]\nname = "film"\nkind = "file"\npath = "{movie}"\n'
        f'[[outputs]]\nname = "ingest"\nurl = "{ingest.url}"\nkey = "{ingest.key}"\n'
    )
    with Service(folder, settings) as service:
        service.wait_output("ingest", "live", within_s=20)
        put_on_air(service)
        time.sleep(WARM_UP_S)
        yield Run(service.tree(), lambda: int(service.output("ingest")["frames"]))
        lost = [incident["text"] for incident in service.state()["incidents"] if "film" in incident["text"]]
        assert service.source("film")["state"] == "live", f"the film must be played all the time: {lost}"


@contextmanager
def theirs(folder: Path, movie: Path, size: tuple[int, int, int], ingest: Ingest) -> Iterator[Run]:
    """Run the ffmpeg command."""
    width, height, bitrate = size
    folder.mkdir()
    (name, x1, y1), (question, x2, y2) = overlay_inputs(folder, width, height)
    kbps = bitrate // 1000
    x264 = f"nal-hrd=cbr:force-cfr=1:vbv-maxrate={kbps}:vbv-bufsize={kbps}:keyint=60:min-keyint=1:scenecut=0:bframes=0"
    progress = folder / "progress"
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-progress",
        str(progress),
        "-re",
        "-stream_loop",
        "-1",
        "-i",
        str(movie),
        "-i",
        str(name),
        "-i",
        str(question),
    ]
    command += ["-filter_complex", f"[0:v][1:v]overlay={x1}:{y1}[a];[a][2:v]overlay={x2}:{y2},format=yuv420p[v]"]
    command += ["-map", "[v]", "-map", "0:a", "-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency"]
    command += ["-threads:v", "2", "-b:v", str(bitrate), "-x264-params", x264, "-r", "30", "-flags", "+global_header"]
    command += ["-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2"]
    command += ["-f", "tee", f"[f=flv]{ingest.address}|[f=matroska]{folder / 'recording.mkv'}"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        time.sleep(WARM_UP_S)
        assert process.poll() is None, "the ffmpeg command ended"
        yield Run([psutil.Process(process.pid)], lambda: int(progress.read_text().rpartition("\nframe=")[2].split()[0]))
    finally:
        process.kill()
        process.wait()


def measure() -> Iterator[Figure]:
    """Measure both sizes."""
    with tempfile.TemporaryDirectory() as scratch, Ingest(Path(scratch) / "ingest", key="bench") as ingest:
        for size in SIZES:
            folder = Path(scratch)
            movie = film(folder / f"film-{size[1]}.mp4", width=size[0], height=size[1])
            used = {ours: 0.0, theirs: 0.0}
            for turn in range(ROUNDS):
                for run, total in used.items():
                    with run(folder / f"{run.__name__}-{size[1]}-{turn}", movie, size, ingest) as running:
                        used[run] = total + milliseconds_a_frame(running) / ROUNDS
            ratio = used[ours] / used[theirs]
            yield Figure(
                f"CPU against one ffmpeg command, {size[1]}p30",
                f"≤ {AIM}",
                f"{ratio:.2f} ({used[ours]:.1f} ms of CPU a frame against {used[theirs]:.1f})",
                ratio <= AIM,
            )
