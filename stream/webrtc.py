"""EDGE. The place where a WHIP client publishes: the newest picture and the sound of whichever client is there.

Told by what comes and not by what the connection says: a closed tab looks connected for another 30 s.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray

from bridge.clock import Clock
from bridge.errors import StudioError
from bridge.tasks import supervise
from bridge.terms import SourceState
from stream.gallery import Gallery
from stream.letterbox import Letterbox
from stream.listener import OnSound
from stream.picture import Picture
from stream.protocol import SourceFact
from stream.whip import WhipClient

log = structlog.get_logger(__name__)

LOST_S: Final = 1.0
"""Nothing having come for so long is a loss."""
FIRST_S: Final = 10.0
"""A client that has sent nothing by then is sent away."""
GONE_S: Final = 30.0
"""A client that has sent nothing for so long will not come back."""
SETTLED_S: Final = 3.0
"""By then both picture and sound should have begun."""
WATCH_S: Final = 0.1

Verdict = tuple[SourceState, str | None]


class WhipReceiver:
    """One WHIP source. All calls on one event loop, but :meth:`newest`, which any thread may call."""

    def __init__(
        self, *, name: str, width: int, height: int, fps: int, clock: Clock, report: Callable[[SourceFact], None]
    ) -> None:
        self.on_sound: OnSound = _unheard
        """Takes sound as it comes, on the event loop."""
        self._name = name
        self._clock = clock
        self._report = report
        self._frame_s = 1 / fps
        self._gallery = Gallery(fps=fps)
        self._box = Letterbox(width=width, height=height)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix=f"whip {name}")
        self._offers = asyncio.Lock()
        self._client: WhipClient | None = None
        self._serving: asyncio.Task[None] | None = None
        self._told: Verdict = (SourceState.WAITING, None)
        self._was_live = False

    def newest(self) -> tuple[int, Picture] | None:
        """Return the newest picture and its number, or None where none came within 0.7 s."""
        return self._gallery.newest(self._clock.monotonic())

    async def offer(self, sdp: str) -> tuple[str, str]:
        """Return the answer to a client's offer and the client's resource; it takes the place of the one before.

        Raises :exc:`StudioError` in words where the offer is unfit; the one before then stays.
        """
        async with self._offers:
            client = self._make_client()
            try:
                answer = await client.answer(sdp)
            except StudioError:
                await client.close()
                raise
            await self._end_client()
            self._client = client
            # Held here and ended by close(): the studio's task group would outlive the source.
            self._serving = asyncio.create_task(self._serve(client), name=f"whip.{self._name}")  # noqa: TID251
            return answer, client.resource

    async def end(self, resource: str) -> bool:
        """End the client of ``resource``; return whether there was one."""
        async with self._offers:
            if self._client is None or self._client.resource != resource:
                return False
            await self._end_client()
            self._tell(self._absent("The client said goodbye."))
            return True

    async def close(self) -> None:
        """End the client and all that belongs to the source."""
        async with self._offers:
            await self._end_client()
        self._worker.shutdown(wait=False)

    def _make_client(self) -> WhipClient:
        client: WhipClient | None = None

        def take_picture(due_s: float, picture: Picture) -> None:
            if client is self._client:
                self._gallery.put(due_s, picture)

        def take_sound(due_s: float, samples: NDArray[np.float32]) -> None:
            if client is self._client:
                self.on_sound(due_s, samples)

        client = WhipClient(
            box=self._box,
            clock=self._clock,
            worker=self._worker,
            frame_s=self._frame_s,
            on_picture=take_picture,
            on_sound=take_sound,
        )
        return client

    async def _end_client(self) -> None:
        client, serving, self._client, self._serving = self._client, self._serving, None, None
        if client is not None and serving is not None:
            client.end("Another client took its place.")
            await serving

    async def _serve(self, client: WhipClient) -> None:
        """Receive from ``client`` and watch it until it is gone."""
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch(client), name=f"whip.{self._name}.watch")
            await supervise(f"whip.{self._name}", client.run)
            watching.cancel()
        await client.close()
        if client is self._client:
            self._client = None
            self._tell(self._absent(client.farewell))

    async def _watch(self, client: WhipClient) -> None:
        """Tell how the source stands as that changes, and send a client away that has nothing to send."""
        while True:
            now_s = self._clock.monotonic()
            self._tell(judge(client, now_s, was_live=self._was_live))
            newest_s = client.newest_s
            if now_s - (newest_s or client.began_s) > (GONE_S if newest_s else FIRST_S):
                client.end("The client stayed silent and was sent away. Let it connect again.")
            await asyncio.sleep(WATCH_S)

    def _absent(self, reason: str) -> Verdict:
        return (SourceState.LOST if self._was_live else SourceState.WAITING), reason

    def _tell(self, verdict: Verdict) -> None:
        if verdict != self._told:
            self._told = verdict
            state, reason = verdict
            self._was_live = self._was_live or state is SourceState.LIVE
            log.info("whip.source", source=self._name, state=state, reason=reason)
            self._report(SourceFact(name=self._name, state=state, reason=reason))


def judge(client: WhipClient, now_s: float, *, was_live: bool) -> Verdict:
    """Return how a source stands at ``now_s`` by what has come from ``client``, and why."""
    fresh = {
        kind
        for kind, came_s in (("video", client.picture_s), ("audio", client.sound_s))
        if came_s is not None and now_s - came_s <= LOST_S
    }
    if not fresh and client.newest_s is None:
        state = SourceState.LOST if was_live else SourceState.WAITING
        return state, "A client is connecting; nothing has come from it yet."
    if not fresh:
        return SourceState.LOST, "Nothing has come from the client for a second. It may come back by itself."
    # One of the two begins first: that is no fault yet.
    absent = client.kinds - fresh if now_s - client.began_s > SETTLED_S else frozenset()
    return SourceState.LIVE, _ABSENT["".join(absent)] if absent else None


_ABSENT: Final = {
    "video": "Only sound comes: the client sends no picture.",
    "audio": "Only a picture comes: the client sends no sound.",
}


def _unheard(due_s: float, samples: NDArray[np.float32]) -> None:
    """Let sound pass that nobody asked for."""
