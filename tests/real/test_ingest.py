"""What a real RTMP server receives, plain and over TLS."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import numpy as np
import pytest

from tests.real.flashbeep import analyse, mono
from tests.real.ingest import Ingest
from tests.real.material import film
from tests.real.probe import Probe, probe, seen
from tests.real.running import Service, wait_for

pytestmark = pytest.mark.real

BITRATE_BPS = 4_000_000
SECONDS = 14.0


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Send the test card to both addresses for a while; give what arrived at each, and the recording."""
    folder = tmp_path_factory.mktemp("ingest")
    with Ingest(folder / "plain") as plain, Ingest(folder / "tls", tls=True) as tls:
        settings = output_to(plain, name="plain") + output_to(tls, name="tls")
        with Service(folder / "room", settings) as service, ThreadPoolExecutor() as threads:
            for name in ("plain", "tls"):
                service.wait_output(name, "live", within_s=20)
            takes = {
                name: threads.submit(ingest.take, folder / f"{name}.mkv", seconds=SECONDS)
                for name, ingest in {"plain": plain, "tls": tls}.items()
            }
            taken = {name: take.result() for name, take in takes.items()}
            taken["recording"] = service.recordings()[-1]
            service.interrupt()
        yield taken


def output_to(ingest: Ingest, *, name: str = "ingest") -> str:
    """Write the settings of one output."""
    authority = f'ca_file = "{ingest.ca_file}"\n' if ingest.tls else ""
    return f'[[outputs]]\nname = "{name}"\nurl = "{ingest.url}"\nkey = "{ingest.key}"\n{authority}'


@pytest.fixture(scope="module", params=["plain", "tls", "recording"])
def arrived(request: pytest.FixtureRequest, received: dict[str, Path]) -> Probe:
    return probe(received[request.param])


def test_the_picture_is_h264_yuv420p_720p30_without_b_frames(arrived: Probe) -> None:
    video = arrived.video
    assert (video["codec_name"], video["pix_fmt"]) == ("h264", "yuv420p")
    assert (video["width"], video["height"]) == (1280, 720)
    assert float(arrived.fps) == pytest.approx(30, abs=0.1)
    assert video["has_b_frames"] == 0
    assert all(packet.pts_s == packet.dts_s for packet in arrived.pictures)


def test_the_sound_is_aac_stereo_48_khz(arrived: Probe) -> None:
    assert arrived.audio["codec_name"] == "aac"
    assert arrived.audio["sample_rate"] == "48000"
    assert arrived.audio["channels"] == 2


def test_keyframes_are_no_more_than_two_seconds_apart(arrived: Probe) -> None:
    assert len(arrived.keyframes_s) >= 5
    assert arrived.keyframe_distance_s <= 2.0 + 1e-3


def test_the_bitrate_is_the_one_that_was_set(arrived: Probe) -> None:
    assert arrived.video_bps == pytest.approx(BITRATE_BPS, rel=0.10)


@pytest.mark.parametrize("where", ["plain", "tls", "recording"])
def test_flash_and_beep_are_within_40_ms(received: dict[str, Path], where: str) -> None:
    sync = analyse(received[where])
    assert len(sync.offsets_s) >= 8
    assert sync.worst_s <= 0.040


def test_a_file_with_picture_and_speech_reaches_the_ingest(tmp_path: Path) -> None:
    movie = film(tmp_path / "film.mp4", width=960, height=540, fps=25, seconds=6)
    with Ingest(tmp_path / "ingest") as ingest:
        settings = f'[[sources]]\nname = "film"\nkind = "file"\npath = "{movie}"\n' + output_to(ingest)
        with Service(tmp_path / "room", settings) as service:
            service.wait_output("ingest", "live", within_s=20)
            wait_for("the film", lambda: service.source("film")["state"] == "live", within_s=10)
            arrived = ingest.take(tmp_path / "arrived.mkv", seconds=9)
        assert seen(arrived).lumas[-90:].min() > 60, "the film, not the slate, also where it begins again"
        assert loudness(arrived) > 0.01, "speech is heard"
        assert probe(arrived).largest_gap_s("pictures") < 0.2


def loudness(where: Path) -> float:
    """Return the root mean square of the sound, full scale 1."""
    with av.open(str(where)) as container:
        samples = np.concatenate([mono(frame) for frame in container.decode(container.streams.audio[0])])
    return float(np.sqrt(np.mean(samples**2)))


def test_an_unknown_authority_is_refused_in_words(tmp_path: Path) -> None:
    with Ingest(tmp_path / "ingest", tls=True) as ingest:
        settings = output_to(ingest).replace("ca_file", "# ca_file")
        with Service(tmp_path / "room", settings) as service:
            assert "certificate" in service.wait_output("ingest", "failed", within_s=15)["reason"].lower()


def test_a_certificate_of_another_host_is_refused_in_words(tmp_path: Path) -> None:
    other = Ingest(tmp_path / "ingest", tls=True, certified_host="elsewhere.example")
    with other, Service(tmp_path / "room", output_to(other)) as service:
        assert "certificate" in service.wait_output("ingest", "failed", within_s=15)["reason"].lower()


def test_a_wrong_key_fails_at_once_in_words(tmp_path: Path) -> None:
    with Ingest(tmp_path / "ingest") as ingest:
        settings = output_to(ingest).replace(ingest.key, "made-up")
        with Service(tmp_path / "room", settings) as service:
            output = service.wait_output("ingest", "failed", within_s=10)
            assert "key" in output["reason"].lower()
            assert "made-up" not in output["reason"]
