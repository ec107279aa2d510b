"""The file source's port with real files of many kinds, killed, frozen, and told to play what is none."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray

from bridge.clock import SystemClock
from bridge.terms import SourceState
from stream.files import FilePort
from stream.protocol import FileSource, SourceFact
from tests.real.feeding import ports
from tests.real.material import run

pytestmark = pytest.mark.real

CLOCK = SystemClock()
WIDTH, HEIGHT, FPS = 640, 360, 30
PICTURE = "testsrc2=size={size}:rate={rate}"
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")
TEN_BIT = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv422p10le", "-c:a", "flac")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


@dataclass
class Played:
    """A running source, what it reported, and the sound it gave: when it came, when it is due, the samples."""

    port: FilePort
    facts: list[SourceFact]
    sounds: list[tuple[float, float, NDArray[np.float32]]] = field(default_factory=list)

    looked_s: list[float] = field(default_factory=list)
    """When each of the last ticks really looked; a busy machine wakes late."""

    @property
    def states(self) -> list[SourceState]:
        return [fact.state for fact in self.facts]

    async def until(self, what: str, look: Callable[[], object], *, within_s: float) -> float:
        """Wait until ``look`` finds something; return how long that took."""
        began = CLOCK.monotonic()
        while not look():
            assert CLOCK.monotonic() - began < within_s, f"waited {within_s} s in vain for {what}: {self.facts}"
            await asyncio.sleep(0.01)
        return CLOCK.monotonic() - began

    async def until_state(self, state: SourceState, *, within_s: float) -> SourceFact:
        await self.until(str(state), lambda: self.facts and self.facts[-1].state is state, within_s=within_s)
        return self.facts[-1]

    async def ticks(self, seconds: float) -> list[int | None]:
        """Look at each tick of the programme, as the mixer does; return the numbers seen."""
        start, seen = CLOCK.monotonic(), []
        self.looked_s = []
        for tick in range(int(seconds * FPS)):
            await asyncio.sleep(max(0.0, start + tick / FPS - CLOCK.monotonic()))
            self.looked_s.append(CLOCK.monotonic())
            newest = self.port.newest()
            seen.append(newest[0] if newest else None)
        return seen

    def gaps_s(self) -> list[float]:
        """Return the time between the end of each piece of sound and the begin of the next."""
        return [
            after - (before + len(samples) / 48_000) for (_, before, samples), (_, after, _) in pairwise(self.sounds)
        ]


@asynccontextmanager
async def playing(path: Path, *, loop: bool = True) -> AsyncIterator[Played]:
    facts: list[SourceFact] = []
    spec = FileSource(name="film", path=str(path), loop=loop)
    port = FilePort(spec=spec, width=WIDTH, height=HEIGHT, fps=FPS, clock=CLOCK, report=facts.append)
    played = Played(port, facts)
    port.on_sound = lambda due_s, samples: played.sounds.append((CLOCK.monotonic(), due_s, samples))
    async with port:
        yield played


def process() -> psutil.Process:
    (found,) = ports("stream.ports.file")
    return found


def film(
    path: Path, *codec: str, size: str = "640x360", rate: str = "30", seconds: float = 3, tone: bool = True
) -> Path:
    sound = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100"] if tone else []
    picture = ["-f", "lavfi", "-i", PICTURE.format(size=size, rate=rate)]
    run("ffmpeg", "-v", "error", "-y", *picture, *sound, "-t", str(seconds), *(codec or H264), str(path))
    return path


@pytest.fixture(scope="module")
def movie(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("film") / "film.mp4")


# Playing --------------------------------------------------------------------------------------------------------------


async def test_every_picture_is_shown_once_and_the_sound_has_no_gap_over_the_seam(movie: Path) -> None:
    async with playing(movie) as played:
        await played.until_state(SourceState.LIVE, within_s=5)
        await played.ticks(0.5)
        seen = await played.ticks(5)
    assert None not in seen
    # The number of the picture keeps step with the clock: none is missing, late or shown too long. A machine that is
    # busy with other work may hold the port up for a moment, which must leave no trace afterwards.
    ahead = [number - at * FPS for at, number in zip(played.looked_s, seen, strict=True) if number is not None]
    usual = float(np.median(ahead))
    assert np.mean(np.abs(np.subtract(ahead, usual)) < 1) > 0.9
    assert ahead[-1] == pytest.approx(usual, abs=1)
    gaps = played.gaps_s()
    assert max(map(abs, gaps)) < 1e-6
    lead = [due - came for came, due, _ in played.sounds[20:]]
    assert min(lead) > 0.02
    assert max(lead) < 0.4
    sound = np.concatenate([samples for _, _, samples in played.sounds])
    assert np.abs(sound).max() > 0.05


async def test_a_picture_that_was_fetched_stays_as_it_is_for_a_tenth_of_a_second(movie: Path) -> None:
    async with playing(movie) as played:
        await played.until("a picture", played.port.newest, within_s=5)
        for _ in range(20):
            newest = played.port.newest()
            assert newest is not None
            copy = newest[1].copy()
            await asyncio.sleep(0.1)
            assert np.array_equal(copy, newest[1])


@pytest.mark.parametrize(
    ("name", "codec", "size", "rate"),
    [
        ("vp9.webm", VP9, "640x360", "30"),
        ("mpeg2.ts", ("-c:v", "mpeg2video", "-c:a", "mp2"), "720x576", "25"),
        ("mpeg4.avi", ("-c:v", "mpeg4", "-c:a", "libmp3lame"), "320x240", "15"),
        ("fast.mkv", H264, "640x360", "60"),
        ("ten-bit.mkv", TEN_BIT, "640x360", "30"),
        ("raw.h264", ("-an", *H264), "640x360", "30"),
        ("large.mp4", H264, "1920x1200", "30"),
    ],
)
async def test_files_of_many_kinds_play_in_real_time(
    tmp_path: Path, name: str, codec: tuple[str, ...], size: str, rate: str
) -> None:
    path = await asyncio.to_thread(film, tmp_path / name, *codec, size=size, rate=rate)
    async with playing(path) as played:
        await played.until_state(SourceState.LIVE, within_s=8)
        await played.ticks(1)
        seen = await played.ticks(4)
        newest = played.port.newest()
    assert None not in seen
    numbers = [number for number in seen if number is not None]
    assert numbers == sorted(numbers)
    assert numbers[-1] - numbers[0] == pytest.approx(4 * min(30, int(rate)), rel=0.1)
    assert newest is not None
    assert newest[1].shape == (HEIGHT * 3 // 2, WIDTH)
    assert newest[1][:HEIGHT].std() > 20, "a picture of something"


async def test_the_picture_keeps_its_shape_and_a_telephone_s_its_right_side_up(tmp_path: Path) -> None:
    flat = await asyncio.to_thread(film, tmp_path / "flat.mp4")
    turned = tmp_path / "turned.mp4"
    await asyncio.to_thread(
        run, "ffmpeg", "-v", "error", "-i", str(flat), "-c", "copy", "-metadata:s:v", "rotate=90", str(turned)
    )
    async with playing(turned) as played:
        await played.until("a picture", played.port.newest, within_s=5)
        newest = played.port.newest()
        assert newest is not None
        luma = newest[1][:HEIGHT].astype(int)
    shown = np.flatnonzero(luma.std(axis=0) > 5)
    assert (shown[0] + shown[-1]) / 2 == pytest.approx(WIDTH / 2, abs=4)
    assert shown[-1] - shown[0] == pytest.approx(HEIGHT * 9 / 16, abs=6)
    assert (luma[:, :100] == 16).all()


async def test_a_file_without_sound_shows_its_picture(tmp_path: Path) -> None:
    path = await asyncio.to_thread(film, tmp_path / "mute.mp4", *H264, tone=False)
    async with playing(path) as played:
        await played.until("a picture", played.port.newest, within_s=5)
        assert None not in await played.ticks(1)
    assert played.sounds == []


async def test_a_file_without_a_picture_is_heard_and_has_none(tmp_path: Path) -> None:
    path = tmp_path / "tone.mp3"
    await asyncio.to_thread(run, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=d=2", str(path))
    async with playing(path) as played:
        await played.until_state(SourceState.LIVE, within_s=5)
        assert set(await played.ticks(3)) == {None}
    assert sum(len(samples) for _, _, samples in played.sounds) / 48_000 > 2.5
    assert max(map(abs, played.gaps_s())) < 1e-6


async def test_a_still_picture_is_held_and_not_decoded_again_and_again(tmp_path: Path) -> None:
    path = tmp_path / "still.png"
    await asyncio.to_thread(
        run, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=1920x1080", "-frames:v", "1", str(path)
    )
    async with playing(path) as played:
        await played.until("a picture", played.port.newest, within_s=5)
        busy = process().cpu_times()
        seen = await played.ticks(3)
        assert len(set(seen)) == 1
        assert None not in seen
        after = process().cpu_times()
    assert after.user + after.system - busy.user - busy.system < 0.3


async def test_slides_that_change_every_few_seconds_stay_in_between(tmp_path: Path) -> None:
    path = await asyncio.to_thread(film, tmp_path / "slides.mp4", *H264, rate="1/3", seconds=9)
    async with playing(path) as played:
        await played.until("a picture", played.port.newest, within_s=5)
        seen = await played.ticks(6)
    assert None not in seen
    assert len(set(seen)) in (2, 3, 4)


async def test_a_file_that_is_not_looped_ends(movie: Path) -> None:
    async with playing(movie, loop=False) as played:
        await played.until_state(SourceState.LIVE, within_s=5)
        fact = await played.until_state(SourceState.LOST, within_s=5)
        assert "has ended" in (fact.reason or "")
        await played.until("the slate", lambda: played.port.newest() is None, within_s=1.2)
        lasted = sum(len(samples) for _, _, samples in played.sounds) / 48_000
        assert lasted == pytest.approx(3, abs=0.1)
        await played.ticks(1)
        assert played.states == [SourceState.WAITING, SourceState.LIVE, SourceState.LOST]


# Faults ---------------------------------------------------------------------------------------------------------------


def text(path: Path) -> None:
    path.write_text("This is no film.\n" * 500)


def noise(path: Path) -> None:
    path.write_bytes(np.random.default_rng(3).bytes(300_000))


def empty(path: Path) -> None:
    path.touch()


def cut_off(path: Path) -> None:
    film(path)
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("nothing.mp4", lambda path: None, "There is no file"),
        ("words.txt", text, "holds no picture and no sound"),
        ("words.mp4", text, "holds no picture and no sound"),
        ("noise.mkv", noise, "holds no picture and no sound"),
        ("empty.mp4", empty, "holds no picture and no sound"),
        ("cut.mp4", cut_off, "holds no picture and no sound"),
        ("folder", Path.mkdir, "holds no picture and no sound"),
        ("pipe", os.mkfifo, "holds no picture and no sound"),
    ],
)
async def test_what_cannot_be_played_is_said_at_once(
    tmp_path: Path, name: str, make: Callable[[Path], None], words: str
) -> None:
    await asyncio.to_thread(make, tmp_path / name)
    async with playing(tmp_path / name) as played:
        fact = await played.until_state(SourceState.FAILED, within_s=4)
        assert words in (fact.reason or "")
        assert name in (fact.reason or "")
        assert played.port.newest() is None


async def test_a_file_that_is_put_there_later_plays(tmp_path: Path, movie: Path) -> None:
    path = tmp_path / "later.mp4"
    async with playing(path) as played:
        await played.until_state(SourceState.FAILED, within_s=4)
        path.write_bytes(movie.read_bytes())
        await played.until_state(SourceState.LIVE, within_s=8)
        assert played.states == [SourceState.WAITING, SourceState.FAILED, SourceState.LIVE]


async def test_a_damaged_file_plays_as_far_as_it_can(tmp_path: Path) -> None:
    path = await asyncio.to_thread(film, tmp_path / "scratched.ts", *H264)
    whole = bytearray(path.read_bytes())
    for at in range(len(whole) // 3, len(whole), len(whole) // 9):
        whole[at : at + 2000] = bytes(2000)
    path.write_bytes(whole)
    async with playing(path) as played:
        await played.until_state(SourceState.LIVE, within_s=5)
        await played.ticks(0.5)
        seen = await played.ticks(4)
    assert seen.count(None) == 0
    assert played.states == [SourceState.WAITING, SourceState.LIVE]


async def test_a_player_that_is_killed_gives_way_and_comes_back(movie: Path) -> None:
    async with playing(movie) as played:
        await played.until("a picture", played.port.newest, within_s=5)
        before = played.port.newest()
        process().kill()
        await played.until_state(SourceState.LOST, within_s=1)
        await played.until_state(SourceState.LIVE, within_s=4)
        after = played.port.newest()
    assert played.states[-2:] == [SourceState.LOST, SourceState.LIVE]
    assert before is not None
    assert after is None or after[0] > before[0], "numbers rise over all lives"


async def test_a_player_that_freezes_is_replaced_within_two_seconds(movie: Path) -> None:
    async with playing(movie) as played:
        await played.until_state(SourceState.LIVE, within_s=5)
        frozen = process()
        frozen.send_signal(signal.SIGSTOP)
        slate_s = await played.until("the slate", lambda: played.port.newest() is None, within_s=2)
        assert slate_s < 1.1
        await played.until_state(SourceState.LOST, within_s=2)
        await played.until_state(SourceState.LIVE, within_s=5)
        await played.until("its end", lambda: not frozen.is_running(), within_s=1)


async def test_no_process_is_left_behind(movie: Path) -> None:
    async with playing(movie) as played:
        await played.until_state(SourceState.LIVE, within_s=5)
        pid = process().pid
    assert not psutil.pid_exists(pid)
