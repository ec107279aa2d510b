"""Keep which screens are connected and what each says it shows, for the panel. None of it enters the journal (PURE)."""

from collections.abc import Hashable
from datetime import datetime

import msgspec

from bridge.views import DisplayView
from web.bodies import DisplayReport

MOST = 16
"""Screens that are kept. Policy when there are more: those that were not invited go first, then the newest."""


class Displays:
    """The screens, by connection."""

    def __init__(self) -> None:
        self._known: dict[Hashable, DisplayView] = {}

    @property
    def views(self) -> tuple[DisplayView, ...]:
        """All screens, the invited first, each in the order in which it came."""
        return tuple(sorted(self._known.values(), key=lambda display: not display.invited))

    def report(
        self, connection: Hashable, said: DisplayReport, *, name: str | None, invited: bool, now: datetime
    ) -> bool:
        """Take in what a screen says of itself; return whether that is news."""
        before = self._known.get(connection)
        shown = DisplayView(
            name=name or said.page.capitalize(),
            page=said.page,
            shows=said.shows,
            invited=invited,
            since=now if before is None else before.since,
        )
        if shown == before:
            return False
        self._known[connection] = shown
        if len(self._known) > MOST:
            last = [*self._known][-1] if self._all_invited else self._newest_uninvited
            del self._known[last]
        return connection in self._known

    def leave(self, connection: Hashable) -> bool:
        """Forget a screen whose connection ended; return whether there was one."""
        return self._known.pop(connection, None) is not None

    @property
    def _all_invited(self) -> bool:
        return all(display.invited for display in self._known.values())

    @property
    def _newest_uninvited(self) -> Hashable:
        return next(connection for connection, display in reversed(self._known.items()) if not display.invited)


_decode = msgspec.json.Decoder(DisplayReport).decode


def read(text: str) -> DisplayReport | None:
    """Return what a message of a client says, None where it says nothing of a screen."""
    try:
        return _decode(text)
    except msgspec.DecodeError:
        return None
