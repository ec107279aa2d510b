"""The clip of an answered question, from the service as it runs: asked for while the recording is being written."""

import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest

from stream.picture import planes
from tests.real.flashbeep import analyse
from tests.real.probe import Probe, picture, plays, probe
from tests.real.running import Service, Viewer, wait_for

pytestmark = pytest.mark.real

ON_AIR_S = 8.0
LEAD_S = (1.0, 3.1)
"""Shown before the question came: a second, and back to the keyframe."""
TAIL_S = 3.0
MODULE = "stream.ports.clip"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("service"), "[moderation]\nrate = 100\n") as running:
        wait_for("the recording", lambda: running.state()["recording"], within_s=20)
        time.sleep(3)  # so that there is something before the first question
        yield running


def air(service: Service) -> str:
    """Ask a question and put it on air; return its id."""
    question: str = Viewer(service).question("Why does it work, and why not always?").json["id"]
    service.operate("POST", f"/api/questions/{question}/approve")
    service.operate("POST", f"/api/questions/{question}/on-air")
    return question


def answer(service: Service) -> None:
    service.operate("POST", "/api/queue/next")


def seen(service: Service, question: str) -> dict[str, Any]:
    """Return the question as the public sees it."""
    listed: list[dict[str, Any]] = service.get("/api/state").json["state"]["questions"]
    return next(one for one in listed if one["id"] == question)


def children() -> list[psutil.Process]:
    """List the processes that make clips."""
    return [process for process in psutil.process_iter(["cmdline"]) if MODULE in (process.info["cmdline"] or [])]


@dataclass(frozen=True, slots=True)
class Taken:
    """A clip as a viewer got it."""

    question: str
    file: Path
    found: Probe
    source: Probe
    """The recording, as far as it was written by then."""

    @property
    def length_s(self) -> float:
        return self.found.length_s


@pytest.fixture(scope="module")
def taken(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """The first clip, asked for as soon as its question was answered."""
    question = air(service)
    assert seen(service, question)["link"] is None
    time.sleep(ON_AIR_S)
    answer(service)
    link = seen(service, question)["link"]
    assert link == f"/clips/{question}.mp4"
    answered = service.get(link)
    assert (answered.status, answered.headers["content-type"]) == (200, "video/mp4"), answered.body[:500]
    recording = service.state()["recording"]
    assert recording, "it is still being written"
    file = tmp_path_factory.mktemp("clip") / "clip.mp4"
    file.write_bytes(answered.body)
    return Taken(question, file, probe(file), probe(service.data / "recordings" / recording))


def test_the_clip_is_an_mp4_that_plays_from_a_keyframe_before_the_question(taken: Taken) -> None:
    plays(taken.file)
    assert (taken.found.video["codec_name"], taken.found.audio["codec_name"]) == ("h264", "aac")
    assert (taken.found.video["width"], taken.found.video["pix_fmt"]) == (1280, "yuv420p")
    assert ON_AIR_S + TAIL_S + LEAD_S[0] - 0.1 <= taken.length_s <= ON_AIR_S + TAIL_S + LEAD_S[1] + 1
    assert taken.found.keyframes_s[0] == 0.0
    assert len(picture(taken.file, at_s=0)) > 0
    head = taken.file.read_bytes()[:4096]
    assert head[4:8] == b"ftyp"
    assert b"moov" in head, "the index stands in front"


def test_picture_and_sound_are_together_in_it(taken: Taken) -> None:
    offsets_s = np.abs(analyse(taken.file).offsets_s)
    assert len(offsets_s) > ON_AIR_S
    # A busy machine leaves a picture out now and then, which may be the first of a flash.
    assert np.median(offsets_s) < 0.005


def test_each_picture_and_sound_of_the_span_is_in_it_at_its_time(taken: Taken) -> None:
    sizes = [packet.size for packet in taken.source.pictures]
    count = len(taken.found.pictures)
    first = next(at for at in range(len(sizes)) if sizes[at : at + count] == [p.size for p in taken.found.pictures])
    origin_s = taken.source.pictures[first].pts_s
    for clip, recorded in (
        (taken.found.pictures, taken.source.pictures[first : first + count]),
        (taken.found.sounds, [sound for sound in taken.source.sounds if sound.pts_s >= origin_s]),
    ):
        moved = [at.pts_s - was.pts_s + origin_s for at, was in zip(clip, recorded, strict=False)]
        assert max(map(abs, moved)) < 0.002


def test_the_question_is_in_its_picture_when_it_should_be(taken: Taken) -> None:
    shown = shown_s(taken.file)
    assert LEAD_S[0] <= shown[0] <= LEAD_S[1] + 1.0
    assert taken.length_s - TAIL_S - 0.1 <= shown[-1] <= taken.length_s - TAIL_S + 1.5
    assert shown[-1] - shown[0] > ON_AIR_S - 1


def shown_s(clip: Path) -> list[float]:
    """Return when a question stands in the picture: where it is laid, nothing else of the test card moves."""
    times, boxes = [], []
    with av.open(str(clip)) as film:
        for frame in film.decode(film.streams.video[0]):
            luma, _, _ = planes(np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8))
            times.append(float(frame.time or 0.0))
            boxes.append(luma[500:640:4, 100:600:4].astype(np.int16))
    return [at for at, box in zip(times, boxes, strict=True) if np.abs(box - boxes[0]).mean() > 20]


def test_ranges_heads_and_conditions_are_answered_from_what_is_kept(service: Service, taken: Taken) -> None:
    link, whole = f"/clips/{taken.question}.mp4", taken.file.read_bytes()
    began = time.perf_counter()
    head = service.ask("HEAD", link)
    assert time.perf_counter() - began < 0.5, "it is kept"
    assert (head.status, int(head.headers["content-length"])) == (200, len(whole))
    part = service.ask("GET", link, headers={"Range": "bytes=1000-1999"})
    assert (part.status, part.body) == (206, whole[1000:2000])
    assert part.headers["content-range"] == f"bytes 1000-1999/{len(whole)}"
    assert service.ask("GET", link, headers={"If-None-Match": head.headers["etag"]}).status == 304
    assert head.headers["cache-control"] == "public, max-age=86400"


@pytest.mark.parametrize("name", ["q999.mp4", "%2e%2e%2fjournal.db", "..%2f..%2fetc%2fpasswd.mp4", "q1", "q1.mkv"])
def test_other_names_are_not_found(service: Service, taken: Taken, name: str) -> None:
    assert taken
    assert service.get(f"/clips/{name}").status == 404


def test_a_clip_ends_with_its_part_and_outlives_it(service: Service, tmp_path: Path) -> None:
    service.operate("POST", "/api/sessions", {"title": "One"})
    part = wait_for("the session's recording", lambda: running_part(service, "one"), within_s=10)
    time.sleep(2)
    question = air(service)
    time.sleep(2)
    service.operate("POST", "/api/sessions", {"title": "Two"})
    wait_for("the next recording", lambda: running_part(service, "two"), within_s=10)
    answer(service)
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(service.get(f"/clips/{question}.mp4").body)
    plays(clip)
    assert 3 <= probe(clip).length_s <= 8, "it ends where the part does"

    part.unlink()
    assert service.get(f"/clips/{question}.mp4").body == clip.read_bytes(), "it is made once"
    service.operate("POST", f"/api/questions/{question}/restore")
    assert service.get(f"/clips/{question}.mp4").code == "clip_unknown"


def running_part(service: Service, name: str) -> Path | None:
    """Return the recording's file where it is the one of the session of that name."""
    path = service.state()["recording"]
    return service.data / "recordings" / path if path and path.endswith(f"-{name}.mkv") else None


@pytest.fixture
def ended(service: Service) -> tuple[str, Path]:
    """A question that nobody has watched yet, and the file it is in, which has ended."""
    service.operate("POST", "/api/sessions", {"title": "Gone"})
    part = wait_for("the session's recording", lambda: running_part(service, "gone"), within_s=10)
    question = air(service)
    time.sleep(1)
    answer(service)
    service.operate("POST", "/api/sessions", {"title": "After"})
    wait_for("the next recording", lambda: running_part(service, "after"), within_s=10)
    time.sleep(1.5)  # its last sound is still being written
    return question, part


def test_a_recording_that_is_damaged_or_gone_is_told_in_words(service: Service, ended: tuple[str, Path]) -> None:
    question, part = ended
    part.write_bytes(os.urandom(100_000))
    damaged = service.get(f"/clips/{question}.mp4")
    assert (damaged.status, damaged.code) == (404, "recording_missing")
    assert "damaged" in damaged.json["error"]["message"]
    part.unlink()
    gone = service.get(f"/clips/{question}.mp4")
    assert (gone.status, gone.code) == (404, "recording_missing")
    assert "no longer there" in gone.json["error"]["message"]
    assert not children()


def test_who_goes_away_leaves_no_process_behind(service: Service, ended: tuple[str, Path]) -> None:
    question, part = ended
    part.unlink()
    os.mkfifo(part)  # whoever opens it waits for ever
    with socket.create_connection(("127.0.0.1", service.port)) as viewer:
        viewer.sendall(f"GET /clips/{question}.mp4 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        wait_for("the process that makes the clip", children, within_s=10)
    wait_for("its end", lambda: not children(), within_s=5)
    assert not list((service.data / "clips").glob("*.part"))
    part.unlink()
