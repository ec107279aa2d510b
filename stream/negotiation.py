"""EDGE to aiortc. From a WHIP client's offer (RFC 9725) to the answer and a peer connection that receives.

aiortc is imported where it is first needed: that takes 0.4 s, and the studio is to be on air sooner.
"""

import asyncio
import importlib
import re
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import structlog

from bridge.errors import StudioError
from stream.rtp import PictureOrder, SoundOrder

if TYPE_CHECKING:
    from aiortc import MediaStreamTrack, RTCPeerConnection, RTCRtpReceiver
    from aiortc.rtp import AnyRtcpPacket

log = structlog.get_logger(__name__)

OFFER_CHARACTERS: Final = 65_536
FORMATS: Final = {"audio": ("audio/opus",), "video": ("video/H264", "video/VP8", "video/rtx")}
"""What is answered with, the best first: H.264 costs less to decode."""
NTP_TICKS: Final = 1 << 32

_PROFILE: Final = re.compile(r"^a=fmtp:(\d+) .*?profile-level-id=([0-9a-fA-F]{6})", re.MULTILINE)
_BASELINE: Final = "42e01f"

Order = PictureOrder | SoundOrder
Report = Callable[[str, int, float], None]
"""Takes a sender's report: the kind of track, a timestamp of it, and the sender's clock at it in seconds."""


async def negotiate(
    sdp: str, *, orders: dict[str, Order], report: Report
) -> tuple["RTCPeerConnection", list["MediaStreamTrack"], str]:
    """Return a peer connection, its tracks and the answer to the offer ``sdp``.

    ``orders`` puts the packets of each kind in order. Raises :exc:`StudioError` in words where the offer is unfit;
    nothing is left open then.
    """
    kinds = offered(sdp)
    aiortc = await asyncio.to_thread(importlib.import_module, "aiortc")
    # No servers: clients reach the studio by its own address, and aiortc would ask one on the Internet by itself.
    peer = aiortc.RTCPeerConnection(aiortc.RTCConfiguration(iceServers=[]))
    tracks: list[MediaStreamTrack] = []
    peer.on("track", tracks.append)
    for kind in kinds:
        _prepare(peer, kind, orders[kind], report)
    try:
        return peer, tracks, await _answer(peer, tracks, sdp)
    except BaseException:
        # A connection that a strange offer has left without its transports cannot even be closed; it holds none then.
        with suppress(AttributeError):
            await peer.close()
        raise


def offered(sdp: str) -> list[str]:
    """Return the kinds of media in the offer ``sdp``, in order; raise :exc:`StudioError` where it is no WHIP offer."""
    if len(sdp) > OFFER_CHARACTERS:
        raise unfit(f"It is longer than {OFFER_CHARACTERS} characters.")
    if not sdp.startswith("v=0"):
        raise unfit("It is no session description: those begin with v=0.")
    kinds = re.findall(r"^m=(\S+)", sdp, re.MULTILINE)
    if not kinds:
        raise unfit("It holds no media.")
    if unknown := set(kinds) - FORMATS.keys():
        raise unfit(f"It holds {', '.join(sorted(unknown))}; the studio takes a picture (video) and a sound (audio).")
    if len(set(kinds)) < len(kinds):
        raise unfit("It holds more than one picture or more than one sound; the studio takes one of each.")
    for line, what in (("a=ice-ufrag:", "ICE"), ("a=fingerprint:", "DTLS")):
        if line not in sdp:
            raise unfit(f"It lacks the line {line.rstrip(':')}: WebRTC needs {what}.")
    return kinds


def with_readable_profiles(sdp: str) -> tuple[str, dict[str, str]]:
    """Return the offer ``sdp`` as one that aiortc accepts, and the H.264 profiles that were in it by payload type.

    aiortc accepts only the baseline profiles, though it decodes with FFmpeg, which reads all of them. An encoder that
    offers nothing but another profile is met by calling it baseline.
    """
    profiles = {payload: profile.lower() for payload, profile in _PROFILE.findall(sdp)}
    if "VP8/90000" in sdp or any(profile.startswith("42") for profile in profiles.values()):
        return sdp, {}
    return _PROFILE.sub(lambda found: found[0].replace(found[2], _BASELINE), sdp), profiles


def with_profiles(sdp: str, profiles: dict[str, str]) -> str:
    """Return the answer ``sdp`` with the profiles that the client offered; none of them changes what is decoded."""
    return _PROFILE.sub(lambda found: found[0].replace(found[2], profiles.get(found[1], found[2])), sdp)


def unfit(why: str) -> StudioError:
    """Return the error for an offer that cannot be answered."""
    return StudioError(f"The WHIP offer cannot be used. {why}", code="offer_unfit")


async def _answer(peer: "RTCPeerConnection", tracks: list["MediaStreamTrack"], sdp: str) -> str:
    from aiortc import RTCSessionDescription
    from aiortc.exceptions import OperationError

    readable, profiles = with_readable_profiles(sdp)
    try:
        await peer.setRemoteDescription(RTCSessionDescription(readable, "offer"))
        await peer.setLocalDescription()
    except OperationError as error:
        raise unfit("It offers no format that the studio reads: Opus, and H.264 or VP8.") from error
    # aiortc's parser takes the shape of what it reads for granted, and an offer may hold anything.
    except (ValueError, LookupError, AttributeError, TypeError, AssertionError, RuntimeError) as error:
        raise unfit("It cannot be read as a session description.") from error
    if not tracks:
        raise unfit("It would send neither picture nor sound.")
    answer = with_profiles(peer.localDescription.sdp, profiles)
    if "a=candidate:" not in answer:
        raise StudioError(
            "The studio's machine has no network address but its loopback, which WebRTC cannot use here. "
            "Connect the machine to a network and try again.",
            code="no_network",
        )
    return answer


def _prepare(peer: "RTCPeerConnection", kind: str, order: Order, report: Report) -> None:
    """Make ready for a track of ``kind``; preferences count only where they are set before the offer is."""
    from aiortc import RTCRtpReceiver

    capabilities = RTCRtpReceiver.getCapabilities(kind)
    assert capabilities is not None, "aiortc reads sound and pictures"
    transceiver = peer.addTransceiver(kind, direction="recvonly")
    transceiver.setCodecPreferences(
        [codec for name in FORMATS[kind] for codec in capabilities.codecs if codec.mimeType == name]
    )
    _order_packets(transceiver.receiver, order)
    _hear_reports(transceiver.receiver, kind, report)


def _order_packets(receiver: "RTCRtpReceiver", order: Order) -> None:
    """Let ``order`` stand in for aiortc's jitter buffer.

    There is no public way to it; where the attribute is gone, aiortc's own is used, and sound comes 80 ms later.
    """
    name = "_RTCRtpReceiver__jitter_buffer"
    if hasattr(receiver, name):
        setattr(receiver, name, order)
    else:
        log.warning("whip.order_unsupported", why="this aiortc keeps its jitter buffer elsewhere")


def _hear_reports(receiver: "RTCRtpReceiver", kind: str, report: Report) -> None:
    """Let ``report`` hear what the sender says of its clock.

    aiortc's statistics keep only half of it, so it is read on its way in. Without it sound and picture are not aligned.
    """
    from aiortc.rtp import RtcpSrPacket

    handle = receiver._handle_rtcp_packet

    async def listen(packet: "AnyRtcpPacket") -> None:
        if isinstance(packet, RtcpSrPacket):
            report(kind, packet.sender_info.rtp_timestamp, packet.sender_info.ntp_timestamp / NTP_TICKS)
        await handle(packet)

    receiver._handle_rtcp_packet = listen  # type: ignore[method-assign]  # the instance's own, found before the class's
