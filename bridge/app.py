"""Composition root of the service: build everything in order, run it, close it in reverse.

Settings are read here and nowhere else. Ctrl-C and SIGTERM end the bridge and its studio; SIGHUP ends the bridge and
leaves the studio on air for the next one.
"""

import asyncio
import signal
import socket
import ssl
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import msgspec
import structlog

from bridge import commands as c
from bridge import settings_docs
from bridge.clock import Clock
from bridge.errors import BridgeError, SettingsError
from bridge.limits import raise_open_files
from bridge.room import Feed, Setup
from bridge.settings import Settings, WhipSource
from bridge.sqlite import SqliteJournal
from bridge.studio import StudioEdge
from bridge.studio_process import starter
from bridge.tasks import supervise
from bridge.views import RoomView
from bridge.wanted import HLS, RECORDING, Folders, wanted
from bridge.writer import RoomWriter
from moderation.policy import Mode, Policy
from web import auth
from web.auth import Signer
from web.bodies import Role
from web.events import Hub
from web.metrics import Figures, RoomCollector
from web.openapi import ROUTES
from web.server import Server, listen
from web.service import Service

log = structlog.get_logger(__name__)

JOURNAL_NAME = "journal.db"
SERVICE_NAME = "service.json"
HLS_URL = "/hls/live.m3u8"
PAGES = Path(__file__).resolve().parents[1] / "web/client/dist"
LINK_OPENS = timedelta(hours=12)
LINK_LASTS = timedelta(days=7)
"""An event's days: nobody at the desk is locked out in the middle."""


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Where the service is found, for whoever started it."""

    viewer: str
    room: str
    operator: str
    """Opens once."""
    pages_built: bool


async def serve(
    settings: Settings,
    data: Path,
    *,
    clock: Clock,
    environment: Mapping[str, str],
    announce: Callable[[Addresses], None],
) -> None:
    """Run the service until it is told to end. Raises :exc:`BridgeError` where it cannot start."""
    for name in settings_docs.used_later(settings):
        log.warning("setting.unused", setting=name, reason="This version does not use it yet.")
    raise_open_files()
    tls = tls_context(settings)
    folders = make_folders(settings, data)
    signer = Signer(auth.load_secret(data))
    async with SqliteJournal(journal_path(settings, data)) as journal:
        listening = listen(settings.web.host, settings.web.port)
        url = public_url(settings, listening.getsockname()[1])
        with listening:
            async with RoomWriter(journal, setup(settings, url), clock) as writer:
                if not writer.room.air.told:
                    await writer.submit(c.StartAir(), actor="system")
                studio = StudioEdge(
                    data,
                    writer=writer,
                    wanted=lambda room: wanted(room, settings, folders),
                    recordings=Path(folders.recordings),
                    clock=clock,
                    starter=starter(data, environment),
                )
                hub, figures = Hub(writer.room, clock, past=writer.recent), Figures()
                writer.follow(hub.tell)
                studio.follow_meters(hub.tell_meters)
                figures.registry.register(RoomCollector(hub, lambda: studio.restarts))
                service = Service(
                    writer=writer,
                    journal=journal,
                    studio=studio,
                    hub=hub,
                    figures=figures,
                    signer=signer,
                    clock=clock,
                    url=url,
                    pages=PAGES,
                    hls=Path(folders.hls) if settings.hls.enabled else None,
                    whip_tokens={s.name: s.token for s in settings.sources if isinstance(s, WhipSource)},
                    proxies=settings.web.trusted_proxies,
                )
                async with Server(service, ROUTES, listening, tls=tls):
                    tell_others(data, url)
                    announce(addresses(service))
                    await run_until_told(studio)
    log.info("bridge.ended")


async def run_until_told(studio: StudioEdge) -> None:
    """Run the studio's edge until a signal ends the service."""
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[signal.Signals] = asyncio.Queue(maxsize=8)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, _put, told, number)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(supervise("studio", studio.run), name="studio")
        number = await told.get()
        log.info("bridge.ending", signal=number.name)
        if number is not signal.SIGHUP:
            await studio.quit()
            await asyncio.wait([running], timeout=5)
        running.cancel()


def _put(told: "asyncio.Queue[signal.Signals]", number: signal.Signals) -> None:
    if not told.full():
        told.put_nowait(number)


def setup(settings: Settings, url: str) -> Setup:
    """Return what the settings decide of the room."""
    own = [Feed(name=RECORDING, kind="recording"), *([Feed(name=HLS, kind="hls")] if settings.hls.enabled else [])]
    rules = settings.moderation
    return Setup(
        room=RoomView(name=settings.room.name, time_zone=settings.room.time_zone, url=url),
        sources=tuple(Feed(name=s.name, kind=str(s.__struct_config__.tag)) for s in settings.sources),
        outputs=(*own, *(Feed(name=output.name, kind="rtmp") for output in settings.outputs)),
        policy=Policy(mode=Mode(rules.mode), rate=rules.rate, rate_window_s=rules.rate_window_s),
        hls_url=HLS_URL if settings.hls.enabled else None,
    )


def make_folders(settings: Settings, data: Path) -> Folders:
    """Make the folders that the studio writes to. Raises :exc:`SettingsError`."""
    recordings = Path(settings.recording.dir) if settings.recording.dir else data / "recordings"
    hls = data / "hls"
    for folder in (data, recordings, hls):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise SettingsError(f"The folder {folder} cannot be made: {fault.strerror}.") from fault
    return Folders(recordings=str(recordings.resolve()), hls=str(hls.resolve()))


def journal_path(settings: Settings, data: Path) -> Path:
    """Return the journal's file."""
    url = settings.database.url
    return Path(url.removeprefix("sqlite:///")) if url else data / JOURNAL_NAME


def public_url(settings: Settings, port: int) -> str:
    """Return the address at which the public finds the service, without a slash at its end."""
    if settings.room.public_url:
        return settings.room.public_url.rstrip("/")
    host = settings.web.host
    if host in {"0.0.0.0", "::"}:
        host = _own_address()
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if settings.web.tls_cert else 'http'}://{shown}:{port}"


def _own_address() -> str:
    """Return this machine's address in its network; connecting a datagram socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """Return how to speak TLS, None where it is not wanted. Raises :exc:`SettingsError`."""
    if not settings.web.tls_cert:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.web.tls_cert, settings.web.tls_key)
    except (OSError, ssl.SSLError) as fault:
        raise SettingsError(f"web.tls_cert and web.tls_key do not make a certificate with its key: {fault}.") from fault
    return context


def addresses(service: Service) -> Addresses:
    """Return where the service is found, with a fresh link for the operator."""
    now = service.clock.now()
    invite = auth.new_invite(Role.OPERATOR, now, opens=LINK_OPENS, lasts=LINK_LASTS, once=True)
    return Addresses(
        viewer=f"{service.url}/",
        room=f"{service.url}/room",
        operator=f"{service.url}/enter?token={service.signer.invite(invite)}",
        pages_built=(service.pages / "index.html").is_file(),
    )


def tell_others(data: Path, url: str) -> None:
    """Leave the address for commands that make links beside the running service. Raises :exc:`BridgeError`."""
    fresh = data / f"{SERVICE_NAME}.new"
    try:
        fresh.write_bytes(msgspec.json.encode({"url": url}))
        fresh.replace(data / SERVICE_NAME)
    except OSError as fault:
        raise BridgeError(f"{data / SERVICE_NAME} cannot be written: {fault.strerror}.") from fault


def told_address(data: Path) -> str | None:
    """Return the address that the service left, None where none ran here yet."""
    try:
        told = msgspec.json.decode((data / SERVICE_NAME).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return None
    return told.get("url")
