"""``diff.compare``, by DeepDiff."""

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
_TRUTHS: Final = {True: b"true", False: b"false"}
"""DeepDiff takes true for 1; what stands in for it is nothing that JSON has."""
_MEANT: Final = {text: truth for truth, text in _TRUTHS.items()}


def run(inputs: Inputs, _: NoConfig) -> Any:
    """List changes in the order of their paths; 1 and 1.0 are the same number."""
    found = DeepDiff(
        _marked(inputs.primary),
        _marked(inputs.secondary),
        view="tree",
        threshold_to_diff_deeper=0,
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
    told: dict[str, Any] = {"path": "".join(map(_token, path)), "kind": kind}
    if kind != "added":
        told["from"] = _meant(level.t1)
    if kind != "removed":
        told["to"] = _meant(level.t2)
    return told


def _token(part: str | int) -> str:
    return f"/{str(part).replace('~', '~0').replace('/', '~1')}"


def _marked(value: Any) -> Any:
    match value:
        case bool():
            return _TRUTHS[value]
        case list():
            return [*map(_marked, value)]
        case dict():
            return {name: _marked(item) for name, item in value.items()}
    return value


def _meant(value: Any) -> Any:
    match value:
        case bytes():
            return _MEANT[value]
        case list():
            return [*map(_meant, value)]
        case dict():
            return {name: _meant(item) for name, item in value.items()}
    return value
