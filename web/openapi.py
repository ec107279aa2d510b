"""Describe the HTTP interface to programs: OpenAPI 3.1, TypeScript types and a page of documentation.

``python -m web.openapi --typescript PATH | --markdown PATH | --json PATH`` writes one of them.
"""

import argparse
from pathlib import Path

from web.typescript import types


def main() -> None:
    """Write what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m web.openapi", description=__doc__)
    parser.add_argument("--typescript", type=Path)
    arguments = parser.parse_args()
    if arguments.typescript:
        arguments.typescript.write_text(types(), encoding="utf-8")


if __name__ == "__main__":
    main()
