import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.check import Finding, Verdict, _outputs, _reach, examine
from bridge.clock import SystemClock
from bridge.errors import SettingsError
from bridge.secrets import Secret
from bridge.settings import FileSource, ObsSettings, OutputSettings, Settings, VideoSettings, WebSettings
from tests.bridge.test_cli import bridge

SMALL = VideoSettings(width=320, height=180, fps=10, preset="ultrafast")


def by_subject(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.subject: finding for finding in findings}


@pytest.fixture
def ingest() -> Iterator[int]:
    """A port that takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def output(url: str, key: str | None = "k") -> OutputSettings:
    return OutputSettings(name="tube", url=url, key=None if key is None else Secret(key))


def test_all_is_looked_at(tmp_path: Path) -> None:
    found = by_subject(examine(lambda: Settings(video=SMALL, web=WebSettings(port=0)), tmp_path, SystemClock()))
    assert set(found) == {"settings", "disk", "clock", "fonts", "encoder", "port", "pages"}
    assert found["settings"].verdict is Verdict.OK
    assert "times as fast as it plays" in found["encoder"].text
    assert "are free at" in found["disk"].text


def test_wrong_settings_are_the_only_finding(tmp_path: Path) -> None:
    def wrong() -> Settings:
        raise SettingsError("a.toml, line 1: wrong.")

    findings = examine(wrong, tmp_path, SystemClock())
    assert [(one.subject, one.verdict, one.text) for one in findings] == [
        ("settings", Verdict.FAULT, "a.toml, line 1: wrong.")
    ]


def test_what_needs_a_hand_is_said_with_its_remedy(tmp_path: Path, ingest: int) -> None:
    (tmp_path / "file").touch()
    settings = Settings(
        video=SMALL,
        sources=(FileSource(name="film", path="/nowhere.mkv"),),
        obs=ObsSettings(url="ws://x"),
        web=WebSettings(port=ingest),
    )
    found = by_subject(examine(lambda: settings, tmp_path / "file", SystemClock()))
    assert (found["disk"].verdict, "cannot be written" in found["disk"].text) == (Verdict.FAULT, True)
    assert found["source film"].verdict is Verdict.FAULT
    assert (found["settings"].verdict, found["settings"].text) == (Verdict.WARN, "[obs]: nothing uses that yet.")
    assert found["port"].verdict is Verdict.WARN


def test_an_ingest_is_reached(ingest: int) -> None:
    assert _reach(output(f"rtmp://127.0.0.1:{ingest}/live")).verdict is Verdict.OK
    assert _reach(output(f"rtmp://127.0.0.1:{ingest}/live/key", key=None)).verdict is Verdict.OK
    keyless = _reach(output(f"rtmp://127.0.0.1:{ingest}/live", key=None))
    assert (keyless.verdict, "no key is set" in keyless.text) == (Verdict.WARN, True)


def test_an_ingest_that_is_away_is_named_without_its_key() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    found = _reach(output(f"rtmp://127.0.0.1:{port}/live", key="secret-key"))
    assert found.verdict is Verdict.FAULT
    assert f"127.0.0.1:{port} cannot be reached: Connection refused." in found.text
    assert "secret-key" not in found.text


def test_the_upload_that_all_outputs_need_is_added_up(ingest: int) -> None:
    both = (output(f"rtmp://127.0.0.1:{ingest}/a"), OutputSettings(name="b", url=f"rtmp://127.0.0.1:{ingest}/b/c"))
    found = by_subject(list(_outputs(Settings(outputs=both))))
    assert "8.3 Mbit/s" in found["upload"].text


def test_the_command_says_each_in_a_line_and_ends_with_one_on_a_fault(tmp_path: Path) -> None:
    text = "[video]\nwidth = 320\nheight = 180\nfps = 10\n[[sources]]\nname='a'\nkind='file'\npath='nowhere.mkv'\n"
    (tmp_path / "forward-prop.toml").write_text(text)
    done = bridge(tmp_path, "check")
    assert done.returncode == 1
    assert "fault  source a: " in done.stdout
    findings = json.loads(bridge(tmp_path, "check", "--json").stdout)
    assert len(findings) == len(done.stdout.splitlines())
    assert {"subject", "verdict", "text"} == set(findings[0])
