"""What a bench gives back: one line of the table that `make bench` prints.

A bench is a module ``tests/bench/bench_NAME.py`` with a function ``measure() -> Iterable[Figure]``; its docstring says
what is measured and how.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure, in words, beside what it should be."""

    what: str
    aim: str
    """Empty where there is none."""
    measured: str
    good: bool | None = None
    """Whether the aim was met; None where there is none."""
