import asyncio
import os
from pathlib import Path

import pytest

from tests.web.house import HandClock
from web.hls import FRESH_S, PATIENCE_S, PLAYLIST, Hls


class Programme:
    """A folder with or without a playlist; nothing is looked for but when the test says so."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock()
        self.on_air = True
        self.hls = Hls(folder, self.clock, on_air=lambda: self.on_air)

    def write(self, *, ago_s: float = 0.0) -> None:
        path = self.hls.folder / PLAYLIST
        path.write_text("#EXTM3U\n")
        written_s = self.clock.now().timestamp() - ago_s
        os.utime(path, (written_s, written_s))

    async def comes(self, tasks: asyncio.TaskGroup) -> asyncio.Task[bool]:
        """Let a player come and wait."""
        player = tasks.create_task(self.hls.arrives(gone=lambda: False))
        await asyncio.sleep(0)
        return player


@pytest.fixture
def programme(tmp_path: Path) -> Programme:
    return Programme(tmp_path)


async def test_a_playlist_that_is_there_is_not_waited_for(programme: Programme) -> None:
    programme.write()
    assert await programme.hls.arrives(gone=lambda: False)
    assert programme.hls.waiting == 0


async def test_all_who_wait_are_answered_by_one_look(programme: Programme) -> None:
    async with asyncio.TaskGroup() as tasks:
        players = [await programme.comes(tasks) for _ in range(3)]
        programme.hls.look()
        assert programme.hls.waiting == 3
        programme.write()
        programme.hls.look()
    assert [player.result() for player in players] == [True, True, True]
    assert programme.hls.waiting == 0


async def test_it_is_looked_for_without_being_told(programme: Programme) -> None:
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        player = await programme.comes(tasks)
        programme.write()
    assert player.result()


async def test_each_waits_for_as_long_as_its_own_patience_lasts(programme: Programme) -> None:
    async with asyncio.TaskGroup() as tasks:
        first = await programme.comes(tasks)
        programme.clock.pass_(seconds=PATIENCE_S - 1)
        second = await programme.comes(tasks)
        programme.clock.pass_(seconds=1)
        programme.hls.look()
        await asyncio.sleep(0)
        assert (first.done(), second.done()) == (True, False)
        programme.write()
        programme.hls.look()
    assert (first.result(), second.result()) == (False, True)


async def test_nobody_waits_for_a_programme_that_is_off_air(programme: Programme) -> None:
    programme.on_air = False
    assert not await programme.hls.arrives(gone=lambda: False)
    programme.on_air = True
    async with asyncio.TaskGroup() as tasks:
        player = await programme.comes(tasks)
        programme.on_air = False
        programme.hls.look()
    assert not player.result()


async def test_nobody_waits_for_a_service_that_stops(programme: Programme) -> None:
    async with asyncio.TaskGroup() as tasks:
        player = await programme.comes(tasks)
        programme.hls.close()
    assert not player.result()
    assert not await programme.hls.arrives(gone=lambda: False)


async def test_who_went_is_not_waited_for(programme: Programme) -> None:
    async with asyncio.TaskGroup() as tasks:
        cancelled = await programme.comes(tasks)
        gone = tasks.create_task(programme.hls.arrives(gone=lambda: True))
        await asyncio.sleep(0)
        assert programme.hls.waiting == 2
        cancelled.cancel()
        await asyncio.sleep(0)
        assert programme.hls.waiting == 1
        programme.hls.look()
    assert not gone.result()


@pytest.mark.parametrize(("ago_s", "there"), [(-3600.0, True), (FRESH_S - 1, True), (FRESH_S, False)])
def test_an_old_playlist_is_none(programme: Programme, ago_s: float, there: bool) -> None:
    programme.write(ago_s=ago_s)
    assert programme.hls.there() is there
