"""Utilities ``cleanup``: format, redact, dedupe and repair values."""

from enum import Enum
from typing import Annotated, Final

from msgspec import Meta

from domain.pipelines.paths import FieldPath, check_paths
from domain.pipelines.utilities.utility import Config, Example, NoConfig, Utility


class Format(Enum):
    TRIM = "trim"
    LOWERCASE = "lowercase"
    UPPERCASE = "uppercase"
    TITLECASE = "titlecase"
    SLUGIFY = "slugify"
    COLLAPSE_WHITESPACE = "collapse-whitespace"
    NUMBER = "number"
    BOOLEAN = "boolean"


class Detected(Enum):
    EMAIL = "email"
    PHONE = "phone"
    CREDIT_CARD = "credit-card"
    IP_ADDRESS = "ip-address"
    IBAN = "iban"
    SSN = "ssn"


Targets = Annotated[
    tuple[FieldPath, ...], Meta(max_length=100, description="Which texts; none: every text.")
]


class FormatValues(Config, frozen=True):
    operation: Annotated[
        Format,
        Meta(description="`number` and `boolean` leave a text that is none as it is."),
    ]
    targets: Targets = ()

    def check(self) -> None:
        check_paths(self.targets)


class Redact(Config, frozen=True):
    paths: Annotated[
        tuple[FieldPath, ...], Meta(max_length=100, description="Values to mask whole.")
    ] = ()
    mask: Annotated[str, Meta(max_length=100)] = "***"
    detect: Annotated[
        tuple[Detected, ...], Meta(max_length=10, description="What to mask within any text.")
    ] = ()

    def check(self) -> None:
        check_paths(self.paths)


class Dedupe(Config, frozen=True):
    keys: Annotated[
        tuple[FieldPath, ...],
        Meta(max_length=20, description="What makes elements equal; none: all of them."),
    ] = ()

    def check(self) -> None:
        check_paths(self.keys)


class SortKeys(Config, frozen=True):
    deep: Annotated[bool, Meta(description="In nested objects as well.")] = True


UTILITIES: Final = (
    Utility(
        id="cleanup.format-values",
        summary="Trims texts, changes their case, or reads numbers and booleans from them.",
        config=FormatValues,
        example=Example(
            primary=[{"name": "  Ada  ", "email": "ADA@EXAMPLE.COM"}],
            config={"targets": ["email"], "operation": "lowercase"},
            output=[{"name": "  Ada  ", "email": "ada@example.com"}],
        ),
        linear=True,
    ),
    Utility(
        id="cleanup.redact",
        summary="Masks fields, and e-mail addresses, phone and card numbers within texts.",
        config=Redact,
        example=Example(
            primary={"name": "Ada", "note": "write to ada@example.com"},
            config={"paths": ["name"], "detect": ["email"]},
            output={"name": "***", "note": "write to ***"},
        ),
    ),
    Utility(
        id="cleanup.dedupe",
        summary="Leaves out elements of an array that were there before, keeping the first.",
        config=Dedupe,
        example=Example(
            primary=[{"id": 1, "v": "a"}, {"id": 1, "v": "b"}, {"id": 2, "v": "c"}],
            config={"keys": ["id"]},
            output=[{"id": 1, "v": "a"}, {"id": 2, "v": "c"}],
        ),
        linear=True,
    ),
    Utility(
        id="cleanup.sort-keys",
        summary="Puts the names of objects in alphabetical order.",
        config=SortKeys,
        example=Example(
            primary={"b": 1, "a": {"d": 2, "c": 3}},
            config={},
            output={"a": {"c": 3, "d": 2}, "b": 1},
        ),
        linear=True,
    ),
    Utility(
        id="cleanup.fix-encoding",
        summary="Repairs texts that were decoded in the wrong encoding (mojibake).",
        config=NoConfig,
        example=Example(primary={"city": "MÃ¼nchen"}, config={}, output={"city": "München"}),
    ),
    Utility(
        id="cleanup.repair-json",
        summary="Reads a text that is nearly JSON: quotes, commas and brackets are supplied.",
        config=NoConfig,
        example=Example(
            primary="{name: 'Ada', tags: ['a', 'b',]",
            config={},
            output={"name": "Ada", "tags": ["a", "b"]},
        ),
    ),
)
