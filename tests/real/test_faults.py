"""Kill, freeze and fill what the service stands on, and see from outside that the programme goes on."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.real.ingest import Ingest
from tests.real.material import film
from tests.real.probe import plays, probe, seen
from tests.real.running import Service, Viewer, wait_for

pytestmark = pytest.mark.real

FRAME_S = 1 / 30
NO_GAP_S = 4.5 * FRAME_S
"""Between two pictures: a machine busy with other work may drop one or two, or three."""
NO_SOUND_GAP_S = 0.03
"""Between two packets of sound (21.3 ms each): none is ever dropped."""
SETTLED_S = 12.0
"""A service that has run for so long has prepared itself for the loss of its studio."""
SLATE = 60
"""Mean luma below which a picture is the slate: the film is never so dark."""


def growing(path: Path, *, within_s: float = 2.0) -> None:
    """See that a file is being written."""
    size = path.stat().st_size
    wait_for(f"{path.name} to grow", lambda: path.stat().st_size > size, within_s=within_s)


def a_recording_of(service: Service, *, at_least_s: float = 2.0) -> Path:
    """Return the newest recording once it holds so much."""
    wanted = at_least_s * 400_000
    return wait_for(
        f"{at_least_s} s of recording",
        lambda: next((path for path in service.recordings()[-1:] if path.stat().st_size > wanted), None),
        within_s=at_least_s + 15,
    )


def without_gap(recording: Path) -> None:
    """See that pictures and sound follow one another from begin to end."""
    found = probe(recording)
    assert found.largest_gap_s("pictures") <= NO_GAP_S
    assert found.largest_gap_s("sounds") <= NO_SOUND_GAP_S


# Source ---------------------------------------------------------------------------------------------------------------


def playing_film(service: Service) -> psutil.Process:
    """Wait until the film is seen and return its port's process."""
    wait_for("the film", lambda: service.source("film")["state"] == "live", within_s=10)
    return next(process for process in service.tree() if "stream.ports.file" in process.cmdline())


def film_settings(folder: Path) -> str:
    """Make a film and write the settings that play it."""
    movie = film(folder / "film.mp4", seconds=10)
    return f'[[sources]]\nname = "film"\nkind = "file"\npath = "{movie}"\n'


def test_a_source_that_is_killed_comes_back_by_itself(tmp_path: Path) -> None:
    with Service(tmp_path / "room", film_settings(tmp_path)) as service:
        recording = a_recording_of(service)
        port = playing_film(service)
        port.kill()
        wait_for("the source to be lost", lambda: service.source("film")["state"] == "lost", within_s=1.5, every_s=0.02)
        assert playing_film(service).pid != port.pid
        after_two_more_seconds(recording)
        service.interrupt()
        assert seen(recording).lumas[-10:].min() > SLATE, "the film is there again at the end"


def test_a_source_that_freezes_gives_way_to_the_slate_within_a_second_and_comes_back(tmp_path: Path) -> None:
    with Service(tmp_path / "room", film_settings(tmp_path)) as service:
        recording = a_recording_of(service)
        port = playing_film(service)
        port.suspend()
        wait_for("the source to be lost", lambda: service.source("film")["state"] == "lost", within_s=3, every_s=0.02)
        assert playing_film(service).pid != port.pid
        after_two_more_seconds(recording)
        service.interrupt()
        picture = seen(recording)
        still_s = picture.stood_still_s(darker_than=SLATE)
        print(f"slate {still_s:.2f} s after the source froze")
        assert still_s <= 1.0
        assert picture.lumas[-10:].min() > SLATE, "the film is there again at the end"


def after_two_more_seconds(recording: Path) -> None:
    """Wait until so much more is recorded."""
    size = recording.stat().st_size
    wait_for("two seconds more", lambda: recording.stat().st_size > size + 1_000_000, within_s=15)


# Studio ---------------------------------------------------------------------------------------------------------------


def test_a_studio_that_is_killed_is_on_air_again_within_two_seconds(tmp_path: Path) -> None:
    with Ingest(tmp_path / "ingest") as ingest, Service(tmp_path / "room", output_to(ingest)) as service:
        before = a_recording_of(service, at_least_s=SETTLED_S)
        ingest.wait_received(within_s=5)
        first = service.studio_pid()
        assert first is not None
        os.kill(first, signal.SIGKILL)
        began = time.perf_counter()
        wait_for("the ingest to lose it", lambda: ingest.received() is None, within_s=1.0, every_s=0.01)
        ingest.wait_received(within_s=2.0 - (time.perf_counter() - began), more_than=20_000)
        print(f"at the ingest again {time.perf_counter() - began:.2f} s after the studio was killed")
        after = another_recording(service, before)
        assert service.studio_pid() not in {None, first}
        plays_list(service)
        growing(after)
        service.interrupt()
        plays(after)
        assert probe(before).length_s > 1, "what was recorded before plays"


def another_recording(service: Service, before: Path) -> Path:
    """Wait for the recording that follows ``before``."""
    return wait_for(
        "another recording",
        lambda: next((path for path in service.recordings() if path != before and path.stat().st_size > 20_000), None),
        within_s=5,
        every_s=0.02,
    )


def plays_list(service: Service) -> None:
    """See that the HLS list goes on."""
    first = service.get("/hls/live.m3u8").body
    wait_for("the HLS list to go on", lambda: service.get("/hls/live.m3u8").body != first, within_s=8)


def test_a_studio_that_hangs_is_replaced(tmp_path: Path) -> None:
    with Service(tmp_path / "room") as service:
        before = a_recording_of(service)
        first = service.studio_pid()
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        try:
            wait_for(
                "another studio", lambda: service.studio_pid() not in {None, first} or not alive(first), within_s=15
            )
            wait_for("the studio to answer", lambda: service.state()["studio"], within_s=10)
        finally:
            if alive(first):
                os.kill(first, signal.SIGKILL)
        growing(another_recording(service, before))


def alive(pid: int) -> bool:
    """Tell whether a process runs."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


# Bridge ---------------------------------------------------------------------------------------------------------------


def test_a_bridge_that_is_killed_leaves_the_studio_on_air_and_the_next_takes_it_over(tmp_path: Path) -> None:
    with Service(tmp_path / "room", "[moderation]\nrate = 1000\n") as service:
        between = a_recording_of(service)
        service.operate("POST", "/api/sessions", {"title": "GANs, round 2"})
        recording = another_recording(service, between)
        studio = service.studio_pid()
        viewer = Viewer(service)
        acknowledged = [viewer.question(f"Question number {n}?").json["id"] for n in range(50)]
        service.kill()

        growing(recording)
        time.sleep(3)
        growing(recording)
        assert service.studio_pid() == studio

        service.start()
        assert service.studio_pid() == studio, "the next bridge takes over the studio that is there"
        state = service.state()
        assert {question["id"] for question in state["questions"]} >= set(acknowledged)
        assert state["session"]["title"] == "GANs, round 2"
        assert viewer.ask("GET", "/api/state").json["state"]["questions"][0]["mine"], "the asker is known as before"
        wait_for("the studio to answer", lambda: service.state()["studio"], within_s=5)
        assert service.recordings()[-1] == recording, "the recording was not begun anew"
        growing(recording)
        service.interrupt()
        plays(recording)
        without_gap(recording)


def test_a_bridge_told_to_hang_up_leaves_the_studio_on_air(tmp_path: Path) -> None:
    with Service(tmp_path / "room") as service:
        recording = a_recording_of(service)
        studio = service.studio_pid()
        service.process.send_signal(signal.SIGHUP)
        service.process.wait(10)
        growing(recording)
        assert service.studio_pid() == studio
        service.start()
        assert service.studio_pid() == studio


def test_two_services_do_not_share_one_data_directory(tmp_path: Path) -> None:
    with Service(tmp_path / "room") as service:
        done = service.command("run", "--port", "0")
        assert done.returncode == 1
        assert str(service.data) in done.stderr
        assert "Traceback" not in done.stderr
        assert service.ready()


# Disk -----------------------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[Path]:
    """Give a disk of its own, which is soon full."""
    folder.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a disk that fills up needs the right to mount one")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_said_in_words_and_the_stream_goes_on(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, megabytes=6), Service(tmp_path / "room", f'[recording]\ndir = "{disk}"\n') as service:
        name = next(found["name"] for found in service.operate("GET", "/api/outputs") if found["kind"] == "recording")

        def stopped() -> dict[str, str] | None:
            found = service.output(name)
            return found if found["state"] != "live" and found["reason"] else None

        fault = wait_for("the recording to stop", stopped, within_s=40)
        assert "disk" in fault["reason"].lower()
        assert "Errno" not in fault["reason"]
        plays_list(service)
        assert "disk" in " ".join(incident["text"].lower() for incident in service.state()["incidents"])

        first = next(disk.glob("*.mkv"))
        assert probe(first).length_s > 3, "what fitted can be watched"
        first.unlink()
        wait_for("the recording to begin again", lambda: list(disk.glob("*.mkv")), within_s=45)


# Ingest ---------------------------------------------------------------------------------------------------------------


def output_to(ingest: Ingest, *, name: str = "ingest") -> str:
    """Write the settings of one output."""
    return f'[[outputs]]\nname = "{name}"\nurl = "{ingest.url}"\nkey = "{ingest.key}"\n'


def test_an_ingest_that_is_away_for_20_s_has_the_stream_within_3_s_of_its_return(tmp_path: Path) -> None:
    with Ingest(tmp_path / "ingest") as ingest, Service(tmp_path / "room", output_to(ingest)) as service:
        service.wait_output("ingest", "live", within_s=20)
        a_recording_of(service)
        ingest.kill()
        assert service.wait_output("ingest", "reconnecting", within_s=5)["reason"]
        time.sleep(20)
        assert service.output("ingest")["tries"] > 3
        ingest.start()
        back_s = ingest.wait_received(within_s=3)
        print(f"media arrives {back_s:.2f} s after the ingest's return")
        service.wait_output("ingest", "live", within_s=3)
        assert probe(ingest.take(tmp_path / "after.mkv", seconds=3)).length_s > 1
        recordings = service.recordings()
        service.interrupt()
        assert len(recordings) == 1, "one recording, never begun anew"
        without_gap(recordings[0])


def test_an_ingest_that_freezes_is_noticed_within_10_s_and_disturbs_nothing_else(tmp_path: Path) -> None:
    with Ingest(tmp_path / "frozen") as frozen, Ingest(tmp_path / "other") as other:
        settings = output_to(frozen) + output_to(other, name="other")
        with Service(tmp_path / "room", settings) as service:
            for name in ("ingest", "other"):
                service.wait_output(name, "live", within_s=20)
            a_recording_of(service)
            frozen.freeze()
            began = time.perf_counter()
            service.wait_output("ingest", "reconnecting", within_s=10)
            print(f"noticed {time.perf_counter() - began:.1f} s after the ingest froze")
            plays_list(service)
            without_gap(other.take(tmp_path / "other.mkv", seconds=8))
            assert service.output("other")["state"] == "live"
            assert service.output("other")["dropped"] == 0
            frozen.thaw()
            service.wait_output("ingest", "live", within_s=20)
            service.interrupt()
            without_gap(service.recordings()[-1])
