"""Keep secrets out of everything that is printed.

A :class:`Secret` shows its value only where :meth:`Secret.reveal` is called by name, so a log line, a traceback or an
answer that holds one shows a mask.
"""

import hmac

MASK = "********"


class Secret:
    """A text that must not be shown."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the text itself; call this only where it is handed to the system it belongs to."""
        return self._value

    def matches(self, offered: str) -> bool:
        """Compare in a time that does not depend on where the texts differ."""
        return hmac.compare_digest(self._value.encode(), offered.encode())

    def __str__(self) -> str:
        return MASK

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.matches(other._value)

    def __hash__(self) -> int:
        return hash(self._value)
