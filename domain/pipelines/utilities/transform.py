"""Utilities ``transform``: compute, map and parse values."""

from typing import Annotated, Any, Final

from msgspec import Meta

from domain.pipelines.expressions.templates import condition
from domain.pipelines.paths import FORBIDDEN, FieldPath, check_paths
from domain.pipelines.refusals import InvalidConfig
from domain.pipelines.utilities.utility import Config, Example, Utility

Targets = Annotated[tuple[FieldPath, ...], Meta(max_length=100)]


class Compute(Config, frozen=True):
    """In an array, for each element; a later field sees the earlier ones."""

    fields: Annotated[
        dict[
            Annotated[str, Meta(min_length=1, max_length=200)],
            Annotated[str, Meta(max_length=2_000, description="`price * quantity`")],
        ],
        Meta(min_length=1, max_length=100),
    ]

    def check(self) -> None:
        for name, source in self.fields.items():
            if name in FORBIDDEN:
                raise InvalidConfig(f"{name!r} is not a name that may be used.", "fields")
            condition(source)


class MapValues(Config, frozen=True):
    """A number, a boolean and null are looked up as they are written in JSON."""

    table: Annotated[
        dict[str, Any], Meta(min_length=1, max_length=10_000, description="From value to value.")
    ]
    targets: Annotated[Targets, Meta(description="Which values; none: every value.")] = ()

    def check(self) -> None:
        check_paths(self.targets)


class ParseDates(Config, frozen=True):
    targets: Annotated[
        Targets, Meta(description="Which texts; none: the input is a text, or an array of them.")
    ] = ()
    format: (
        Annotated[str, Meta(max_length=100, description="As for strptime; else it is recognised.")]
        | None
    ) = None
    tz: Annotated[
        str, Meta(max_length=64, description="IANA name: the zone of times that name none.")
    ] = "UTC"

    def check(self) -> None:
        check_paths(self.targets)


UTILITIES: Final = (
    Utility(
        id="transform.compute",
        summary="Adds fields that expressions compute from others.",
        config=Compute,
        example=Example(
            primary=[{"price": 2.5, "quantity": 4}],
            config={"fields": {"total": "price * quantity"}},
            output=[{"price": 2.5, "quantity": 4, "total": 10.0}],
        ),
    ),
    Utility(
        id="transform.map-values",
        summary="Replaces values by what a table has for them.",
        config=MapValues,
        example=Example(
            primary=[{"state": "A"}, {"state": "X"}],
            config={"table": {"A": "active"}, "targets": ["state"]},
            output=[{"state": "active"}, {"state": "X"}],
        ),
        linear=True,
    ),
    Utility(
        id="transform.parse-dates",
        summary="Reads dates and times, and writes them as ISO 8601.",
        config=ParseDates,
        example=Example(
            primary={"born": "10 December 1815"},
            config={"targets": ["born"]},
            output={"born": "1815-12-10T00:00:00+00:00"},
        ),
    ),
)
