import re
from pathlib import Path
from time import perf_counter

import pytest

from tests.real.probe import plays, probe
from tests.real.running import Service, wait_for

pytestmark = pytest.mark.real

ON_AIR_S = 10.0


def segments(playlist: str) -> list[str]:
    """List what a playlist names."""
    return [line for line in playlist.splitlines() if line and not line.startswith("#")]


def test_without_settings_the_test_card_is_recorded_and_served_within_ten_seconds(tmp_path: Path) -> None:
    service = Service(tmp_path / "room")
    began = perf_counter()
    service.spawn()
    try:
        wait_for("the service to be ready", service.ready, within_s=ON_AIR_S)
        playlist = wait_for(
            "the HLS list",
            lambda: answer if (answer := service.get("/hls/live.m3u8")).status == 200 else None,
            within_s=ON_AIR_S,
        )
        recording = wait_for("a recording", service.recordings, within_s=ON_AIR_S)[0]
        size = recording.stat().st_size
        wait_for("the recording to grow", lambda: recording.stat().st_size > size, within_s=ON_AIR_S)
        assert perf_counter() - began < ON_AIR_S

        named = segments(playlist.body.decode())
        assert named, "the list names no segment"
        assert service.get(f"/hls/{named[-1]}").status == 200
        state = service.state()
        assert state["air"]["on"]
        assert state["source"] == "testcard"
    finally:
        service.stop()


def test_ctrl_c_ends_bridge_and_studio_and_leaves_a_whole_recording(tmp_path: Path) -> None:
    with Service(tmp_path / "room") as service:
        recording = wait_for("a recording", service.recordings, within_s=10)[0]
        wait_for("a few seconds of it", lambda: recording.stat().st_size > 1_500_000, within_s=15)
        service.interrupt()
        assert service.process.returncode == 0
        assert service.studio_pid() is None
        plays(recording)
        assert probe(recording).length_s > 2
        assert "Traceback" not in service.log.read_text() + (service.data / "studio.log").read_text()


def test_the_start_prints_where_viewer_room_and_operator_go(tmp_path: Path) -> None:
    with Service(tmp_path / "room") as service:
        said = wait_for("the operator's link", lambda: match_link(service.log.read_text()), within_s=5)
        assert f"http://127.0.0.1:{service.port}/" in service.log.read_text()
        assert f":{service.port}/room" in service.log.read_text()
        entered = service.get(said)
        assert entered.status in {302, 303}
        assert "set-cookie" in entered.headers
        assert service.get(said).status >= 400, "the link works once"


def match_link(text: str) -> str | None:
    """Find the path of an invite link."""
    found = re.search(r"(/enter\?token=[^\s]+)", text)
    return found[1] if found else None


def test_the_playlist_follows_rfc_8216(tmp_path: Path) -> None:
    with Service(tmp_path / "room") as service:
        answer = wait_for(
            "three segments in the HLS list",
            lambda: found if len(segments((found := service.get("/hls/live.m3u8")).body.decode())) >= 3 else None,
            within_s=20,
        )
        text = answer.body.decode()
        assert answer.headers["content-type"].lower().startswith("application/vnd.apple.mpegurl")
        assert text.startswith("#EXTM3U\n")
        target = int(re.findall(r"#EXT-X-TARGETDURATION:(\d+)", text)[0])
        assert all(round(float(length)) <= target for length in re.findall(r"#EXTINF:([\d.]+)", text))
        found = probe(f"http://127.0.0.1:{service.port}/hls/live.m3u8", seconds=3)
        assert (found.video["width"], found.video["height"]) == (1280, 720)
        assert found.audio["codec_name"] == "aac"
