"""``python -m bridge``: the same as ``forward-prop``."""

from bridge.cli import main

if __name__ == "__main__":
    main()
