import asyncio
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bridge import commands as c
from bridge.app import journal_path
from bridge.clock import SystemClock
from bridge.settings import Settings
from bridge.settings_docs import example
from bridge.sqlite import SqliteJournal
from bridge.writer import RoomWriter
from tests.bridge.playbook import setup
from web import auth
from web.bodies import Role

TOP = Path(__file__).parents[2]


def bridge(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in ``folder``."""
    return subprocess.run(
        [sys.executable, "-m", "bridge", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(TOP), "HOME": str(folder), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def faulted(done: subprocess.CompletedProcess[str]) -> str:
    """See that a command ended with a fault in one line, and return that."""
    assert done.returncode == 1, done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("forward-prop: ")
    return lines[0]


# config ---------------------------------------------------------------------------------------------------------------


def test_config_prints_what_is_in_force_for_people_and_programs(tmp_path: Path) -> None:
    (tmp_path / "forward-prop.toml").write_text("[obs]\npassword = 'live-key'\n")
    done = bridge(tmp_path, "config", FORWARD_PROP_VIDEO__WIDTH="640")
    assert (done.returncode, done.stderr) == (0, "")
    assert "width = 640" in done.stdout
    assert 'password = "********"' in done.stdout
    plain = json.loads(bridge(tmp_path, "config", "--json").stdout)
    assert plain["video"]["width"] == 1280
    assert plain["obs"]["password"] == "********"


def test_config_prints_an_example(tmp_path: Path) -> None:
    assert bridge(tmp_path, "config", "--example").stdout == example()


def test_a_wrong_setting_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[video]\nwidth = 1\n")
    for command in ("config", "run", "invite operator", "export last"):
        line = faulted(bridge(tmp_path, *command.split(), "--config", "mine.toml"))
        assert "mine.toml, line 2: video.width is 1; allowed is" in line
    assert not (tmp_path / "data").exists(), "nothing was begun"


@pytest.mark.parametrize(
    "arguments",
    [
        ("fly",),
        ("run", "--port", "x"),
        ("run", "--port", "99999"),
        ("invite",),
        ("invite", "king"),
        ("invite", "operator", "--expires", "soon"),
        ("invite", "operator", "--expires", "0s"),
        ("invite", "operator", "--expires", "999d"),
        ("export",),
        ("export", "last", "--format", "docx"),
    ],
)
def test_wrong_use_is_two(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = bridge(tmp_path, *arguments)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


# invite ---------------------------------------------------------------------------------------------------------------


def test_an_invite_opens_here_and_not_elsewhere(tmp_path: Path) -> None:
    done = bridge(tmp_path, "invite", "moderator", "--name", "Cat", "--expires", "90s", "--data", "d")
    assert done.returncode == 0
    found = re.fullmatch(r"http://127\.0\.0\.1:8080/enter\?token=(\S+)\n", done.stdout)
    assert found
    now = SystemClock().now()
    invite = auth.Signer(auth.load_secret(tmp_path / "d")).read_invite(found[1], now)
    assert (invite.role, invite.name, invite.once) == (Role.MODERATOR, "Cat", False)
    assert timedelta(0) < invite.opens_until - now <= timedelta(seconds=90)


def test_an_invite_names_the_address_that_the_public_or_the_service_has(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/service.json").write_text('{"url": "http://127.0.0.1:5555"}')
    answer = json.loads(bridge(tmp_path, "invite", "display", "--json").stdout)
    assert answer["url"].startswith("http://127.0.0.1:5555/enter?token=")
    assert (answer["role"], answer["expires_at"][-1]) == ("display", "Z")
    public = bridge(tmp_path, "invite", "display", FORWARD_PROP_ROOM__PUBLIC_URL="https://room.example/").stdout
    assert public.startswith("https://room.example/enter?token=")


# export ---------------------------------------------------------------------------------------------------------------


async def written(data: Path) -> None:
    data.mkdir()
    async with (
        SqliteJournal(journal_path(Settings(), data)) as journal,
        RoomWriter(journal, setup(), SystemClock()) as writer,
    ):
        for title in ("The first", "The second"):
            await writer.submit(c.OpenSession(title=title), actor="test")
            await writer.submit(c.SpeakNow(name="Ann"), actor="test")


def test_notes_are_exported_by_id_or_the_last(tmp_path: Path) -> None:
    asyncio.run(written(tmp_path / "data"))
    assert bridge(tmp_path, "export", "s1").stdout.startswith("# The first\n")
    done = bridge(tmp_path, "export", "last", "--format", "json", "--out", "notes.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads((tmp_path / "notes.json").read_text())["title"] == "The second"


def test_what_cannot_be_exported_is_said(tmp_path: Path) -> None:
    assert "There is no journal" in faulted(bridge(tmp_path, "export", "last"))
    asyncio.run(written(tmp_path / "data"))
    assert "There is no session s9." in faulted(bridge(tmp_path, "export", "s9"))
    assert "no/such cannot be written" in faulted(bridge(tmp_path, "export", "last", "--out", "no/such"))


# run ------------------------------------------------------------------------------------------------------------------


def test_a_second_service_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        first = runner.run(SqliteJournal(journal_path(Settings(), tmp_path / "data")).__aenter__())
        line = faulted(bridge(tmp_path, "run", "--port", "0"))
        runner.run(first.close())
    assert f"uses the journal {tmp_path}/data/journal.db" in line
    assert "Stop it, or choose another --data." in line


def test_what_stops_the_start_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be made: Not a directory" in faulted(bridge(tmp_path, "run", "--data", "file/data"))
    line = faulted(bridge(tmp_path, "run", "--host", "192.0.2.1"))
    assert "Port 8080 of 192.0.2.1 cannot be used: Cannot assign requested address." in line
