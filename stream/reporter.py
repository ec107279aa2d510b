"""The facts that stand: kept for a bridge that connects later, passed on to the one that is connected."""

from collections.abc import Callable

from stream.protocol import OutputFact, PartFact, SourceFact

Fact = SourceFact | OutputFact | PartFact


class Reporter:
    """Takes the engine's facts, keeps the newest of each thing, and passes on what is new."""

    PARTS_KEPT = 500
    """Recording files whose end is told again to a bridge that comes later."""

    def __init__(self) -> None:
        self._sources: dict[str, SourceFact] = {}
        self._outputs: dict[str, OutputFact] = {}
        self._parts: dict[str, PartFact] = {}
        self.listener: Callable[[Fact], None] | None = None

    def report(self, fact: Fact) -> None:
        """Take a fact; on the loop's thread."""
        match fact:
            case SourceFact():
                if self._sources.get(fact.name) == fact:
                    return
                self._sources[fact.name] = fact
            case OutputFact():
                self._outputs[fact.name] = fact
            case PartFact():
                self._parts[fact.path] = fact
                while len(self._parts) > self.PARTS_KEPT:
                    del self._parts[next(iter(self._parts))]
        if self.listener is not None:
            self.listener(fact)

    def standing(self) -> list[Fact]:
        """Return one fact for each thing that stands."""
        return [*self._sources.values(), *self._outputs.values(), *self._parts.values()]
