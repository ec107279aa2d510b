"""PURE. How long to wait before the next try at a destination that went away.

At once, then every two seconds with some jitter for two minutes (a server that restarts is met soon after its
return), then ever longer up to half a minute. Luck is handed in, so that tests can repeat it.
"""

STEADY_S = 2.0
STEADY_FOR_S = 120.0
GROWTH = 1.5
LONGEST_S = 30.0
MOST_STEPS = 10.0
"""Of growth; by then the longest pause is reached."""
JITTER = 0.1
"""Share of the pause by which it is longer or shorter: many rooms must not come back at the same instant."""


def pause_s(tries: int, away_s: float, luck: float) -> float:
    """Return the seconds to wait before the next try.

    ``tries`` have failed since the destination was last live, which is ``away_s`` ago; ``luck`` is in [0, 1).
    """
    if tries <= 0:
        return 0.0
    grown = STEADY_S
    if away_s > STEADY_FOR_S:
        # Growth by the time away, not by a count, so that tries which took long themselves grow it just the same.
        steps = min((away_s - STEADY_FOR_S) / LONGEST_S, MOST_STEPS)
        grown = min(LONGEST_S, STEADY_S * GROWTH**steps)
    return grown * (1.0 + JITTER * (2.0 * luck - 1.0))
