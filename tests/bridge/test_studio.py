import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bridge import commands as c
from bridge import studio as studio_module
from bridge.clock import SystemClock
from bridge.errors import StudioError
from bridge.events import Entry, StudioChanged
from bridge.room import Room
from bridge.settings import Settings
from bridge.studio import StudioEdge
from bridge.studio_process import Starter
from bridge.tasks import supervise
from bridge.terms import LinkState, SourceState
from bridge.views import MetersView
from bridge.wanted import Folders, wanted
from bridge.writer import RoomWriter
from stream import protocol
from stream.protocol import Meters, OutputFact, PartFact, Quit, SourceFact, WhipAnswer, WhipOffer
from tests.bridge.fake_studio import METERS, FakeStudio, listening
from tests.bridge.fakes import FakeClock, MemoryJournal
from tests.bridge.playbook import START, setup

FOLDERS = Folders(recordings="/rec", hls="/hls")


class Desk:
    """A room, its writer and the edge under test."""

    def __init__(self, data: Path, journal: MemoryJournal, writer: RoomWriter, edge: StudioEdge) -> None:
        self.data = data
        self.journal = journal
        self.writer = writer
        self.edge = edge

    async def room(self, holds: Callable[[Room], bool]) -> Room:
        """Wait until the room is as wanted."""
        async with asyncio.timeout(10):
            while not holds(self.writer.room):
                await asyncio.sleep(0.005)
        return self.writer.room

    async def loss(self) -> str:
        """Wait until the room says that the studio was lost, and return why."""
        # The journal is ahead of the room, which knows of an entry only once it is kept.
        room = await self.room(lambda room: any(entry.seq <= room.seq for entry, _ in self._losses()))
        return [reason for entry, reason in self._losses() if entry.seq <= room.seq][-1]

    def _losses(self) -> list[tuple[Entry, str]]:
        told = [(entry, entry.event) for entry in self.journal.entries if isinstance(entry.event, StudioChanged)]
        return [(entry, event.reason or "") for entry, event in told if not event.up]

    def lives(self) -> list[str]:
        """Return a line for each process that was started."""
        path = self.data / "lives"
        return path.read_text().splitlines() if path.exists() else []


@asynccontextmanager
async def desk(
    data: Path, *, command: tuple[str, ...] = ("false",), spare: tuple[str, ...] | None = None
) -> AsyncIterator[Desk]:
    environment = {**os.environ, "FORWARD_PROP_OBS__PASSWORD": "secret"}
    journal = MemoryJournal()
    async with RoomWriter(journal, setup(), FakeClock()) as writer:
        edge = StudioEdge(
            data,
            writer=writer,
            wanted=lambda room: wanted(room, Settings(), FOLDERS),
            recordings=Path("/rec"),
            clock=SystemClock(),
            starter=Starter(data, environment, command=command, spare=spare),
        )
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(supervise("studio", edge.run))
            try:
                yield Desk(data, journal, writer, edge)
            finally:
                running.cancel()


def fake_process(data: Path, *more: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "tests.bridge.fake_studio", "--data", str(data), *more)


# A studio that is there -----------------------------------------------------------------------------------------------


async def test_a_studio_that_listens_is_adopted_and_told_what_is_wanted(tmp_path: Path) -> None:
    async with listening(tmp_path, FakeStudio()) as studio, desk(tmp_path) as at:
        await studio.heard_so_many(1)
        assert studio.wants[0] == wanted(at.writer.room, Settings(), FOLDERS)
        await at.room(lambda room: room.links.studio)
        assert at.edge.up


async def test_only_what_changes_the_wish_is_told_again(tmp_path: Path) -> None:
    async with listening(tmp_path, FakeStudio()) as studio, desk(tmp_path) as at:
        await studio.heard_so_many(1)
        await at.writer.submit(c.UseInvite(invite="i1"), actor="test")
        await at.writer.submit(c.StartAir(), actor="test")
        await studio.heard_so_many(2)
        assert [want.on_air for want in studio.wants] == [False, True]


async def test_what_the_studio_says_comes_into_the_journal(tmp_path: Path) -> None:
    async with listening(tmp_path, FakeStudio()) as studio, desk(tmp_path) as at:
        await studio.heard_so_many(1)
        studio.send(
            SourceFact(name="testcard", state=SourceState.LIVE),
            OutputFact(name="tube", kind="rtmp", state=LinkState.FAILED, tries=1, since=START, reason="Wrong key."),
            PartFact(path="/rec/day/a.mkv", began_at=START),
        )
        room = await at.room(lambda room: room.parts.open is not None)
        assert room.links.source("testcard").state is SourceState.LIVE
        assert room.links.output("tube").reason == "Wrong key."
        assert room.parts.open is not None
        assert room.parts.open.path == "day/a.mkv"
        studio.send(PartFact(path="/rec/day/a.mkv", began_at=START, ended=True))
        await at.room(lambda room: room.parts.open is None)
        assert {entry.actor for entry in at.journal.entries} == {"studio"}


async def test_what_cannot_be_written_is_written_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio_module, "_REPORT_AGAIN_S", 0.01)
    async with listening(tmp_path, FakeStudio()) as studio, desk(tmp_path) as at:
        await at.room(lambda room: room.links.studio)
        at.journal.fails = True
        studio.send(
            SourceFact(name="testcard", state=SourceState.LIVE), SourceFact(name="testcard", state=SourceState.LOST)
        )
        await asyncio.sleep(0.05)
        assert at.writer.room.links.source("testcard").state is SourceState.WAITING
        at.journal.fails = False
        await at.room(lambda room: room.links.source("testcard").state is SourceState.LOST)


async def test_meters_go_to_those_who_follow_and_end_with_the_studio(tmp_path: Path) -> None:
    seen: list[MetersView | None] = []
    async with listening(tmp_path, FakeStudio()) as studio, desk(tmp_path) as at:
        at.edge.follow_meters(seen.append)
        await at.room(lambda room: room.links.studio)
        studio.send(Meters(figures=METERS))
        studio.hang_up()
        await at.loss()
        assert seen[:2] == [METERS, None]


async def test_a_studio_that_is_gone_is_reported_in_words_and_adopted_again(tmp_path: Path) -> None:
    async with listening(tmp_path, FakeStudio()) as studio, desk(tmp_path) as at:
        await at.room(lambda room: room.links.studio)
        await at.writer.submit(c.StartAir(), actor="test")
        studio.hang_up()
        assert await at.loss() == "The media engine ended unexpectedly."
        await at.room(lambda room: room.links.studio)
        assert (studio.connections, at.edge.restarts) == (2, 1)
        assert studio.wants[-1].on_air, "it is told anew what is wanted"


@pytest.mark.parametrize("nonsense", [b"\x00\x00\x00\x02\xff\xff", b"\xff\xff\xff\xff", b"\x00\x00\x00\x01\x01"])
async def test_a_studio_that_talks_nonsense_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nonsense: bytes
) -> None:
    killed: list[int] = []
    monkeypatch.setattr("bridge.studio_process.kill", killed.append)
    async with listening(tmp_path, FakeStudio()) as studio, desk(tmp_path) as at:
        await at.room(lambda room: room.links.studio)
        studio.send_raw(nonsense)
        await studio.heard_so_many(2)
        assert killed == [os.getpid()], "the pid that it gave"


async def test_a_studio_of_another_version_is_asked_to_end(tmp_path: Path) -> None:
    async with listening(tmp_path, FakeStudio(version=protocol.VERSION + 1)) as studio, desk(tmp_path) as at:
        await studio.heard_so_many(1, Quit)
        assert studio.wants == []
        assert not at.edge.up


async def test_a_silent_studio_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio_module, "SILENCE_S", 0.3)
    async with desk(tmp_path, command=fake_process(tmp_path, "--deaf")) as at:
        await at.room(lambda room: room.links.studio)
        async with asyncio.timeout(10):
            while len(at.lives()) < 2:
                await asyncio.sleep(0.01)
        with pytest.raises(ProcessLookupError):
            os.kill(int(at.lives()[0].split()[0]), 0)
        await at.edge.quit()


# Offers ---------------------------------------------------------------------------------------------------------------


async def test_an_offer_is_answered(tmp_path: Path) -> None:
    async with listening(tmp_path, FakeStudio()) as studio, desk(tmp_path) as at:
        await studio.heard_so_many(1)
        async with asyncio.TaskGroup() as tasks:
            offers = [tasks.create_task(at.edge.offer("camera", sdp)) for sdp in ("one", "two")]
            await studio.heard_so_many(2, WhipOffer)
            asked = [message for message in studio.heard if isinstance(message, WhipOffer)]
            for offer in reversed(asked):
                studio.send(WhipAnswer(request=offer.request, sdp=f"to {offer.sdp}", resource="r"))
        assert [offer.result() for offer in offers] == [("to one", "r"), ("to two", "r")]
        at.edge.end_whip("r")
        await studio.heard_so_many(1, protocol.WhipEnd)


async def test_an_offer_that_is_refused_late_or_lost_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio_module, "OFFER_S", 0.05)
    async with listening(tmp_path, FakeStudio()) as studio, desk(tmp_path) as at:
        with pytest.raises(StudioError, match="not running"):
            await at.edge.offer("camera", "too early")
        await studio.heard_so_many(1)
        with pytest.raises(StudioError, match="did not answer in time"):
            await at.edge.offer("camera", "late")
        monkeypatch.setattr(studio_module, "OFFER_S", 5)
        for answer, words in ((True, "No codec in common"), (False, "went away")):
            async with asyncio.TaskGroup() as tasks:
                offer = tasks.create_task(_refused(at.edge))
                await studio.heard_so_many(2 if answer else 3, WhipOffer)
                request = max(message.request for message in studio.heard if isinstance(message, WhipOffer))
                if answer:
                    studio.send(WhipAnswer(request=request, fault="No codec in common."))
                else:
                    studio.hang_up()
            assert words in offer.result()


async def _refused(edge: StudioEdge) -> str:
    with pytest.raises(StudioError) as caught:
        await edge.offer("camera", "sdp")
    return str(caught.value)


# A studio that must be started ----------------------------------------------------------------------------------------


async def test_where_none_listens_one_is_started_in_its_own_session_without_our_settings(tmp_path: Path) -> None:
    async with desk(tmp_path, command=fake_process(tmp_path)) as at:
        await at.room(lambda room: room.links.studio)
        pid, session, settings = at.lives()[0].split(maxsplit=2)
        assert session == pid
        assert settings == "[]"
        await at.edge.quit()
    assert len(at.lives()) == 1


async def test_a_studio_that_is_killed_is_replaced_at_once(tmp_path: Path) -> None:
    async with desk(tmp_path, command=fake_process(tmp_path)) as at:
        await at.room(lambda room: room.links.studio)
        os.kill(int(at.lives()[0].split()[0]), signal.SIGKILL)
        await at.loss()
        await at.room(lambda room: room.links.studio)
        assert len(at.lives()) == 2
        await at.edge.quit()


async def test_the_next_studio_waits_ready_and_takes_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio_module, "NEXT_AFTER_S", 0)
    command = fake_process(tmp_path)
    async with desk(tmp_path, command=command, spare=(*command, "--waits")) as at:
        await at.room(lambda room: room.links.studio)
        await at.room(lambda _room: (tmp_path / "waiting").exists())
        waiting = (tmp_path / "waiting").read_text()
        os.kill(int(at.lives()[0].split()[0]), signal.SIGKILL)
        await at.loss()
        await at.room(lambda room: room.links.studio)
        assert at.lives()[1].split()[0] == waiting
        await at.edge.quit()
    assert len(at.lives()) == 2


async def test_a_studio_that_waited_in_vain_ends_by_itself(tmp_path: Path) -> None:
    command = fake_process(tmp_path, "--waits")
    starter = Starter(tmp_path, os.environ, command=("false",), spare=command)
    starter.prepare()
    async with asyncio.timeout(10):
        while not (tmp_path / "waiting").exists():
            await asyncio.sleep(0.01)
    pid = int((tmp_path / "waiting").read_text())
    starter.close()
    assert await asyncio.to_thread(os.waitpid, pid, 0) == (pid, 0)


async def test_one_that_waited_and_died_is_no_loss(tmp_path: Path) -> None:
    starter = Starter(tmp_path, os.environ, command=("true",), spare=("false",))
    starter.prepare()
    await asyncio.sleep(0.2)
    process = starter.start()
    assert await process.wait() == 0, "the plain command was run instead"
    process.close()


async def test_a_bridge_that_ends_without_quitting_leaves_the_studio_for_the_next(tmp_path: Path) -> None:
    command = fake_process(tmp_path)
    async with desk(tmp_path, command=command) as at:
        await at.room(lambda room: room.links.studio)
    async with desk(tmp_path, command=command) as at:
        await at.room(lambda room: room.links.studio)
        assert len(at.lives()) == 1
        await at.edge.quit()


async def test_a_studio_that_cannot_start_is_tried_again_with_pauses(tmp_path: Path) -> None:
    async with desk(tmp_path, command=("false",)) as at:
        async with asyncio.timeout(5):
            while at.edge.restarts < 2:
                await asyncio.sleep(0.01)
        assert not at.edge.up
    async with desk(tmp_path, command=("no-such-program",)) as at, asyncio.timeout(5):
        while at.edge.restarts < 1:
            await asyncio.sleep(0.01)


async def test_a_data_directory_with_a_long_path_is_no_trouble(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 30) / ("longer" * 20)
    data.mkdir(parents=True)
    async with listening(data, FakeStudio()) as studio, desk(data) as at:
        await studio.heard_so_many(1)
        assert at.edge.up


async def test_what_stands_where_the_studio_should_and_says_nothing_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studio_module, "SILENCE_S", 0.05)
    async with listening(tmp_path, FakeStudio(greets=False)) as studio, desk(tmp_path) as at:
        async with asyncio.timeout(5):
            while at.edge.restarts < 1:
                await asyncio.sleep(0.01)
        assert studio.connections >= 1
