"""The receiver against aiortc as a client, over UDP of this machine. Waits are for conditions, with generous limits."""

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from aiortc import RTCPeerConnection

from bridge.errors import StudioError
from bridge.terms import SourceState
from stream.jitter import JitterBuffer
from stream.webrtc import FIRST_S, GONE_S, LOST_S, SETTLED_S, judge
from tests.stream.whipping import CLOCK, GREY, Pictures, SkippingClock, Sound, Studio, connect, offer_of, until

LIVE, LOST, WAITING = SourceState.LIVE, SourceState.LOST, SourceState.WAITING


def state(studio: Studio) -> SourceState | None:
    return studio.facts[-1].state if studio.facts else None


def swallow_all_from(client: RTCPeerConnection) -> Callable[[], None]:
    """Let the network be gone, unnoticed by both ends; return what brings it back."""
    transport = client.getSenders()[0].transport
    send = transport._send_rtp

    async def swallow(data: bytes) -> None:
        pass

    def let_through() -> None:
        transport._send_rtp = send  # type: ignore[method-assign]  # as it was

    transport._send_rtp = swallow  # type: ignore[method-assign]  # the last step before the network
    return let_through


async def test_picture_and_sound_of_a_client_come_through_in_time_with_each_other() -> None:
    async with Studio() as studio:
        client, _ = await connect(studio, Pictures(), Sound())
        # The sender's first reports come within two seconds; from then on both are aligned.
        await until("beeps", lambda: len(studio.beeps()) >= 8)
        assert abs(float(np.median(studio.apart_s(3)))) < 0.040
        assert studio.luma() is not None
        assert studio.facts[-1].state == LIVE
        assert studio.facts[-1].reason is None
        await client.close()


async def test_sound_comes_before_it_is_due_and_a_mixer_hears_it_whole() -> None:
    async with Studio() as studio:
        buffer = JitterBuffer()
        client, _ = await connect(studio, Sound())
        await until("sound", lambda: len(studio.sounds) > 150)
        early_s = sorted(due_s - came_s for came_s, due_s, _ in studio.sounds)
        assert 0.01 < early_s[len(early_s) // 2] < 0.08
        for _, due_s, samples in studio.sounds:
            buffer.push(due_s, samples)
        assert buffer.dropped_samples <= sum(len(samples) for _, _, samples in studio.sounds) - 48_000
        assert buffer.newest_s == pytest.approx(studio.sounds[-1][1] + 0.02, abs=0.02)
        await client.close()


async def test_a_client_that_closes_is_lost_and_the_next_is_live_again() -> None:
    async with Studio() as studio:
        client, _ = await connect(studio, Pictures())
        await until("a picture", lambda: state(studio) is LIVE and studio.luma() is not None)
        await client.close()
        await until("the loss", lambda: state(studio) is LOST)
        await until("no picture", lambda: studio.receiver.newest() is None)
        assert studio.facts[-1].reason
        client, _ = await connect(studio, Pictures())
        await until("a picture again", lambda: state(studio) is LIVE and studio.luma() is not None)
        await client.close()


async def test_a_client_that_falls_silent_is_lost_within_seconds_and_comes_back_by_itself() -> None:
    async with Studio() as studio:
        client, _ = await connect(studio, Pictures())
        await until("a picture", lambda: state(studio) is LIVE)
        let_through = swallow_all_from(client)
        silent_s = CLOCK.monotonic()
        await until("the loss", lambda: state(studio) is LOST)
        assert CLOCK.monotonic() - silent_s < LOST_S + 3.0
        let_through()
        await until("the return", lambda: state(studio) is LIVE and studio.luma() is not None)
        await client.close()


async def test_a_new_offer_takes_the_place_of_the_client_before() -> None:
    async with Studio() as studio:
        first, old = await connect(studio, Pictures())
        await until("a picture", lambda: studio.luma() is not None)
        second, new = await connect(studio, Pictures())
        await until("the first's end", lambda: first.connectionState == "closed")
        await until("the second's picture", lambda: state(studio) is LIVE and second.connectionState == "connected")
        assert not await studio.receiver.end(old)
        assert await studio.receiver.end(new)
        assert not await studio.receiver.end(new)
        assert state(studio) is LOST
        await until("the second's end", lambda: second.connectionState == "closed")
        await first.close()
        await second.close()


async def test_a_bad_offer_leaves_the_client_that_is_there_alone() -> None:
    async with Studio() as studio:
        client, resource = await connect(studio, Pictures())
        await until("a picture", lambda: studio.luma() is not None)
        with pytest.raises(StudioError):
            await studio.receiver.offer("v=1")
        newest = studio.receiver.newest()
        assert newest is not None
        await until("newer pictures", lambda: (studio.receiver.newest() or newest)[0] > newest[0] + 10)
        assert await studio.receiver.end(resource)
        await client.close()


async def test_a_client_that_never_sends_is_sent_away() -> None:
    clock = SkippingClock()
    async with Studio(clock=clock) as studio:
        _, resource = await studio.receiver.offer(await offer_of("video", "audio"))
        await until("the client", lambda: state(studio) is WAITING)
        clock.ahead_s = FIRST_S + 1.0
        await until("its end", lambda: "sent away" in (studio.facts[-1].reason or ""))
        assert state(studio) is WAITING
        assert not await studio.receiver.end(resource)


async def test_a_client_that_stays_silent_is_sent_away_in_the_end() -> None:
    clock = SkippingClock()
    async with Studio(clock=clock) as studio:
        client, resource = await connect(studio, Pictures())
        await until("a picture", lambda: state(studio) is LIVE)
        swallow_all_from(client)
        await until("the loss", lambda: state(studio) is LOST)
        clock.ahead_s = GONE_S + 1.0
        await until("its end", lambda: "sent away" in (studio.facts[-1].reason or ""))
        assert not await studio.receiver.end(resource)
        await client.close()


async def test_a_size_that_changes_is_followed_and_letterboxed() -> None:
    async with Studio() as studio:
        client, _ = await connect(studio, Pictures((320, 180), (180, 320), (322, 182)))
        corners: set[bool] = set()

        def look() -> bool:
            newest = studio.receiver.newest()
            if newest is not None:
                assert newest[1].shape == (540, 640)
                corners.add(bool(newest[1][180, 4] > 30))
            return corners == {True, False}

        await until("a full and an upright picture", look)
        await client.close()


async def test_a_lossy_network_delays_neither_sound_nor_picture_for_good() -> None:
    async with Studio() as studio:
        pictures, sound = Pictures(), Sound()
        client, _ = await connect(studio, pictures, sound)
        transport = client.getSenders()[0].transport
        send, count = transport._send_rtp, 0

        async def lossy(data: bytes) -> None:
            nonlocal count
            count += 1
            if count % 12:
                await send(data)

        transport._send_rtp = lossy  # type: ignore[method-assign]  # one packet in twelve is lost on its way
        await until("much sound", lambda: len(studio.sounds) > 300)
        late = [came_s > due_s + 0.02 for came_s, due_s, _ in studio.sounds[-200:]]
        assert sum(late) < 60
        newest = studio.receiver.newest()
        await until("newer pictures", lambda: (studio.receiver.newest() or (0,))[0] > (newest[0] if newest else 0) + 20)
        behind_s = studio.sounds[-1][1] - (sound.began_s or 0.0) - sound.sent * 0.02
        assert behind_s < 0.3
        await client.close()


async def test_closing_frees_threads_and_connections() -> None:
    before = threading.active_count()
    async with Studio() as studio:
        client, _ = await connect(studio, Pictures(), Sound())
        await until("a picture", lambda: studio.luma() is not None)
    assert studio.receiver.newest() is None or studio.luma() in range(GREY - 20, 256)
    await until("the client's end", lambda: client.connectionState == "closed")
    await client.close()
    await until("the threads' end", lambda: threading.active_count() <= before + 2)


def seen(*, kinds: str = "audio video", began_s: float = 0.0, picture_s: Any = None, sound_s: Any = None) -> Any:
    came = [at_s for at_s in (picture_s, sound_s) if at_s is not None]
    return SimpleNamespace(
        kinds=frozenset(kinds.split()),
        began_s=began_s,
        picture_s=picture_s,
        sound_s=sound_s,
        newest_s=max(came, default=None),
    )


@pytest.mark.parametrize(
    ("client", "expected", "words"),
    [
        (seen(), WAITING, "connecting"),
        (seen(picture_s=9.5, sound_s=9.9), LIVE, None),
        (seen(picture_s=9.5, sound_s=5.0), LIVE, "Only a picture"),
        (seen(picture_s=8.0, sound_s=9.9), LIVE, "Only sound"),
        (seen(picture_s=9.9, kinds="video"), LIVE, None),
        (seen(picture_s=9.9, began_s=10.0 - SETTLED_S + 0.1), LIVE, None),
        (seen(picture_s=8.9, sound_s=8.8), LOST, "may come back"),
    ],
)
def test_a_source_stands_as_what_comes_from_it_says(client: Any, expected: SourceState, words: str | None) -> None:
    verdict, reason = judge(client, 10.0, was_live=False)
    assert verdict is expected
    assert (reason is None) if words is None else words in (reason or "")


def test_a_source_that_was_live_does_not_wait_for_the_first_time() -> None:
    assert judge(seen(), 10.0, was_live=True)[0] is LOST
