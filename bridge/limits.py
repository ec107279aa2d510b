"""Take what the system allows of open files: each connected viewer is one (EDGE)."""

import resource

import structlog

log = structlog.get_logger(__name__)

VIEWERS = 10_000
OWN_FILES = 500
"""Journal, pages being sent, the studio's socket: generously."""


def raise_open_files(*, wanted: int = VIEWERS + OWN_FILES) -> int:
    """Raise the number of files that this process may open to the system's limit and return it.

    Says in the log where that is less than ``wanted``.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    allowed = wanted if hard == resource.RLIM_INFINITY else hard
    if allowed < wanted:
        log.warning(
            "limits.few_files",
            files=allowed,
            wanted=wanted,
            remedy=f"No more than some {max(0, allowed - OWN_FILES)} viewers can connect. Raise LimitNOFILE= of the "
            "unit, or ulimit -Hn.",
        )
    return allowed
