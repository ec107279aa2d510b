"""EDGE. The port of a file source: ``python -m stream.ports.file``.

It plays by the monotonic clock, some tenths of a second ahead: pictures into shared memory, sound to the studio. Where
the file cannot be played it says why, once, and looks again every few seconds: the file may be put there later.
"""

import select
import sys

import av

from bridge.clock import SystemClock
from stream.ports import causes, pipe, wire
from stream.ports.media import NotMedia
from stream.ports.player import Player, Turn
from stream.ports.ring import Ring

STEP_S = 0.06
"""Between two looks: two pictures at 30 a second are made in one go."""
ALIVE_S = 0.15
"""How long each look promises to hold; more than a look and the pause after it."""
OPENING_S = 8.0
RETRY_S = 5.0


class _File:
    """Plays as ordered until the studio goes."""

    def __init__(self, order: wire.Play) -> None:
        self._order = order
        self._clock = SystemClock()
        self._ring = Ring(order.ring_fd, width=order.width, height=order.height, fps=order.fps)
        self._cause: str | None = None
        self._sounds: list[bytes] = []

    def run(self) -> None:
        """Play, and try again where that fails; returns when the studio has gone or the file has ended."""
        while True:
            try:
                ended = self._play()
            except (OSError, NotMedia) as error:
                self._fault(causes.of_source(getattr(error, "errno", None) or 0))
                ended = self._wait(RETRY_S)
            if ended:
                return

    def _play(self) -> bool:
        self._ring.live_until(self._clock.monotonic() + OPENING_S)
        player = Player(self._order, self._ring, self._sound, self._clock.monotonic())
        opened = False
        while True:
            turn = player.step(self._clock.monotonic())
            self._send_sounds()
            self._ring.live_until(self._clock.monotonic() + ALIVE_S)
            if player.played and not opened:
                opened, self._cause = True, None
                pipe.report(wire.Opened())
            if turn is Turn.ENDED:
                pipe.report(wire.Ended(self._order.path))
                return True
            if self._gone(0.0 if turn is Turn.MORE else STEP_S):
                return True

    def _sound(self, due_s: float, samples: bytes) -> None:
        self._sounds.append(wire.sound(due_s, samples))

    def _send_sounds(self) -> None:
        """Write what one step gave in one go: each write wakes the studio."""
        if self._sounds:
            pipe.send(b"".join(self._sounds))
            self._sounds.clear()

    def _fault(self, cause: str) -> None:
        if cause != self._cause:
            self._cause = cause
            pipe.report(wire.Fault(cause))

    def _wait(self, seconds: float) -> bool:
        until = self._clock.monotonic() + seconds
        self._ring.live_until(until + ALIVE_S)
        return self._gone(seconds)

    def _gone(self, seconds: float) -> bool:
        """Wait; return whether the studio has closed its end meanwhile."""
        ready, _, _ = select.select([sys.stdin], [], [], seconds)
        return bool(ready)


def main() -> None:
    """Take the one order there is and play."""
    pipe.leave_signals_to_the_studio()
    pipe.die_with_parent()
    av.logging.set_level(None)
    for tag, payload in pipe.orders():
        order = wire.parse(tag, payload)
        assert isinstance(order, wire.Play), "a file source is told what to play, once"
        _File(order).run()
        return


if __name__ == "__main__":
    main()
