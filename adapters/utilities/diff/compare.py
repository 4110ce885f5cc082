"""Utility ``diff.compare``: lists the differences of two values, by DeepDiff."""

from collections.abc import Mapping
from typing import Any, Final

from deepdiff import DeepDiff

from adapters.utilities.inputs import Inputs
from domain.pipelines.expressions.values import same
from domain.pipelines.utilities.utility import NoConfig

_KINDS: Final[Mapping[str, str]] = {
    "dictionary_item_added": "added",
    "iterable_item_added": "added",
    "dictionary_item_removed": "removed",
    "iterable_item_removed": "removed",
    "values_changed": "changed",
    "type_changes": "changed",
}
_ENCODED: Final = {True: b"true", False: b"false"}
"""DeepDiff takes true for 1, so booleans become bytes, which JSON has not."""
_DECODED: Final = {text: truth for truth, text in _ENCODED.items()}


def run(inputs: Inputs, _: NoConfig) -> Any:
    """List changes in the order of their paths; 1 and 1.0 are the same number."""
    found = DeepDiff(
        _encode_booleans(inputs.primary),
        _encode_booleans(inputs.secondary),
        view="tree",
        threshold_to_diff_deeper=0,
        ignore_private_variables=False,  # else a key that begins with "__" is passed over
    )
    changes = [
        _change(kind, level)
        for report, kind in _KINDS.items()
        for level in found.get(report, ())
        if not (kind == "changed" and same(level.t1, level.t2))
    ]
    changes.sort(key=lambda change: change["path"])
    return {"equal": not changes, "changes": changes}


def _change(kind: str, level: Any) -> dict[str, Any]:
    path = level.path(output_format="list", force="fake")
    change: dict[str, Any] = {"path": "".join(map(_token, path)), "kind": kind}
    if kind != "added":
        change["from"] = _decode_booleans(level.t1)
    if kind != "removed":
        change["to"] = _decode_booleans(level.t2)
    return change


def _token(part: str | int) -> str:
    return f"/{str(part).replace('~', '~0').replace('/', '~1')}"


def _encode_booleans(value: Any) -> Any:
    match value:
        case bool():
            return _ENCODED[value]
        case list():
            return [*map(_encode_booleans, value)]
        case dict():
            return {name: _encode_booleans(item) for name, item in value.items()}
    return value


def _decode_booleans(value: Any) -> Any:
    match value:
        case bytes():
            return _DECODED[value]
        case list():
            return [*map(_decode_booleans, value)]
        case dict():
            return {name: _decode_booleans(item) for name, item in value.items()}
    return value
