import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from stream.ports.matroska import NEAR_BYTES, NotMatroska, Recording, first_cluster
from stream.ports.recording import OPTIONS

SECONDS = 12


@pytest.fixture(scope="module")
def whole() -> bytes:
    """A recording as our port writes them, of noise, so that it is far larger than what is read at once."""
    rng = np.random.default_rng(3)
    out = io.BytesIO()
    with av.open(out, "w", format="matroska", options=OPTIONS) as film:
        stream = film.add_stream("rawvideo", rate=25)
        stream.width, stream.height, stream.pix_fmt = 128, 128, "yuv420p"
        for tick in range(SECONDS * 25):
            frame = av.VideoFrame.from_ndarray(rng.integers(0, 255, (192, 128), np.uint8), format="yuv420p")
            frame.pts, frame.time_base = tick, Fraction(1, 25)
            film.mux(stream.encode(frame))
    assert len(out.getvalue()) > 4 * NEAR_BYTES
    return out.getvalue()


def first_ms(path: Path, from_ms: int) -> int:
    """Return the time of the first picture that FFmpeg finds."""
    with Recording(str(path), from_ms) as file, av.open(file, "r", format="matroska") as film:
        packet = next(film.demux(film.streams.video[0]))
        assert packet.pts is not None
        return packet.pts


@pytest.mark.parametrize("from_ms", [0, 100, 3333, 7000, 11_900])
def test_it_is_read_from_shortly_before_the_moment(tmp_path: Path, whole: bytes, from_ms: int) -> None:
    path = tmp_path / "a.mkv"
    path.write_bytes(whole)
    near_ms = NEAR_BYTES / len(whole) * SECONDS * 1000
    assert from_ms - near_ms - 300 <= first_ms(path, from_ms) <= from_ms


def test_a_file_cut_off_anywhere_is_read_as_far_as_it_goes(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "a.mkv"
    for share in (0.3, 0.61, 0.987):
        path.write_bytes(whole[: int(len(whole) * share)])
        assert first_ms(path, 2000) <= 2000
        assert first_ms(path, 60_000) <= SECONDS * 1000 * share


def test_what_holds_no_cluster_is_refused(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "a.mkv"
    for content in (b"", bytes(1 << 20), whole[:200]):
        path.write_bytes(content)
        with pytest.raises(NotMatroska):
            Recording(str(path), 0)
    with pytest.raises(FileNotFoundError):
        Recording(str(tmp_path / "b.mkv"), 0)


@pytest.mark.parametrize(
    ("size", "time", "ms"),
    [
        (b"\x85", b"\xe7\x81\x07", 7),
        (b"\x40\x02", b"\xe7\x82\x01\x00", 256),
        (b"\x21\x87\x58", b"\xbf\x84abcd\xe7\x82\x01\x5d", 349),
        (b"\x01\xff\xff\xff\xff\xff\xff\xff", b"\xe7\x84\x00\x01\x00\x00", 65536),
    ],
    ids=["one byte", "two bytes", "with a checksum", "of unknown size"],
)
def test_a_cluster_is_known_by_how_it_begins(size: bytes, time: bytes, ms: int) -> None:
    cluster = b"\x1f\x43\xb6\x75" + size + time + bytes(8)
    assert first_cluster(b"\x1f\x43\xb6\x75 is no cluster" + cluster) == (18, ms)
    assert first_cluster(cluster[:12]) is None
