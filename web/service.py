"""Name what the web needs from the rest of the bridge."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from bridge.clock import Clock
from bridge.commands import AnyCommand
from bridge.events import Entry
from bridge.journal import Journal
from bridge.room import Room
from bridge.secrets import Secret
from bridge.terms import QuestionId
from web.addresses import NetworkLimit
from web.auth import Signer
from web.events import Hub
from web.hls import Hls
from web.metrics import Figures
from web.viewer_page import ViewerPage


class Writer(Protocol):
    """The part of the room's writer that the web needs."""

    @property
    def room(self) -> Room: ...
    def follow(self, follower: Callable[[Room, Entry, Room], None]) -> Callable[[], None]: ...
    async def submit(self, command: AnyCommand, *, actor: str) -> list[Entry]: ...


class Studio(Protocol):
    """The part of the studio's edge that the web needs."""

    @property
    def up(self) -> bool: ...
    async def offer(self, source: str, sdp: str) -> tuple[str, str]: ...
    def end_whip(self, resource: str) -> None: ...


class Clips(Protocol):
    """The part of the clips' edge that the web needs."""

    async def file(self, question: QuestionId) -> Path: ...


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that handlers work with."""

    writer: Writer
    journal: Journal
    studio: Studio
    clips: Clips
    hub: Hub
    figures: Figures
    signer: Signer
    limit: NetworkLimit
    clock: Clock
    url: str
    """The viewer page's public address, without a slash at its end."""
    pages: Path
    """The folder of the built pages."""
    viewer_page: ViewerPage
    hls: Hls | None
    """The programme as HLS; None where it is switched off."""
    whip_tokens: dict[str, Secret | None]
    """By name of each WHIP source: the token that lets a client publish beside the operator, if any."""
    proxies: tuple[str, ...] = ()
    """Addresses and networks of proxies whose headers are believed."""
