import os
from pathlib import Path

import pytest

from bridge import app
from bridge.errors import SettingsError
from bridge.room import Feed
from bridge.settings import (
    DatabaseSettings,
    HlsSettings,
    ModerationSettings,
    OutputSettings,
    RecordingSettings,
    RoomSettings,
    Settings,
    WebSettings,
)
from bridge.terms import Mode
from moderation.policy import Policy


def test_settings_become_the_rooms_setup() -> None:
    settings = Settings(
        room=RoomSettings(name="Room 2", time_zone="Europe/Berlin"),
        outputs=(OutputSettings(name="tube", url="rtmp://a/b"),),
        moderation=ModerationSettings(mode="post", rate=5, rate_window_s=60),
    )
    made = app.setup(settings, "http://here")
    assert (made.room.name, made.room.time_zone, made.room.url) == ("Room 2", "Europe/Berlin", "http://here")
    assert made.sources == (Feed(name="testcard", kind="testcard"), Feed(name="camera", kind="whip"))
    assert [feed.kind for feed in made.outputs] == ["recording", "hls", "rtmp"]
    assert made.policy == Policy(mode=Mode.POST, rate=5, rate_window_s=60)
    assert made.hls_url == "/hls/live.m3u8"
    without = app.setup(Settings(hls=HlsSettings(enabled=False)), "")
    assert (without.hls_url, [feed.name for feed in without.outputs]) == (None, ["recording"])


@pytest.mark.parametrize(
    ("room", "web", "url"),
    [
        (RoomSettings(), WebSettings(), "http://127.0.0.1:1234"),
        (RoomSettings(public_url="https://room.example/"), WebSettings(), "https://room.example"),
        (RoomSettings(), WebSettings(host="::1"), "http://[::1]:1234"),
        (RoomSettings(), WebSettings(host="10.0.0.1", tls_cert="c", tls_key="k"), "https://10.0.0.1:1234"),
    ],
)
def test_the_public_address(room: RoomSettings, web: WebSettings, url: str) -> None:
    assert app.public_url(Settings(room=room, web=web), 1234) == url


def test_listening_on_every_address_shows_one_that_can_be_opened() -> None:
    shown = app.public_url(Settings(web=WebSettings(host="0.0.0.0")), 80)
    assert "0.0.0.0" not in shown


def test_folders_are_made_and_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folders = app.make_folders(Settings(), Path("data"))
    assert folders.recordings == str(tmp_path / "data/recordings")
    assert os.path.isdir(folders.hls)
    elsewhere = Settings(recording=RecordingSettings(dir=str(tmp_path / "tapes")))
    assert app.make_folders(elsewhere, Path("data")).recordings == str(tmp_path / "tapes")


def test_the_journal_is_in_the_data_directory_or_where_the_settings_say() -> None:
    assert app.journal_path(Settings(), Path("/d")) == Path("/d/journal.db")
    settings = Settings(database=DatabaseSettings(url="sqlite:////var/j.db"))
    assert app.journal_path(settings, Path("/d")) == Path("/var/j.db")


def test_a_certificate_that_is_none_is_said(tmp_path: Path) -> None:
    assert app.tls_context(Settings()) is None
    (tmp_path / "c.pem").write_text("no certificate")
    settings = Settings(web=WebSettings(tls_cert=str(tmp_path / "c.pem"), tls_key=str(tmp_path / "c.pem")))
    with pytest.raises(SettingsError, match="do not make a certificate with its key"):
        app.tls_context(settings)


def test_the_address_is_left_for_other_commands(tmp_path: Path) -> None:
    assert app.told_address(tmp_path) is None
    app.tell_others(tmp_path, "http://127.0.0.1:1")
    assert app.told_address(tmp_path) == "http://127.0.0.1:1"
    (tmp_path / app.SERVICE_NAME).write_text("{")
    assert app.told_address(tmp_path) is None
