import json
from pathlib import Path

import pytest

from bridge import settings_docs
from bridge.errors import SettingsError
from bridge.secrets import MASK, Secret
from bridge.settings import CardSource, FileSource, Settings, WhipSource
from bridge.settings_file import find, load

FILE = "forward-prop.toml"
SECRET = "live-1234-abcd"


def loaded(folder: Path, text: str, environment: dict[str, str] | None = None) -> Settings:
    (folder / FILE).write_text(text, encoding="utf-8")
    return load(folder / FILE, environment or {}, folder=folder)


def complaint(folder: Path, text: str, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        loaded(folder, text, environment)
    assert caught.value.code == "settings_wrong"
    return str(caught.value).replace(f"{folder}/", "")


def test_without_a_file_the_test_card_is_on_air_and_the_camera_page_can_publish(tmp_path: Path) -> None:
    settings = load(None, {}, folder=tmp_path)
    assert settings == Settings()
    assert settings.sources == (CardSource(name="testcard"), WhipSource(name="camera"))
    assert (settings.web.host, settings.web.port) == ("127.0.0.1", 8080)


def test_the_file_in_the_current_folder_is_found(tmp_path: Path) -> None:
    assert find(tmp_path) is None
    (tmp_path / FILE).write_text("")
    assert find(tmp_path) == tmp_path / FILE


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[video]\nwidth = 'wide'\n",
            f'{FILE}, line 2: video.width is "wide"; allowed is a whole number from 320 to 3840, a multiple of 2.',
        ),
        (
            "[video]\n\nwidth = 100\n",
            f"{FILE}, line 3: video.width is 100; allowed is a whole number from 320 to 3840, a multiple of 2.",
        ),
        (
            "[video]\npreset = 'quick'\n",
            f'{FILE}, line 2: video.preset is "quick"; allowed is one of "fast", "faster", "medium", "slow", '
            '"superfast", "ultrafast", "veryfast".',
        ),
        ("[video]\nwidht = 1280\n", f'{FILE}, line 2: there is no setting video.widht. Did you mean "width"?'),
        ("[vidoe]\nwidth = 1280\n", f'{FILE}, line 1: there is no setting vidoe. Did you mean "video"?'),
        ("[hls]\nenabled = 'no'\n", f'{FILE}, line 2: hls.enabled is "no"; allowed is true or false.'),
        ("sources = 3\n", f"{FILE}, line 1: sources is 3; allowed is a list of tables."),
        ("sources = []\n", f"{FILE}, line 1: sources is a list of 0; allowed is a list of tables."),
        (
            "[[sources]]\nname = 'a'\nkind = 'rtsp'\n",
            f'{FILE}, line 3: sources[0].kind is "rtsp"; allowed is one of "testcard", "file", "whip" '
            '("rtmp", "rtsp", "device" come with a later version).',
        ),
        (
            "[[sources]]\nname = 'a'\nkind = 'file'\n",
            f"{FILE}, line 1: sources[0].path is missing; allowed is text, not empty.",
        ),
        (
            "[[sources]]\nname = 'a'\nkind = 'file'\npaht = 'x'\n",
            f'{FILE}, line 4: there is no setting sources[0].paht. Did you mean "path"?',
        ),
        (
            "[[sources]]\nname = 'a'\nkind = 'testcard'\n[[sources]]\nname = 'a'\nkind = 'testcard'\n",
            f'{FILE}, line 5: sources[1].name is "a"; that name is taken; give each its own.',
        ),
        (
            "[[outputs]]\nname = 'hls'\nurl = 'rtmp://a/b'\n",
            f'{FILE}, line 2: outputs[0].name is "hls"; that name is taken; give each its own.',
        ),
        (
            "[room]\ntime_zone = 'Mars'\n",
            f'{FILE}, line 2: room.time_zone is "Mars"; '
            'allowed is a time zone\'s name such as "Europe/Berlin" or "UTC".',
        ),
        ("[web]\ntls_cert = 'a.pem'\n", f'{FILE}, line 2: web.tls_cert is "a.pem"; set web.tls_key too, or neither.'),
        (
            "[web]\nport = 80 80\n",
            f"{FILE}, line 2: is not valid TOML: Expected newline or end of document after a statement.",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_its_line_value_and_what_is_allowed(
    tmp_path: Path, text: str, message: str
) -> None:
    assert complaint(tmp_path, text) == message


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml: cannot be read: No such file or directory"):
        load(tmp_path / "none.toml", {}, folder=tmp_path)
    (tmp_path / FILE).write_bytes(b"[room]\nname = '\xff'\n")
    with pytest.raises(SettingsError, match=r"is not UTF-8 text \(byte 15\)"):
        load(tmp_path / FILE, {}, folder=tmp_path)
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        load(tmp_path, {}, folder=tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        f"[[outputs]]\nname = 'a'\nurl = 'http://host/{SECRET}'\n",
        f"[[outputs]]\nname = 'a'\nurl = 'rtmp://host/app'\nkey = ['{SECRET}']\n",
        f"outputs = 'rtmp://host/{SECRET}'\n",
        f"[obs]\npassword = {{ fiel = '{SECRET}' }}\n",
        f"[obs]\npasswort = '{SECRET}'\n",
        f"[database]\nurl = 'postgresql://user:{SECRET}@host/db'\n",
    ],
)
def test_no_message_shows_a_secret(tmp_path: Path, text: str) -> None:
    assert SECRET not in complaint(tmp_path, text)


def test_a_secret_is_read_from_its_file_beside_the_settings(tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text(f"{SECRET}\n")
    text = "[[outputs]]\nname = 'a'\nurl = 'rtmp://host/app'\nkey = { file = 'key.txt' }\n"
    key = loaded(tmp_path, text).outputs[0].key
    assert key is not None
    assert key.reveal() == SECRET


def test_a_secrets_file_that_cannot_be_read_or_is_empty_is_named(tmp_path: Path) -> None:
    text = "[obs]\npassword = { file = 'key.txt' }\n"
    assert "obs.password: the secret's file key.txt cannot be read: No such file" in complaint(tmp_path, text)
    (tmp_path / "key.txt").write_text("\n")
    assert complaint(tmp_path, text) == f"{FILE}, line 2: obs.password: the secret's file key.txt is empty."


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    environment = {
        "FORWARD_PROP_VIDEO__WIDTH": "1920",
        "FORWARD_PROP_ROOM__NAME": "42",
        "FORWARD_PROP_HLS__ENABLED": "false",
        "FORWARD_PROP_SOURCES": "[{ name = 'card', kind = 'testcard' }]",
        "FORWARD_PROP_OUTPUTS__0__KEY": SECRET,
        "HOME": "/root",
    }
    settings = loaded(tmp_path, "[video]\nwidth = 640\n[[outputs]]\nname='a'\nurl='rtmp://host/app'\n", environment)
    assert (settings.video.width, settings.room.name, settings.hls.enabled) == (1920, "42", False)
    assert settings.sources == (CardSource(name="card"),)
    assert settings.outputs[0].key == Secret(SECRET)


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("VIDEO__WIDTH", "wide", 'video.width is "wide"; allowed is a whole number from 320 to 3840, a multiple of 2.'),
        ("VIDEO__WIDHT", "640", 'there is no setting video.widht. Did you mean "width"?'),
        ("OUTPUTS__0__KEY", "x", "there is no outputs[0] in the settings file."),
        ("NOTHING", "x", "there is no setting nothing."),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, variable: str, value: str, message: str) -> None:
    told = complaint(tmp_path, "", {f"FORWARD_PROP_{variable}": value})
    assert told.startswith(f"environment variable FORWARD_PROP_{variable}: {message}")


def test_relative_paths_count_from_the_settings_file(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "[recording]\ndir = 'r'\n[[sources]]\nname='a'\nkind='file'\npath='talk.mkv'\n")
    assert settings.sources == (FileSource(name="a", path=str(tmp_path / "talk.mkv")),)
    assert settings.recording.dir == str(tmp_path / "r")


def test_the_example_loads_and_gives_the_defaults(tmp_path: Path) -> None:
    assert loaded(tmp_path, settings_docs.example()) == Settings()


def test_the_example_with_every_line_in_use_loads_too(tmp_path: Path) -> None:
    (tmp_path / "stream-key.txt").write_text(SECRET)
    (tmp_path / "authority.pem").write_text("")
    lines = settings_docs.example().splitlines()
    whole = "\n".join(line[1:] if line.startswith("#") and line[1:2] not in {" ", ""} else line for line in lines)
    settings = loaded(tmp_path, whole)
    assert [type(source).__name__ for source in settings.sources] == ["CardSource", "WhipSource", "FileSource"]
    assert settings.outputs[0].key == Secret(SECRET)


def test_the_settings_in_force_hold_no_secret_and_load_again(tmp_path: Path) -> None:
    text = f"""
        [[outputs]]
        name = "a"
        url = "rtmp://host/app"
        key = "{SECRET}"
        [[outputs]]
        name = "b"
        url = "rtmp://user:{SECRET}@host/app/{SECRET}?token={SECRET}"
        [[sources]]
        name = "c"
        kind = "whip"
        token = "{SECRET}"
    """
    plain = settings_docs.in_force(loaded(tmp_path, text))
    assert SECRET not in json.dumps(plain)
    assert SECRET not in settings_docs.toml(plain)
    assert MASK in settings_docs.toml(plain)
    assert loaded(tmp_path, settings_docs.toml(plain)).outputs[0].url == "rtmp://host/app"


def test_settings_set_for_nothing_are_told(tmp_path: Path) -> None:
    assert settings_docs.used_later(Settings()) == []
    settings = loaded(tmp_path, "[obs]\nurl = 'ws://x'\n[moderation]\nwords = ['spam']\n")
    assert settings_docs.used_later(settings) == ["[obs]", "moderation.words"]


def test_the_page_of_documentation_is_fresh() -> None:
    committed = Path(__file__).parents[2] / "docs/configuration.md"
    fresh = "run: python -m bridge.settings_docs docs/configuration.md"
    assert committed.read_text("utf-8") == settings_docs.page(), fresh


def test_a_secret_shows_only_where_it_is_asked_for() -> None:
    secret = Secret(SECRET)
    assert SECRET not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == SECRET
    assert secret.matches(SECRET)
    assert not secret.matches("live")


def test_an_address_is_shown_without_password_query_and_key() -> None:
    assert settings_docs.masked_url("rtmp://u:p@host:1935/live2?backup=1") == f"rtmp://{MASK}@host:1935/live2?{MASK}"
    assert settings_docs.masked_url("rtmp://host/live2/abc", holds_key=True) == f"rtmp://host/live2/{MASK}"
    assert settings_docs.masked_url("rtmp://host/live2", holds_key=True) == "rtmp://host/live2"
