"""PURE. What an output's fault means: wait and try again, or say that it cannot work; and in which words.

A sentence names the host and the file, never an address with its key.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from bridge.terms import LinkState
from stream.ports import causes
from stream.protocol import HlsOutput, OutputSpec, RecordingOutput, RtmpOutput

SILENT = "silent"
"""It did not answer in time; found by the studio's watch, not by the port."""
STALLED = "stalled"
"""It takes no more data; found by the studio's watch."""
DIED = "died"
"""The port itself ended."""

FAILED_RETRY_S = 60.0
NAME_RETRY_S = 10.0
"""A name may be unknown only because the network is not up yet: look again sooner."""
DISK_RETRY_S = 30.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an output stands after a fault. ``retry_s`` is None where the back-off decides."""

    state: LinkState
    reason: str
    retry_s: float | None = None


def host_of(url: str) -> str:
    """Return the host (and port, where one is given) of an address, for a sentence."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "the address"
    return f"{host}:{port}" if port else host or "the address"


def fault_of_address(url: str) -> Verdict | None:
    """Return the verdict on an address that cannot be one of an RTMP server, or None."""
    if urlsplit_scheme(url) not in ("rtmp", "rtmps"):
        return _failed("The address must begin with rtmp:// or rtmps://. Correct it in the settings.", None)
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        named = False
    if not named:
        return _failed("The address names no host. Correct it in the settings.", None)
    return None


def urlsplit_scheme(url: str) -> str:
    """Return what stands before ``://``, in small letters."""
    return url.partition("://")[0].lower()


def judge(spec: OutputSpec, cause: str, *, lived: bool) -> Verdict:
    """Return the verdict on ``cause``. ``lived`` tells whether this very output was live before."""
    if isinstance(spec, RtmpOutput):
        return _judge_rtmp(host_of(spec.url), cause, lived=lived)
    return _judge_disk(spec, cause)


_LOST_WORDS = {
    causes.NOBODY: "Nobody listens at {host}. Check the address if the server is up.",
    causes.UNREACHABLE: "No way leads to {host}. Check the network and the address.",
    causes.LOST: "The connection to {host} was lost.",
    causes.NO_RTMP: "{host} does not speak RTMP, or is just starting. Check the address.",
    causes.NO_TLS: "{host} does not speak TLS, or is just starting. Check the address.",
    causes.IN_USE: "{host} says that somebody else sends with this key.",
    SILENT: "{host} does not answer.",
    STALLED: "{host} takes no more data.",
    DIED: "The sending process ended and was started again.",
}
_FAILED_WORDS = {
    causes.CERTIFICATE: "The certificate of {host} is not trusted or names another. Check the address and ca_file.",
    causes.CA_FILE: "The ca_file for {host} cannot be read. Check its path.",
    causes.REFUSED_KEY: "{host} refuses the stream key. Check the key.",
    causes.REFUSED_APPLICATION: "{host} refuses the application in the address. Check the address and the key.",
    causes.UNRESOLVED: "The name of {host} is not known. Check the address.",
    causes.NAMELESS: "The name of {host} cannot be looked up: no name server answers. Check address and network.",
}
_RETRY_S = {causes.UNRESOLVED: NAME_RETRY_S, causes.NAMELESS: NAME_RETRY_S}


def _judge_rtmp(host: str, cause: str, *, lived: bool) -> Verdict:
    if cause in _FAILED_WORDS:
        words = _FAILED_WORDS[cause].format(host=host)
        if lived:
            # The same address and key were right a while ago: the trouble is the server's and may pass by itself.
            return Verdict(LinkState.RECONNECTING, f"{words} It worked before; trying again.")
        return _failed(words, _RETRY_S.get(cause, FAILED_RETRY_S))
    words = _LOST_WORDS.get(cause, "The connection to {host} failed.").format(host=host)
    return Verdict(LinkState.RECONNECTING, f"{words} Trying again.")


def _judge_disk(spec: RecordingOutput | HlsOutput, cause: str) -> Verdict:
    where = spec.path if isinstance(spec, RecordingOutput) else spec.directory
    if cause == causes.DISK_FULL:
        return _failed("The disk is full. Make room for it.", DISK_RETRY_S)
    if cause == causes.UNWRITABLE:
        return _failed(f"{where} cannot be written. Check that the directory exists and may be written.", DISK_RETRY_S)
    if cause in (STALLED, SILENT):
        return Verdict(LinkState.RECONNECTING, f"The disk of {where} takes no more data. Trying again.")
    return Verdict(LinkState.RECONNECTING, f"Writing to {where} failed. Trying again.")


def _failed(words: str, retry_s: float | None) -> Verdict:
    again = f" Next try in {retry_s:.0f} s." if retry_s is not None else ""
    return Verdict(LinkState.FAILED, f"{words}{again}", retry_s)
