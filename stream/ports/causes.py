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
CA_FILE = "ca_file"
"""The file with the trusted authorities cannot be read."""
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
ABSENT = "absent"
"""The file holds nothing of the moment that is asked for."""
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
    errno.EEXIST: UNWRITABLE,  # a file stands where a directory is wanted
}

# Each wording is FFmpeg's own, by the part of it that says it; the first that matches wins.
_WORDINGS = (
    ("tcp", "failed to resolve hostname", UNRESOLVED),
    ("tls", "error while reading file", CA_FILE),
    ("tls", "peer certificate failed verification", CERTIFICATE),
    ("tls", "the certificate's owner does not match", CERTIFICATE),
    ("tls", "unable to verify peer certificate", CERTIFICATE),
    ("rtmp", "server error: already publishing", IN_USE),
)


def of_rtmp(number: int, log: Iterable[tuple[str, str]]) -> str:
    """Tell why the connection for publishing could not be made.

    ``number`` is the errno, ``log`` FFmpeg's at debug level: which part of it spoke, and what. Only how a line begins
    is looked at, since what follows may be the key, which may hold any words.
    """
    lines = [(part.rstrip("s") if part == "rtmps" else part, text.strip().lower()) for part, text in log]

    def said(part: str, words: str) -> bool:
        return any(one == part and text.startswith(words) for one, text in lines)

    for part, words, cause in _WORDINGS:
        if said(part, words):
            temporary = any(one == "tcp" and "temporary failure in name resolution" in text for one, text in lines)
            return NAMELESS if cause == UNRESOLVED and temporary else cause
    if number in _ERRNOS:
        return _ERRNOS[number]
    # How far it came: TCP, then (for rtmps) TLS, then the RTMP handshake, then ``connect``, then ``publish``.
    for part, words, cause in (
        ("rtmp", "sending publish command", REFUSED_KEY),
        ("rtmp", "proto = rtmp", REFUSED_APPLICATION),
        ("rtmp", "handshaking", NO_RTMP),
        ("tcp", "successfully connected", NO_TLS),
    ):
        if said(part, words):
            return cause
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
