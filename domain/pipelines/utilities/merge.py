"""Utilities ``merge``: merge or join two documents."""

from enum import Enum
from typing import Annotated, Final

from msgspec import Meta

from domain.pipelines.paths import FieldPath, parse_path
from domain.pipelines.utilities.utility import Config, Example, NoConfig, Utility


class ConflictStrategy(Enum):
    PREFER_PRIMARY = "preferPrimary"
    PREFER_SECONDARY = "preferSecondary"
    DEEP_MERGE = "deepMerge"


class ArrayStrategy(Enum):
    REPLACE = "replace"
    CONCAT = "concat"
    UNIQUE = "unique"


class JoinType(Enum):
    INNER = "inner"
    LEFT = "left"
    RIGHT = "right"
    FULL = "full"


class DeepMerge(Config, frozen=True):
    conflict_strategy: Annotated[
        ConflictStrategy,
        Meta(
            description="For a name that both have: the whole value of one, or (deepMerge) objects"
            " name by name, arrays as arrayStrategy says, and else the secondary's."
        ),
    ] = ConflictStrategy.DEEP_MERGE
    array_strategy: ArrayStrategy = ArrayStrategy.REPLACE


class Join(Config, frozen=True):
    on: Annotated[FieldPath, Meta(description="The field that both must agree on.")]
    type: JoinType = JoinType.INNER

    def check(self) -> None:
        parse_path(self.on)


UTILITIES: Final = (
    Utility(
        id="merge.deep-merge",
        summary="Merges two documents, at every depth.",
        config=DeepMerge,
        example=Example(
            primary={"a": {"x": 1}, "tags": ["p"]},
            secondary={"a": {"y": 2}, "tags": ["q"]},
            config={"arrayStrategy": "concat"},
            output={"a": {"x": 1, "y": 2}, "tags": ["p", "q"]},
        ),
        secondary="What is merged into the primary input.",
        linear=True,
    ),
    Utility(
        id="merge.merge-patch",
        summary="Applies a JSON Merge Patch (RFC 7396).",
        config=NoConfig,
        example=Example(
            primary={"a": "b", "c": {"d": "e", "f": "g"}},
            secondary={"a": "z", "c": {"f": None}},
            config={},
            output={"a": "z", "c": {"d": "e"}},
        ),
        secondary="The merge patch.",
        linear=True,
    ),
    Utility(
        id="merge.join",
        summary="Joins two arrays of records on a field that both have.",
        config=Join,
        example=Example(
            primary=[{"id": 1, "name": "Ada"}, {"id": 2, "name": "Bob"}],
            secondary=[{"id": 1, "city": "London"}],
            config={"on": "id", "type": "left"},
            output=[{"id": 1, "name": "Ada", "city": "London"}, {"id": 2, "name": "Bob"}],
        ),
        secondary="The records to join; a field that both have stays the primary's.",
    ),
)
