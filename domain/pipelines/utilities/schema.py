"""Utilities ``schema``: clean, normalize, truncate, infer, validate, coerce types."""

from enum import Enum
from typing import Annotated, Any, Final

from msgspec import Meta

from domain.pipelines.paths import FieldPath, check_paths
from domain.pipelines.utilities.utility import Config, Example, NoConfig, Utility

MANY: Final = 10**9


class Kind(Enum):
    STRING = "string"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"


class CleanJson(Config, frozen=True):
    """What becomes empty by cleaning is cleaned away as well, where that is asked for."""

    remove_nulls: bool = False
    remove_empty_strings: bool = False
    remove_empty_arrays: bool = False
    remove_empty_objects: bool = False
    trim_strings: Annotated[bool, Meta(description="Also as `trimWhitespace`.")] = False


class Normalize(Config, frozen=True):
    fill: Annotated[Any, Meta(description="What stands where a record has no such field.")] = None


class Truncate(Config, frozen=True):
    max_string: Annotated[int, Meta(ge=0, le=MANY, description="Characters.")] | None = None
    max_array: Annotated[int, Meta(ge=0, le=MANY, description="Elements.")] | None = None
    max_depth: (
        Annotated[int, Meta(ge=1, le=512, description="Levels; what is deeper becomes null.")]
        | None
    ) = None


class CoerceTypes(Config, frozen=True):
    types: Annotated[
        dict[FieldPath, Kind], Meta(min_length=1, max_length=100, description="By field path.")
    ]

    def check(self) -> None:
        check_paths(self.types)


UTILITIES: Final = (
    Utility(
        id="schema.clean-json",
        summary="Removes nulls and what is empty, and trims texts, at every depth.",
        config=CleanJson,
        example=Example(
            primary={"customer_name": "  Ada Lovelace  "},
            config={"trimWhitespace": True},
            output={"customer_name": "Ada Lovelace"},
        ),
        linear=True,
        aliases={"trimWhitespace": "trimStrings"},
    ),
    Utility(
        id="schema.normalize",
        summary="Gives all records of an array the same fields, in one order.",
        config=Normalize,
        example=Example(
            primary=[{"id": 1, "name": "Ada"}, {"email": "b@example.com", "id": 2}],
            config={},
            output=[
                {"id": 1, "name": "Ada", "email": None},
                {"id": 2, "name": None, "email": "b@example.com"},
            ],
        ),
    ),
    Utility(
        id="schema.truncate",
        summary="Cuts long texts and arrays, and what is nested too deep.",
        config=Truncate,
        example=Example(
            primary={"note": "abcdef", "list": [1, 2, 3]},
            config={"maxString": 3, "maxArray": 2},
            output={"note": "abc", "list": [1, 2]},
        ),
        linear=True,
    ),
    Utility(
        id="schema.infer",
        summary="Infers the JSON Schema (draft 2020-12) that a document keeps to.",
        config=NoConfig,
        example=Example(
            primary={"id": 1},
            config={},
            output={
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "type": "object",
                "properties": {"id": {"type": "integer"}},
                "required": ["id"],
            },
        ),
    ),
    Utility(
        id="schema.validate",
        summary="Checks a document against a JSON Schema, and lists what is wrong.",
        config=NoConfig,
        example=Example(
            primary={"id": "x"},
            secondary={"properties": {"id": {"type": "integer"}}},
            config={},
            output={
                "valid": False,
                "errors": [{"path": "/id", "message": '"x" is not of type "integer"'}],
            },
        ),
        secondary="The JSON Schema; what it refers to must lie within it.",
    ),
    Utility(
        id="schema.coerce-types",
        summary="Turns values into numbers, booleans or texts; refuses what cannot be.",
        config=CoerceTypes,
        example=Example(
            primary={"age": "36", "active": "yes"},
            config={"types": {"age": "integer", "active": "boolean"}},
            output={"age": 36, "active": True},
        ),
        linear=True,
    ),
)
