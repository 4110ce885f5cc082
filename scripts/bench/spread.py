"""Median, minimum and maximum of a figure over several rounds."""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Self

import msgspec


class Spread(msgspec.Struct, frozen=True):
    median: float
    least: float
    most: float

    @classmethod
    def of(cls, figures: Iterable[float]) -> Self:
        rounds = list(figures)
        return cls(median(rounds), min(rounds), max(rounds))

    @classmethod
    def of_ratios(cls, ours: Sequence[float], theirs: Sequence[float]) -> Self:
        """Compare round by round: adjacent rounds ran under the same conditions."""
        return cls.of(one / other for one, other in zip(ours, theirs, strict=True))
