"""Metric instruments: counters, gauges and histograms, as plain numbers.

Every write comes from the event loop of the process, so there is no lock, and a write takes well
under a microsecond. Adapters read the numbers when they are scraped.
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
    """A number."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0.0


class Distribution:
    """A distribution; ``counts`` has one more than ``bounds``, for values above all of them."""

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
    """A metric family: a sample for each combination of label values."""

    kind: str
    name: str
    help: str
    labels: Labels
    samples: Mapping[Labels, Sample]


Numbers: TypeAlias = Mapping[Labels, float]


class Instrument(Generic[S]):
    """A metric; the number of its label values must not depend on what clients send."""

    kind: ClassVar[str]

    def __init__(self, name: str, help_text: str, labels: Labels, make: Callable[[], S]) -> None:
        self._make: Callable[[], S] = make
        self._series: dict[Labels, S] = {}
        self.family = Family(self.kind, name, help_text, labels, self._series)
        if not labels:
            self.of()

    def of(self, *values: str) -> S:
        """Return the sample of these label values, created on first use."""
        if (known := self._series.get(values)) is None:
            known = self._series[values] = self._make()
        return known


class Counter(Instrument[Cell]):
    """A count that only rises; its name ends in ``_total``."""

    kind = "counter"

    def __init__(self, name: str, help_text: str, *labels: str) -> None:
        super().__init__(name, help_text, labels, Cell)

    def add(self, *values: str) -> None:
        self.of(*values).value += 1


class Gauge(Instrument[Cell]):
    kind = "gauge"

    def __init__(self, name: str, help_text: str, *labels: str) -> None:
        super().__init__(name, help_text, labels, Cell)


class Histogram(Instrument[Distribution]):
    kind = "histogram"

    def __init__(self, name: str, help_text: str, *labels: str, bounds: Sequence[float]) -> None:
        super().__init__(name, help_text, labels, lambda: Distribution(bounds))


def gauge(name: str, help_text: str, samples: Numbers, *labels: str) -> Family:
    """Return a gauge that is read at scrape time."""
    return Family("gauge", name, help_text, labels, samples)


def counter(name: str, help_text: str, samples: Numbers, *labels: str) -> Family:
    """Return a counter that is kept elsewhere and read at scrape time."""
    return Family("counter", name, help_text, labels, samples)
