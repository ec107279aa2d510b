"""Keep the viewer page with the room painted into it: made once an entry, and only when somebody opens it (EDGE)."""

import gzip
import hashlib
from pathlib import Path

import msgspec

from bridge import audiences
from bridge.audiences import Audience
from web import first_paint
from web.events import Hub

MARKER = "<!--first-paint-->"
"""Where the room is painted, in the built page."""
TITLE = "<title>Forward Prop</title>"
WORTH_BYTES = 1024
"""What is smaller fits into one packet as it is."""


class Painted(msgspec.Struct, frozen=True, kw_only=True):
    """The page as it was painted last."""

    of: tuple[int, int, int]
    """The entry's number, and when and how large the built page was written."""
    whole: bytes
    coded: bytes | None
    """The same in gzip; None where that is not worth it."""
    digest: str


class ViewerPage:
    """The built page at ``path``, and the newest of it painted. For the loop's thread."""

    def __init__(self, path: Path, hub: Hub) -> None:
        self._path = path
        self._hub = hub
        self._newest: Painted | None = None

    def painted(self) -> Painted | None:
        """Return the page as the room is now, None where it is not built."""
        try:
            built = self._path.stat()
            of = (self._hub.room.seq, built.st_mtime_ns, built.st_size)
            if self._newest is None or self._newest.of != of:
                self._newest = self._paint(self._path.read_text("utf-8"), of)
        except OSError:
            return None
        return self._newest

    def _paint(self, page: str, of: tuple[int, int, int]) -> Painted:
        state = audiences.snapshot(self._hub.room, Audience.PUBLIC)
        # The title first: what people wrote is put in last, and nothing is looked for in it.
        page = page.replace(TITLE, f"<title>{first_paint.title(state)}</title>", 1)
        before, marker, after = page.rpartition(MARKER)
        whole = (before + (first_paint.fragment(state) if marker else "") + after).encode()
        coded = gzip.compress(whole, compresslevel=6, mtime=0) if len(whole) >= WORTH_BYTES else None
        digest = hashlib.blake2b(whole, digest_size=12).hexdigest()
        return Painted(of=of, whole=whole, coded=coded, digest=digest)
