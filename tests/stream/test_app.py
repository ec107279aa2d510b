"""The studio as a process, told over its socket as a bridge would."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from bridge.terms import LinkState, SourceState
from stream import protocol
from stream.protocol import (
    FileSource,
    FromStudio,
    Hello,
    HlsOutput,
    Meters,
    OutputFact,
    PartFact,
    Programme,
    Quit,
    RecordingOutput,
    Slate,
    SourceFact,
    Want,
    WhipAnswer,
    WhipOffer,
)

pytestmark = pytest.mark.real

PROGRAMME = Programme(width=320, height=180, fps=30, video_bps=400_000, preset="ultrafast", audio_bps=96_000)
PATIENCE_S = 30


def want(
    data: Path, *, on_air: bool = True, source: str = "card", sources: tuple[protocol.SourceSpec, ...] = ()
) -> Want:
    return Want(
        programme=PROGRAMME,
        on_air=on_air,
        blanked=False,
        sources=sources or (protocol.TestCard(name="card"), protocol.WhipSource(name="camera")),
        source=source,
        slate=Slate(title="Forward Prop", line="Starting soon"),
        lower_third=None,
        question=None,
        outputs=(
            RecordingOutput(name="recording", path=str(data / "one.mkv")),
            HlsOutput(name="hls", directory=str(data / "hls")),
        ),
    )


class Bridge:
    """One connection to the studio, with everything that it said."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.heard: list[FromStudio] = []

    async def say(self, message: protocol.ToStudio) -> None:
        self._writer.write(protocol.frame(message))
        await self._writer.drain()

    async def hear(self, wanted: Callable[[FromStudio], bool]) -> FromStudio:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                message = protocol.from_studio.decode(await protocol.read_frame(self._reader))
                self.heard.append(message)
                if wanted(message):
                    return message

    def close(self) -> None:
        self._writer.close()


def output_is(name: str, state: LinkState) -> Callable[[FromStudio], bool]:
    return lambda message: isinstance(message, OutputFact) and message.name == name and message.state == state


class StudioProcess:
    """A studio that was started in ``data``."""

    def __init__(self, data: Path, process: asyncio.subprocess.Process) -> None:
        self.data = data
        self.process = process
        self.bridges: list[Bridge] = []

    async def connect(self) -> Bridge:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    bridge = Bridge(*await asyncio.open_unix_connection(self.data / "studio.sock"))
                except (FileNotFoundError, ConnectionRefusedError):
                    assert self.process.returncode is None, "the studio lives"
                    await asyncio.sleep(0.02)
                else:
                    self.bridges.append(bridge)
                    await bridge.hear(lambda message: isinstance(message, Hello))
                    return bridge


@asynccontextmanager
async def running(data: Path) -> AsyncIterator[StudioProcess]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "stream", "--data", str(data))
    studio = StudioProcess(data, process)
    try:
        yield studio
    finally:
        for bridge in studio.bridges:
            bridge.close()
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[StudioProcess]:
    async with running(tmp_path) as started:
        yield started


async def test_it_goes_on_air_into_recording_and_hls(studio: StudioProcess) -> None:
    bridge = await studio.connect()
    await bridge.say(want(studio.data))
    await bridge.hear(output_is("recording", LinkState.LIVE))
    await bridge.hear(lambda message: isinstance(message, Meters) and message.figures.fps > 25)
    assert any(isinstance(message, PartFact) and not message.ended for message in bridge.heard)
    assert SourceFact(name="card", state=SourceState.LIVE) in bridge.heard


async def test_told_to_quit_it_finishes_the_recording(studio: StudioProcess) -> None:
    bridge = await studio.connect()
    await bridge.say(want(studio.data))
    await bridge.hear(output_is("recording", LinkState.LIVE))
    await bridge.say(Quit())
    async with asyncio.timeout(PATIENCE_S):
        assert await studio.process.wait() == 0
    assert (studio.data / "one.mkv").stat().st_size > 0
    assert not (studio.data / "studio.sock").exists()


async def test_it_stays_on_air_without_a_bridge_and_tells_the_next_one_what_stands(studio: StudioProcess) -> None:
    first = await studio.connect()
    await first.say(want(studio.data))
    await first.hear(output_is("recording", LinkState.LIVE))
    first.close()
    second = await studio.connect()
    await second.hear(output_is("recording", LinkState.LIVE))
    size = (studio.data / "one.mkv").stat().st_size
    await second.hear(lambda message: (studio.data / "one.mkv").stat().st_size > size)


async def test_off_air_the_outputs_end_and_the_mixer_goes_on(studio: StudioProcess) -> None:
    bridge = await studio.connect()
    await bridge.say(want(studio.data))
    await bridge.hear(output_is("recording", LinkState.LIVE))
    await bridge.say(want(studio.data, on_air=False))
    await bridge.hear(lambda message: isinstance(message, PartFact) and message.ended)
    await bridge.hear(lambda message: isinstance(message, Meters) and not message.figures.outputs)


async def test_a_file_that_is_none_is_told_of_and_the_slate_stands_in(studio: StudioProcess) -> None:
    bridge = await studio.connect()
    missing = FileSource(name="film", path=str(studio.data / "missing.mp4"))
    await bridge.say(want(studio.data, source="film", sources=(missing,)))
    fact = await bridge.hear(lambda message: isinstance(message, SourceFact) and message.state == SourceState.FAILED)
    assert isinstance(fact, SourceFact)
    assert fact.reason
    await bridge.hear(lambda message: isinstance(message, Meters) and message.figures.fps > 25)


async def test_an_offer_for_no_source_is_answered_in_words(studio: StudioProcess) -> None:
    bridge = await studio.connect()
    await bridge.say(want(studio.data))
    await bridge.say(WhipOffer(request=7, source="nobody", sdp="v=0"))
    answer = await bridge.hear(lambda message: isinstance(message, WhipAnswer))
    assert isinstance(answer, WhipAnswer)
    assert answer.request == 7
    assert answer.fault


async def test_a_second_studio_in_the_same_place_is_refused(studio: StudioProcess) -> None:
    await studio.connect()
    async with running(studio.data) as second:
        async with asyncio.timeout(PATIENCE_S):
            assert await second.process.wait() == 1


async def test_another_programme_takes_the_place_of_the_first(studio: StudioProcess) -> None:
    bridge = await studio.connect()
    await bridge.say(want(studio.data))
    await bridge.hear(output_is("recording", LinkState.LIVE))
    await bridge.say(msgspec.structs.replace(want(studio.data), programme=SMALLER))
    await bridge.hear(lambda message: isinstance(message, PartFact) and message.path.endswith("-2.mkv"))
    assert (studio.data / "one.mkv").stat().st_size > 0


SMALLER = Programme(width=160, height=90, fps=25, video_bps=200_000, preset="ultrafast", audio_bps=96_000)
