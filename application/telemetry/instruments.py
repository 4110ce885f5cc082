"""What is measured: counts, levels and distributions, kept as plain numbers.

Every write comes from the process's one loop, so there is no lock, and a request pays well under a
microsecond. Who tells the numbers to the outside reads them when asked (``adapters``).
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final, Generic, NamedTuple, TypeAlias, TypeVar

LATENCIES: Final = (
    *(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
"""Seconds, from 1 ms to 10 s."""
SIZES: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0)

Labels: TypeAlias = tuple[str, ...]


class Cell:
    """One number."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0.0


class Distribution:
    """``counts`` has one more than ``bounds``: what exceeds them all."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


Sample: TypeAlias = Cell | Distribution | float
S = TypeVar("S", Cell, Distribution)


class Family(NamedTuple):
    """What is told of one metric: a sample for each combination of its labels' values."""

    kind: str
    name: str
    help: str
    labels: Labels
    samples: Mapping[Labels, Sample]


Numbers: TypeAlias = Mapping[Labels, float]


class Instrument(Generic[S]):
    """One metric; the values of its labels must be few, whatever clients send."""

    kind: ClassVar[str]

    def __init__(self, name: str, said: str, labels: Labels, make: Callable[[], S]) -> None:
        self._make: Callable[[], S] = make
        self._series: dict[Labels, S] = {}
        self.family = Family(self.kind, name, said, labels, self._series)
        if not labels:
            self.of()

    def of(self, *values: str) -> S:
        """Return what to write to for these values of the labels."""
        if (known := self._series.get(values)) is None:
            known = self._series[values] = self._make()
        return known


class Counter(Instrument[Cell]):
    """Only rises; its name ends in ``_total``."""

    kind = "counter"

    def __init__(self, name: str, said: str, *labels: str) -> None:
        super().__init__(name, said, labels, Cell)

    def add(self, *values: str) -> None:
        self.of(*values).value += 1


class Gauge(Instrument[Cell]):
    kind = "gauge"

    def __init__(self, name: str, said: str, *labels: str) -> None:
        super().__init__(name, said, labels, Cell)


class Histogram(Instrument[Distribution]):
    kind = "histogram"

    def __init__(self, name: str, said: str, *labels: str, bounds: Sequence[float]) -> None:
        super().__init__(name, said, labels, lambda: Distribution(bounds))


def gauge(name: str, said: str, samples: Numbers, *labels: str) -> Family:
    """Return a level that is known only when it is asked for."""
    return Family("gauge", name, said, labels, samples)


def counter(name: str, said: str, samples: Numbers, *labels: str) -> Family:
    """Return a count that somebody else keeps."""
    return Family("counter", name, said, labels, samples)
