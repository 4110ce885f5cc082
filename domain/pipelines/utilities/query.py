"""Utilities ``query``: JMESPath, JSONPath and JSON Pointer."""

from typing import Annotated, Final

from msgspec import Meta

from domain.pipelines.utilities.utility import Config, Example, Utility


class Jmespath(Config, frozen=True):
    expression: Annotated[str, Meta(min_length=1, max_length=2_000)]


class Jsonpath(Config, frozen=True):
    path: Annotated[str, Meta(min_length=1, max_length=2_000)]


class Pointer(Config, frozen=True):
    pointer: Annotated[str, Meta(max_length=2_000)]


UTILITIES: Final = (
    Utility(
        id="query.jmespath",
        summary="Answers a JMESPath expression.",
        config=Jmespath,
        example=Example(
            primary={"people": [{"name": "Ada", "age": 36}, {"name": "Bob", "age": 17}]},
            config={"expression": "people[?age > `18`].name"},
            output=["Ada"],
        ),
    ),
    Utility(
        id="query.jsonpath",
        summary="Lists the values that a JSONPath query (RFC 9535) finds.",
        config=Jsonpath,
        example=Example(
            primary={"a": [{"b": 1}, {"b": 2}]}, config={"path": "$..b"}, output=[1, 2]
        ),
    ),
    Utility(
        id="query.pointer",
        summary="Returns the value that a JSON Pointer (RFC 6901) points at.",
        config=Pointer,
        example=Example(primary={"a": ["x", "y"]}, config={"pointer": "/a/1"}, output="y"),
        linear=True,
    ),
)
