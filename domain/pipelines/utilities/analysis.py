"""Utilities ``analysis``: aggregates of an array."""

from enum import Enum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from domain.pipelines.paths import FORBIDDEN, FieldPath, check_paths
from domain.pipelines.refusals import InvalidConfig
from domain.pipelines.utilities.utility import Config, Example, Utility


class Figure(Enum):
    COUNT = "count"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    MEAN = "mean"
    MEDIAN = "median"
    DISTINCT = "distinct"


class Op(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"as_": "as"},
):
    """``distinct`` counts the different values; ``count`` without a field counts elements."""

    op: Figure
    field: FieldPath | None = None
    as_: Annotated[str, Meta(min_length=1, max_length=200)] | None = None

    @property
    def name(self) -> str:
        return self.as_ or "_".join(filter(None, (self.op.value, self.field)))


class Aggregate(Config, frozen=True):
    """The result is one object or, with ``groupBy``, an array with an object per group."""

    ops: Annotated[tuple[Op, ...], Meta(min_length=1, max_length=50)]
    group_by: Annotated[tuple[FieldPath, ...], Meta(max_length=10)] = ()

    def check(self) -> None:
        for op in self.ops:
            if op.field is None and op.op is not Figure.COUNT:
                raise InvalidConfig(f"{op.op.value} needs a field.", "ops")
            if op.name in FORBIDDEN:
                raise InvalidConfig(f"{op.name!r} is not a name that may be used.", "ops")
        check_paths([*self.group_by, *(op.field for op in self.ops if op.field)])


UTILITIES: Final = (
    Utility(
        id="analysis.aggregate",
        summary="Counts, sums, averages: figures about an array, or about groups of it.",
        config=Aggregate,
        example=Example(
            primary=[{"team": "a", "n": 1}, {"team": "b", "n": 2}, {"team": "a", "n": 3}],
            config={
                "ops": [{"op": "sum", "field": "n", "as": "total"}],
                "groupBy": ["team"],
            },
            output=[{"team": "a", "total": 4}, {"team": "b", "total": 2}],
        ),
        linear=True,
    ),
)
