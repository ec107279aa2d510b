"""PURE. Why an output or a source does not work, told from an error number and FFmpeg's log.

FFmpeg gives errno 5 for nearly all that can go wrong on the way to an RTMP server; what happened stands only in its
log, whose lines at debug level mark how far the connection came. The lines hold addresses and keys: they are looked
at here, inside the port, and never leave it.
"""

import errno
from collections.abc import Iterable

UNRESOLVED = "unresolved"
"""The host name is not known."""
NAMELESS = "nameless"
"""No name server answers, so nobody can tell whether the name is right."""
CERTIFICATE = "certificate"
"""The server's certificate is not trusted, is out of date or names another host."""
NO_TLS = "no_tls"
"""Somebody listens there, but does not speak TLS."""
NO_RTMP = "no_rtmp"
"""Somebody listens there, but the RTMP handshake failed."""
REFUSED_APPLICATION = "refused_application"
"""The server ended the connection when it heard the application's name."""
REFUSED_KEY = "refused_key"
"""The server ended the connection when it heard the key."""
IN_USE = "in_use"
"""Somebody publishes there already."""
NOBODY = "nobody"
"""Nobody listens there."""
UNREACHABLE = "unreachable"
"""No way leads there."""
LOST = "lost"
"""The connection broke while it was in use."""
DISK_FULL = "disk_full"
UNWRITABLE = "unwritable"
"""The file or directory may not be written."""
MISSING = "missing"
"""There is no such file."""
UNREADABLE = "unreadable"
"""The file may not be read."""
NOT_MEDIA = "not_media"
"""The file holds nothing that can be played."""
OTHER = "other"

_ERRNOS = {
    errno.ECONNREFUSED: NOBODY,
    errno.ENETUNREACH: UNREACHABLE,
    errno.EHOSTUNREACH: UNREACHABLE,
    errno.ETIMEDOUT: UNREACHABLE,
    errno.EPIPE: LOST,
    errno.ECONNRESET: LOST,
    errno.ENOSPC: DISK_FULL,
    errno.EDQUOT: DISK_FULL,
    errno.EACCES: UNWRITABLE,
    errno.EPERM: UNWRITABLE,
    errno.EROFS: UNWRITABLE,
    errno.ENOTDIR: UNWRITABLE,
    errno.EISDIR: UNWRITABLE,
    errno.ENOENT: UNWRITABLE,
}

# Each wording is FFmpeg's or its TLS library's own; the first that matches wins.
_LINES = (
    ("failed to resolve hostname", None),
    ("certificate verify failed", CERTIFICATE),
    ("unable to verify peer certificate", CERTIFICATE),
    ("does not match hostname", CERTIFICATE),
    ("already publishing", IN_USE),
    ("already exists", IN_USE),
    ("publish.badname", REFUSED_KEY),
)


def of_rtmp(number: int, lines: Iterable[str]) -> str:
    """Tell why the connection for publishing could not be made, from ``errno`` and FFmpeg's log at debug level."""
    log = "\n".join(lines).lower()
    for words, cause in _LINES:
        if words in log:
            return cause or (NAMELESS if "temporary failure" in log else UNRESOLVED)
    if number in _ERRNOS:
        return _ERRNOS[number]
    # How far it came: TCP, then (for rtmps) TLS, then the RTMP handshake, then ``connect``, then ``publish``.
    if "sending publish command" in log:
        return REFUSED_KEY
    if "proto = rtmp" in log:
        return REFUSED_APPLICATION
    if "handshaking" in log:
        return NO_RTMP
    if "successfully connected" in log:
        return NO_TLS
    return OTHER


def of_write(number: int) -> str:
    """Tell why packets could not be written to a connection that stood."""
    return LOST if number == errno.EIO else _ERRNOS.get(number, OTHER)


def of_file(number: int) -> str:
    """Tell why a file could not be written."""
    return _ERRNOS.get(number, OTHER)


def of_source(number: int) -> str:
    """Tell why a file could not be played."""
    if number in (errno.ENOENT, errno.ENOTDIR):
        return MISSING
    return UNREADABLE if number in (errno.EACCES, errno.EPERM) else NOT_MEDIA
