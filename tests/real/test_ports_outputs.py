"""The outputs' ports against a real RTMP server, a real disk that fills up, and a player's view of the HLS."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.clock import SystemClock
from bridge.terms import LinkState
from stream.outputs import Outputs
from stream.protocol import HlsOutput, OutputFact, OutputSpec, PartFact, RecordingOutput, RtmpOutput
from tests.real.feeding import PROGRAMME, Programmed, encoded, ports
from tests.real.ingest import Ingest
from tests.real.probe import plays, probe

pytestmark = pytest.mark.real

CLOCK = SystemClock()


@dataclass
class Room:
    """Outputs that are fed, and what they reported."""

    outputs: Outputs
    programme: Programmed
    facts: list[OutputFact | PartFact] = field(default_factory=list)

    def state(self, name: str) -> OutputFact | None:
        return next((fact for fact in self.outputs.facts() if fact.name == name), None)

    def parts(self) -> list[PartFact]:
        return [fact for fact in self.facts if isinstance(fact, PartFact)]

    async def until(self, what: str, look: Callable[[], object], *, within_s: float) -> float:
        """Wait until ``look`` finds something; return how long that took."""
        began = CLOCK.monotonic()
        while not look():
            assert CLOCK.monotonic() - began < within_s, f"waited {within_s} s in vain for {what}: {self.facts[-5:]}"
            await asyncio.sleep(0.02)
        return CLOCK.monotonic() - began

    async def until_state(self, name: str, state: LinkState, *, within_s: float) -> OutputFact:
        await self.until(f"{name} {state}", lambda: (now := self.state(name)) and now.state is state, within_s=within_s)
        found = self.state(name)
        assert found is not None
        return found

    async def for_s(self, seconds: float) -> None:
        """Let the programme run on."""
        await asyncio.sleep(seconds)


@asynccontextmanager
async def room(*specs: OutputSpec) -> AsyncIterator[Room]:
    header, _, _ = encoded()
    facts: list[OutputFact | PartFact] = []
    async with Outputs(header=header, report=facts.append, clock=CLOCK, luck=lambda: 0.5) as outputs:
        with Programmed(outputs.offer) as programme:
            outputs.reconcile(specs)
            yield Room(outputs, programme, facts)


@pytest.fixture(autouse=True, scope="module")
def programme_is_encoded_beforehand() -> None:
    encoded()


@pytest.fixture
def ingest(tmp_path: Path) -> Iterator[Ingest]:
    with Ingest(tmp_path / "ingest") as running:
        yield running


def to(ingest: Ingest, name: str = "main") -> RtmpOutput:
    return RtmpOutput(name=name, url=ingest.address, ca_file=str(ingest.ca_file) if ingest.ca_file else None)


def states(sent: Room, name: str) -> list[LinkState]:
    return [fact.state for fact in sent.facts if isinstance(fact, OutputFact) and fact.name == name]


# RTMP -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tls", [False, True], ids=["rtmp", "rtmps"])
async def test_the_ingest_gets_the_programme_as_it_was_encoded(tmp_path: Path, tls: bool) -> None:
    with Ingest(tmp_path / "ingest", tls=tls) as ingest:
        async with room(to(ingest)) as sent:
            await sent.until_state("main", LinkState.LIVE, within_s=10)
            taken = await asyncio.to_thread(ingest.take, tmp_path / "taken.mkv", seconds=8)
            (figures,) = sent.outputs.figures()
    found = probe(taken)
    assert (found.video["codec_name"], found.audio["codec_name"]) == ("h264", "aac")
    assert (found.video["width"], found.video["height"], found.video["has_b_frames"]) == (640, 360, 0)
    assert found.audio["sample_rate"] == "48000"
    assert found.keyframe_distance_s <= 2.01
    assert float(found.fps) == pytest.approx(30, abs=0.1)
    assert found.video_bps == pytest.approx(PROGRAMME.video_bps, rel=0.1)
    assert figures.bitrate_bps == pytest.approx(PROGRAMME.video_bps + PROGRAMME.audio_bps, rel=0.2)
    assert figures.dropped == 0


async def test_no_key_is_seen_on_a_command_line_in_an_environment_or_in_a_report(ingest: Ingest) -> None:
    async with room(to(ingest), RtmpOutput(name="wrong", url=f"{ingest.url}/another-secret")) as sent:
        await sent.until_state("main", LinkState.LIVE, within_s=10)
        await sent.until_state("wrong", LinkState.FAILED, within_s=10)
        for port in ports():
            seen = " ".join(port.cmdline()) + str(port.environ())
            assert ingest.key not in seen
            assert "another-secret" not in seen
        assert ingest.key not in str(sent.facts)
        assert "another-secret" not in str(sent.facts)


async def test_a_server_that_is_killed_is_reconnected_to_within_three_seconds_of_its_return(
    ingest: Ingest, tmp_path: Path
) -> None:
    recording = RecordingOutput(name="rec", path=str(tmp_path / "recording.mkv"))
    async with room(to(ingest), recording) as sent:
        await sent.until_state("main", LinkState.LIVE, within_s=10)
        await sent.until_state("rec", LinkState.LIVE, within_s=10)
        ingest.kill()
        lost = await sent.until_state("main", LinkState.RECONNECTING, within_s=1)
        assert "127.0.0.1" in (lost.reason or "")
        await sent.for_s(7)
        ingest.start()
        assert await asyncio.to_thread(ingest.wait_received, within_s=10) < 3 + 1.5, "1.5 s of it wait for a keyframe"
        await sent.until_state("main", LinkState.LIVE, within_s=3)
    found = probe(tmp_path / "recording.mkv")
    assert found.largest_gap_s("pictures") < 0.05
    assert found.largest_gap_s("sounds") < 0.03


async def test_a_server_that_freezes_is_noticed_within_ten_seconds_and_disturbs_nothing_else(
    ingest: Ingest, tmp_path: Path
) -> None:
    with Ingest(tmp_path / "other") as other:
        async with room(to(ingest), to(other, "other")) as sent:
            await sent.until_state("main", LinkState.LIVE, within_s=10)
            await sent.until_state("other", LinkState.LIVE, within_s=10)
            await sent.for_s(3)
            ingest.freeze()
            began = CLOCK.monotonic()
            fact = await sent.until_state("main", LinkState.RECONNECTING, within_s=10)
            assert "takes no more data" in (fact.reason or ""), f"after {CLOCK.monotonic() - began:.1f} s"
            assert max(sent.programme.costs_s) < 0.2, "offering never waits"
            await sent.until("the connect to it to be given up", lambda: len(ports()) == 2, within_s=15)
            ingest.thaw()
            await sent.until_state("main", LinkState.LIVE, within_s=12)
            figures = {one.name: one for one in sent.outputs.figures()}
            assert figures["other"].dropped == 0
            assert states(sent, "other") == [LinkState.CONNECTING, LinkState.LIVE]


async def test_what_is_wrong_from_the_start_fails_at_once_in_words(ingest: Ingest, tmp_path: Path) -> None:
    with Ingest(tmp_path / "tls", tls=True, certified_host="other.example") as misnamed:
        wrong = {
            "key": (RtmpOutput(name="key", url=f"{ingest.url}/nobody-s"), "Check the key"),
            "application": (
                RtmpOutput(name="application", url=ingest.url.replace("live", "dead") + "/x"),
                "refuses the application",
            ),
            "name": (RtmpOutput(name="name", url="rtmp://no-such-host.invalid/live/x"), "name of no-such-host.invalid"),
            "scheme": (RtmpOutput(name="scheme", url="http://127.0.0.1/live"), "must begin with rtmp"),
            "authority": (RtmpOutput(name="authority", url=misnamed.address), "is not trusted"),
            "host": (to(misnamed, "host"), "names another"),
        }
        async with room(*(spec for spec, _ in wrong.values())) as sent:
            for name, (_, words) in wrong.items():
                fact = await sent.until_state(name, LinkState.FAILED, within_s=8)
                assert words in (fact.reason or "")


async def test_where_nobody_listens_it_says_so_and_tries_again(ingest: Ingest) -> None:
    ingest.kill()
    async with room(to(ingest)) as sent:
        fact = await sent.until_state("main", LinkState.RECONNECTING, within_s=5)
        assert "Nobody listens" in (fact.reason or "")
        await sent.until("more tries", lambda: sent.outputs.figures()[0].tries >= 3, within_s=8)
        ingest.start()
        await sent.until_state("main", LinkState.LIVE, within_s=6)


async def test_outputs_come_and_go_without_touching_the_others(ingest: Ingest, tmp_path: Path) -> None:
    recording = RecordingOutput(name="rec", path=str(tmp_path / "r.mkv"))
    async with room(to(ingest), recording) as sent:
        await sent.until_state("rec", LinkState.LIVE, within_s=10)
        before = [port.pid for port in ports() if "stream.ports.recording" in port.cmdline()]
        sent.outputs.reconcile((recording,))
        await sent.until("rtmp to end", lambda: len(ports()) == 1, within_s=3)
        assert [port.pid for port in ports()] == before
        idle = [LinkState.CONNECTING, LinkState.LIVE, LinkState.IDLE]
        await sent.until("the end to be told", lambda: states(sent, "main") == idle, within_s=2)
        sent.outputs.reconcile((recording, to(ingest)))
        await sent.until_state("main", LinkState.LIVE, within_s=6)
    assert ports() == []


async def test_a_port_that_is_killed_is_started_again(ingest: Ingest) -> None:
    async with room(to(ingest)) as sent:
        await sent.until_state("main", LinkState.LIVE, within_s=10)
        ports()[0].kill()
        await sent.until_state("main", LinkState.RECONNECTING, within_s=1)
        await sent.until_state("main", LinkState.LIVE, within_s=6)


# Recording ------------------------------------------------------------------------------------------------------------


async def test_a_changed_path_goes_on_in_another_file_without_a_gap_or_an_overlap(tmp_path: Path) -> None:
    first, second = tmp_path / "one.mkv", tmp_path / "deeper" / "two.mkv"
    async with room(RecordingOutput(name="rec", path=str(first))) as sent:
        await sent.until_state("rec", LinkState.LIVE, within_s=10)
        await sent.for_s(4)
        sent.outputs.reconcile((RecordingOutput(name="rec", path=str(second)),))
        await sent.until("the first part to end", lambda: sent.parts()[-1].ended, within_s=6)
        await sent.for_s(3)
        start_s = sent.programme.start_s
    plays(first)
    plays(second)
    one, two = probe(first), probe(second)
    began = [part for part in sent.parts() if not part.ended]
    assert [Path(part.path) for part in began] == [first, second]
    lasted = (began[1].began_at - began[0].began_at).total_seconds()
    assert one.length_s + 1 / 30 == pytest.approx(lasted, abs=0.002)
    sound_gap = (two.sounds[0].pts_s + lasted) - (one.sounds[-1].pts_s + 1024 / 48_000)
    assert abs(sound_gap) < 0.003, "Matroska counts in milliseconds"
    # The first picture's own time, seen from the programme's clock.
    due = CLOCK.now() - timedelta(seconds=CLOCK.monotonic() - start_s)
    into_group = (began[0].began_at - due).total_seconds() % 2
    assert min(into_group, 2 - into_group) < 0.02
    ended = [part for part in sent.parts() if part.ended]
    assert [(part.path, part.began_at) for part in ended] == [(part.path, part.began_at) for part in began]


async def test_a_recording_that_exists_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "room.mkv"
    path.write_bytes(b"precious")
    (tmp_path / "room-2.mkv").write_bytes(b"precious too")
    async with room(RecordingOutput(name="rec", path=str(path))) as sent:
        await sent.until("a part", sent.parts, within_s=10)
        assert sent.parts()[0].path == str(tmp_path / "room-3.mkv")
        await sent.for_s(1)
    assert path.read_bytes() == b"precious"
    plays(tmp_path / "room-3.mkv")


async def test_a_recording_killed_at_any_moment_plays_to_its_last_packets(tmp_path: Path) -> None:
    path = tmp_path / "killed.mkv"
    async with room(RecordingOutput(name="rec", path=str(path))) as sent:
        await sent.until_state("rec", LinkState.LIVE, within_s=10)
        await sent.for_s(3)
        ports()[0].kill()
        await sent.until("another file", (tmp_path / "killed-2.mkv").exists, within_s=6)
    assert [part.ended for part in sent.parts() if part.path == str(path)] == [False, True]
    assert probe(path).length_s > 2.5
    plays(path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 4 MiB."""
    where = tmp_path / "small"
    where.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(where)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no file system may be mounted here: {mounted.stderr.strip()}")
    yield where
    subprocess.run(["umount", "-l", str(where)], check=True)


@pytest.mark.parametrize("kind", ["recording", "hls"])
async def test_a_full_disk_is_said_in_words_and_the_stream_goes_on(ingest: Ingest, small_disk: Path, kind: str) -> None:
    spec: OutputSpec = RecordingOutput(name="disk", path=str(small_disk / "r.mkv"))
    if kind == "hls":
        spec = HlsOutput(name="disk", directory=str(small_disk / "hls"))
    async with room(to(ingest), spec) as sent:
        await sent.until_state("disk", LinkState.LIVE, within_s=10)
        fact = await sent.until_state("disk", LinkState.FAILED, within_s=20)
        assert (fact.reason or "").startswith("The disk is full.")
        assert ingest.received()
        figures = {one.name: one for one in sent.outputs.figures()}
        assert figures["main"].dropped == 0
        if kind == "recording":
            assert [part.ended for part in sent.parts()] == [False, True]
            assert os.listdir(small_disk) == ["r.mkv"], "no empty file is left by further tries"
            plays_to_its_cut(small_disk / "r.mkv")


def plays_to_its_cut(path: Path) -> None:
    assert probe(path).length_s > 3


async def test_a_directory_that_may_not_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    async with room(RecordingOutput(name="rec", path=str(tmp_path / "file" / "r.mkv"))) as sent:
        fact = await sent.until_state("rec", LinkState.FAILED, within_s=6)
        assert "cannot be written" in (fact.reason or "")


# HLS ------------------------------------------------------------------------------------------------------------------


def listed(playlist: Path) -> tuple[int, list[str]]:
    """Return the media sequence number and the segments of a playlist."""
    lines = playlist.read_text().splitlines()
    (number,) = (int(line.partition(":")[2]) for line in lines if line.startswith("#EXT-X-MEDIA-SEQUENCE"))
    return number, [line for line in lines if not line.startswith("#")]


async def test_the_playlist_keeps_to_rfc_8216_and_goes_on_counting_after_a_restart(tmp_path: Path) -> None:
    playlist = tmp_path / "live.m3u8"
    async with room(HlsOutput(name="hls", directory=str(tmp_path))) as sent:
        await sent.until("three segments", lambda: playlist.exists() and len(listed(playlist)[1]) >= 3, within_s=15)
        text = playlist.read_text()
        number, segments = listed(playlist)
        ports()[0].kill()
        await sent.until("it to go on", lambda: "#EXT-X-DISCONTINUITY" in playlist.read_text(), within_s=12)
        later, after = listed(playlist)
    assert "#EXT-X-INDEPENDENT-SEGMENTS" in text
    assert "#EXT-X-PROGRAM-DATE-TIME" in text
    assert "#EXT-X-ENDLIST" not in text
    assert "#EXT-X-TARGETDURATION:2" in text
    assert number > 1_700_000_000, "counted from the time of day, so that it never falls"
    assert later >= number
    assert [name for name in after if name in segments], "players go on where they were"
    found = probe(tmp_path / segments[-1])
    assert found.pictures[0].keyframe


async def test_what_an_old_run_left_is_cleared_away(tmp_path: Path) -> None:
    old = tmp_path / "live17.ts"
    old.write_bytes(b"stale")
    playlist = tmp_path / "live.m3u8"
    playlist.write_text("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:17\n#EXTINF:2.0,\nlive17.ts\n")
    os.utime(playlist, (1, 1))
    async with room(HlsOutput(name="hls", directory=str(tmp_path))) as sent:
        await sent.until("a new segment", lambda: playlist.exists() and listed(playlist)[0] > 17, within_s=12)
        assert not old.exists()
