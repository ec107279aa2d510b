import msgspec
import pytest

from bridge import commands as c
from bridge import events as e
from tests.bridge.playbook import Playbook


@pytest.mark.parametrize(
    ("given", "command", "event"),
    [
        ((), c.StartAir(), e.AirStarted()),
        ((c.StartAir(),), c.StopAir(), e.AirStopped()),
        ((), c.Blank(), e.AirBlanked()),
        ((c.Blank(),), c.Unblank(), e.AirUnblanked()),
        ((), c.ChooseSource(name="camera"), e.SourceChosen(name="camera")),
        ((c.ChooseSource(name="camera"),), c.ChooseSource(name="testcard"), e.SourceChosen(name="testcard")),
        ((), c.ChooseLayout(name="slate"), e.LayoutChosen(name="slate")),
    ],
)
def test_a_wish_is_recorded_once(given: tuple[c.AnyCommand, ...], command: c.AnyCommand, event: e.AnyEvent) -> None:
    play = Playbook().given(*given)
    play.when(command).then(event)
    play.when(command).then()


@pytest.mark.parametrize(
    "command", [c.StopAir(), c.Unblank(), c.ChooseSource(name="testcard"), c.ChooseLayout(name="camera")]
)
def test_what_is_so_from_the_start_is_no_event(command: c.AnyCommand) -> None:
    Playbook().when(command).then()


def test_an_unknown_source_or_layout_is_refused_with_those_there_are() -> None:
    refused = Playbook().when(c.ChooseSource(name="roof")).refused("source_unknown", 404)
    assert str(refused) == "There is no source “roof”. There are: testcard, camera."
    Playbook().when(c.ChooseLayout(name="mosaic")).refused("layout_unknown", 404)


def test_since_is_when_the_programme_last_started() -> None:
    play = Playbook().given(c.StartAir())
    assert play.room.air.since == play.now
    play.given(c.StopAir())
    assert play.room.air.since is None


def test_a_fresh_journal_has_no_wish_and_one_that_stopped_has() -> None:
    play = Playbook()
    assert not play.room.air.told
    play.given(c.Blank())
    assert not play.room.air.told
    play.given(c.StartAir(), c.StopAir())
    assert play.room.air.told


def test_a_source_that_the_settings_took_away_gives_its_place_to_the_first() -> None:
    play = Playbook().given(c.ChooseSource(name="camera"))
    assert play.room.source == "camera"
    setup = msgspec.structs.replace(play.room.setup, sources=play.room.setup.sources[:1])
    assert msgspec.structs.replace(play.room, setup=setup).source == "testcard"
    setup = msgspec.structs.replace(play.room.setup, sources=())
    assert msgspec.structs.replace(play.room, setup=setup).source is None
