import errno

import pytest

from stream.ports import causes

TCP = [("tcp", "Starting connection attempt to 192.0.2.1 port 1935"), ("tcp", "Successfully connected to 192.0.2.1")]
HANDSHAKE = [*TCP, ("rtmp", "Handshaking...")]
CONNECT = [*HANDSHAKE, ("rtmp", "Proto = rtmp, path = /live/x, app = live, fname = x")]
PUBLISH = [*CONNECT, ("rtmp", "Creating stream..."), ("rtmp", "Sending publish command for 'x'")]


@pytest.mark.parametrize(
    ("log", "cause"),
    [
        ([("tcp", "Failed to resolve hostname a.example: Name or service not known\n")], causes.UNRESOLVED),
        (
            [("tcp", "Failed to resolve hostname a.example: Temporary failure in name resolution\n")],
            causes.NAMELESS,
        ),
        ([*TCP, ("tls", "Peer certificate failed verification\n")], causes.CERTIFICATE),
        ([*TCP, ("tls", "The certificate's owner does not match hostname a.example\n")], causes.CERTIFICATE),
        (
            [*TCP, ("tls", "Error while reading file.\n"), ("tls", "Peer certificate failed verification\n")],
            causes.CA_FILE,
        ),
        (TCP, causes.NO_TLS),
        (HANDSHAKE, causes.NO_RTMP),
        (CONNECT, causes.REFUSED_APPLICATION),
        (PUBLISH, causes.REFUSED_KEY),
        ([*PUBLISH, ("rtmp", "Server error: Already publishing")], causes.IN_USE),
        ([], causes.OTHER),
    ],
)
def test_the_log_tells_how_far_the_connection_came(log: list[tuple[str, str]], cause: str) -> None:
    assert causes.of_rtmp(errno.EIO, log) == cause


def test_rtmps_speaks_as_rtmp_does() -> None:
    log = [("rtmps" if part == "rtmp" else part, text) for part, text in PUBLISH]
    assert causes.of_rtmp(errno.EIO, log) == causes.REFUSED_KEY


def test_a_key_that_reads_like_a_log_line_misleads_nobody() -> None:
    key = "failed to resolve hostname sending publish command server error: already publishing"
    log = [*HANDSHAKE, ("rtmp", f"Proto = rtmp, path = /live/{key}"), ("tee", f"sending publish command {key}")]
    assert causes.of_rtmp(errno.EIO, log) == causes.REFUSED_APPLICATION


def test_a_port_where_nobody_listens_is_told_by_its_number() -> None:
    assert causes.of_rtmp(errno.ECONNREFUSED, TCP[:1]) == causes.NOBODY


@pytest.mark.parametrize("number", [errno.EPIPE, errno.ECONNRESET, errno.EIO])
def test_a_connection_that_breaks_while_in_use_is_lost(number: int) -> None:
    assert causes.of_write(number) == causes.LOST


@pytest.mark.parametrize(
    ("number", "cause"),
    [(errno.ENOSPC, causes.DISK_FULL), (errno.EROFS, causes.UNWRITABLE), (errno.EIO, causes.OTHER)],
)
def test_a_file_that_cannot_be_written_says_why(number: int, cause: str) -> None:
    assert causes.of_file(number) == cause


@pytest.mark.parametrize(
    ("number", "cause"),
    [(errno.ENOENT, causes.MISSING), (errno.EACCES, causes.UNREADABLE), (0, causes.NOT_MEDIA)],
)
def test_a_file_that_cannot_be_played_says_why(number: int, cause: str) -> None:
    assert causes.of_source(number) == cause
