"""Utilities ``diff``: comparison of documents, JSON Patch."""

from typing import Final

from domain.pipelines.utilities.utility import Example, NoConfig, Utility

UTILITIES: Final = (
    Utility(
        id="diff.compare",
        summary="Lists what was added, removed and changed between two documents.",
        config=NoConfig,
        example=Example(
            primary={"a": 1, "b": 2},
            secondary={"a": 1, "b": 3},
            config={},
            output={
                "equal": False,
                "changes": [{"path": "/b", "kind": "changed", "from": 2, "to": 3}],
            },
        ),
        secondary="What the primary input is compared with.",
    ),
    Utility(
        id="diff.create-patch",
        summary="Makes the JSON Patch (RFC 6902) that turns one document into another.",
        config=NoConfig,
        example=Example(
            primary={"a": 1},
            secondary={"a": 2},
            config={},
            output=[{"op": "replace", "path": "/a", "value": 2}],
        ),
        secondary="What the primary input shall be turned into.",
    ),
    Utility(
        id="diff.apply-patch",
        summary="Applies a JSON Patch (RFC 6902), all of it or nothing.",
        config=NoConfig,
        example=Example(
            primary={"a": 1},
            secondary=[{"op": "add", "path": "/b", "value": 2}],
            config={},
            output={"a": 1, "b": 2},
        ),
        secondary="The patch: an array of operations.",
    ),
)
