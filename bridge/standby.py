"""Be a studio that waits: everything imported, nothing begun.

``python -m bridge.standby stream --data DIR`` imports what a studio needs, which takes half of its start, and becomes
``python -m stream --data DIR`` when a line comes on standard input. It ends when that is closed: so with the bridge.
"""

import sys


def main() -> int:
    """Wait for the word; return the studio's exit status, or 0 where the word never came."""
    import uvloop  # noqa: F401 - imported to be there

    import stream.app  # noqa: F401
    from stream.__main__ import main as studio
    from stream.lettering import Letterer

    # The first text that is drawn finds all fonts, which takes a tenth of a second.
    Letterer(width=320, height=180).slate(title="Forward Prop", line="…")

    if not sys.stdin.buffer.readline():
        return 0
    sys.argv = sys.argv[1:]
    return studio()


if __name__ == "__main__":
    sys.exit(main())
