"""Look before the event whether all is ready: one line each, with what to do about it (EDGE).

Nothing is published: an ingest is reached and, for rtmps://, its certificate verified; whether it takes the key shows
only on air.
"""

import ctypes
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from bridge.clock import Clock
from bridge.errors import BridgeError
from bridge.settings import FileSource, OutputSettings, Settings
from bridge.settings_docs import used_later

REACH_S = 5.0
ENCODED_S = 2
"""How much video is encoded to see whether the machine keeps up."""
MIN_FREE_BYTES = 1 << 30
MIN_HOURS = 8
PORTS = {"rtmp": 1935, "rtmps": 443}
SCRIPTS = {"ar": "Arabic", "he": "Hebrew", "hi": "Devanagari", "zh-cn": "Chinese", "ja": "Japanese", "ko": "Korean"}
FONTS_REMEDY = "Install fonts-noto-core, fonts-noto-cjk and fonts-noto-color-emoji."


class Verdict(StrEnum):
    """How it stands."""

    OK = "ok"
    WARN = "warn"
    FAULT = "fault"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One line."""

    subject: str
    verdict: Verdict
    text: str
    """What was found and, where it is not well, what to do."""


def examine(load: Callable[[], Settings], data: Path, clock: Clock) -> list[Finding]:
    """Return all findings. Where the settings cannot be read, that is the only one."""
    try:
        settings = load()
    except BridgeError as fault:
        return [Finding(subject="settings", verdict=Verdict.FAULT, text=str(fault))]
    later = ", ".join(used_later(settings))
    settings_found = (
        _warn("settings", f"{later}: nothing uses that yet.") if later else _ok("settings", "All are valid.")
    )
    return [
        settings_found,
        *_disk(settings, data),
        _clock(clock),
        *_fonts(),
        _encoder(settings, clock),
        *_sources(settings),
        *_outputs(settings),
        _port(settings),
        _pages(),
    ]


def _ok(subject: str, text: str) -> Finding:
    return Finding(subject=subject, verdict=Verdict.OK, text=text)


def _warn(subject: str, text: str) -> Finding:
    return Finding(subject=subject, verdict=Verdict.WARN, text=text)


def _fault(subject: str, text: str) -> Finding:
    return Finding(subject=subject, verdict=Verdict.FAULT, text=text)


def _disk(settings: Settings, data: Path) -> Iterator[Finding]:
    recordings = Path(settings.recording.dir) if settings.recording.dir else data
    bytes_an_hour = (settings.video.bitrate_bps + settings.audio.bitrate_bps) * 3600 / 8
    for folder in dict.fromkeys((data, recordings)):
        there = next(parent for parent in (folder, *folder.parents) if parent.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            yield _fault("disk", f"{folder} cannot be written. Give the right to, or choose another.")
            continue
        free = shutil.disk_usage(there).free
        hours = free / bytes_an_hour
        text = f"{free / 1e9:.1f} GB are free at {folder}: some {hours:.0f} h of recording."
        if free < MIN_FREE_BYTES:
            yield _fault("disk", f"{text} Make room, or choose another disk.")
        else:
            yield _ok("disk", text) if hours >= MIN_HOURS else _warn("disk", f"{text} Make room for a whole day.")


def _clock(clock: Clock) -> Finding:
    now = clock.now()
    if now.year < 2025:
        return _fault("clock", f"It says {now:%Y-%m-%d}. Set the machine's clock.")
    # adjtimex(2): 5 is TIME_ERROR, not synchronised. modes = 0 only reads; struct timex is shorter than this.
    state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))
    if state == 5:
        return _warn("clock", "It is not synchronised; times in the notes may be off. Turn on NTP.")
    return _ok("clock", f"It is {now:%Y-%m-%d %H:%M:%S} UTC.")


def _fonts() -> Iterator[Finding]:
    if shutil.which("fc-list") is None:
        yield _warn("fonts", "fc-list is not there, so the fonts could not be looked at. Install fontconfig.")
        return
    missing = [name for language, name in SCRIPTS.items() if not _fonts_for(f":lang={language}")]
    if not _fonts_for(":charset=1f600"):
        missing.append("emoji")
    if missing:
        yield _warn("fonts", f"None is there for {', '.join(missing)}. {FONTS_REMEDY}")
    else:
        yield _ok("fonts", "There are fonts for all scripts looked for, and emoji.")


def _fonts_for(pattern: str) -> bool:
    done = subprocess.run(["fc-list", pattern, "family"], capture_output=True, timeout=20, check=False)
    return bool(done.stdout.strip())


def _encoder(settings: Settings, clock: Clock) -> Finding:
    video = settings.video
    try:
        speed = _encoding_speed(settings, clock)
    except (ImportError, OSError, ValueError) as fault:
        return _fault("encoder", f"Nothing can be encoded: {fault}. Install the pinned packages again.")
    shape = f"{video.width}x{video.height} at {video.fps}, {video.preset}"
    text = f"{shape} is encoded {speed:.1f} times as fast as it plays."
    if speed < 1.2:
        return _fault("encoder", f"{text} Choose a faster preset, or fewer or smaller pictures.")
    return _ok("encoder", text) if speed >= 2 else _warn("encoder", f"{text} That is tight; choose a faster preset.")


def _encoding_speed(settings: Settings, clock: Clock) -> float:
    import av
    import numpy as np

    video = settings.video
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext), "x264 makes pictures"
    encoder.width, encoder.height, encoder.pix_fmt = video.width, video.height, "yuv420p"
    encoder.framerate = Fraction(video.fps)
    encoder.bit_rate = video.bitrate_bps
    encoder.options = {"preset": video.preset, "tune": "zerolatency"}
    noise = np.random.default_rng(1).integers(90, 160, (video.height * 3 // 2, video.width * 2), np.uint8)
    began_s = clock.monotonic()
    count = video.fps * ENCODED_S
    for number in range(count):
        # A window that moves over noise: harder to encode than a talk.
        shift = number * 4 % video.width
        moved = np.ascontiguousarray(noise[:, shift : shift + video.width])
        frame = av.VideoFrame.from_ndarray(moved, format="yuv420p")
        frame.pts = number
        encoder.encode(frame)
    encoder.encode(None)
    return count / video.fps / max(clock.monotonic() - began_s, 1e-6)


def _sources(settings: Settings) -> Iterator[Finding]:
    for source in settings.sources:
        if isinstance(source, FileSource) and not os.access(source.path, os.R_OK):
            yield _fault(f"source {source.name}", f"{source.path} cannot be read. Check the path and its permissions.")


def _outputs(settings: Settings) -> Iterator[Finding]:
    for output in settings.outputs:
        yield _reach(output)
    if settings.outputs:
        needed = len(settings.outputs) * (settings.video.bitrate_bps + settings.audio.bitrate_bps) / 1e6
        yield _warn("upload", f"All outputs together need {needed:.1f} Mbit/s, and some to spare. Measure your line.")


def _reach(output: OutputSettings) -> Finding:
    subject = f"output {output.name}"
    parts = urlsplit(output.url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    try:
        with socket.create_connection((host, port), timeout=REACH_S) as plain:
            if parts.scheme == "rtmps":
                _verify(plain, host, output.ca_file)
    except ssl.SSLCertVerificationError as fault:
        return _fault(
            subject, f"{host}: the certificate is not trusted ({fault.verify_message}). Set ca_file or fix it."
        )
    except OSError as fault:
        reason = fault.strerror or str(fault)
        return _fault(subject, f"{host}:{port} cannot be reached: {reason}. Check address, network and firewall.")
    if output.key is None and parts.path.strip("/").count("/") == 0:
        return _warn(subject, f"{host}:{port} is there, but no key is set. Set key unless it needs none.")
    return _ok(subject, f"{host}:{port} is there.")


def _verify(plain: socket.socket, host: str, ca_file: str | None) -> None:
    import certifi

    context = ssl.create_default_context(cafile=ca_file or certifi.where())
    with context.wrap_socket(plain, server_hostname=host):
        return


def _port(settings: Settings) -> Finding:
    from web.server import listen

    if settings.web.port == 0:
        return _ok("port", "Any free one will be taken.")
    try:
        listen(settings.web.host, settings.web.port).close()
    except BridgeError as fault:
        return _warn("port", f"{fault} It is fine if that is the service itself.")
    return _ok("port", f"{settings.web.port} of {settings.web.host} is free.")


def _pages() -> Finding:
    from bridge.app import PAGES

    if (PAGES / "index.html").is_file():
        return _ok("pages", "They are built.")
    return _fault("pages", "They are not built. Run: make pages")
