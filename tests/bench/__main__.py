"""Run the benches and print one table, in Markdown: ``python -m tests.bench [NAME …]``.

All but the long one by default; ``BENCH_HOURS`` adds it, and it takes that long. Exits with 1 where an aim was missed.
"""

import importlib
import os
import pkgutil
import sys
import time
from pathlib import Path

from tests.bench.figures import Figure

LONG = "memory"


def names() -> list[str]:
    """List the benches by name."""
    modules = pkgutil.iter_modules([str(Path(__file__).parent)])
    return sorted(module.name.removeprefix("bench_") for module in modules if module.name.startswith("bench_"))


def measured(name: str) -> list[Figure]:
    """Run one bench, telling each figure as it comes on standard error."""
    print(f"{name} …", file=sys.stderr, flush=True)
    began = time.perf_counter()
    figures = []
    for figure in importlib.import_module(f"tests.bench.bench_{name}").measure():
        print(f"  {row(figure)}", file=sys.stderr, flush=True)
        figures.append(figure)
    print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return figures


def row(figure: Figure) -> str:
    """Write one line of the table."""
    verdict = "" if figure.good is not False else " (missed)"
    return f"| {figure.what} | {figure.aim} | {figure.measured}{verdict} |"


def main() -> int:
    """Run what was asked for and print the table."""
    known = names()
    wanted = sys.argv[1:] or [name for name in known if name != LONG or "BENCH_HOURS" in os.environ]
    if unknown := sorted(set(wanted) - set(known)):
        print(f"no bench is called {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    figures = [figure for name in wanted for figure in measured(name)]
    print("| what | aim | measured |\n|---|---|---|")
    for figure in figures:
        print(row(figure))
    return 1 if any(figure.good is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
