"""``diff.compare``, by DeepDiff."""

from collections.abc import Mapping
from typing import Any, Final

from deepdiff import DeepDiff

from adapters.utilities.inputs import Inputs
from domain.pipelines.catalogue.utility import Nothing
from domain.pipelines.expressions.values import same

_KINDS: Final[Mapping[str, str]] = {
    "dictionary_item_added": "added",
    "iterable_item_added": "added",
    "dictionary_item_removed": "removed",
    "iterable_item_removed": "removed",
    "values_changed": "changed",
    "type_changes": "changed",
}


def run(inputs: Inputs, _: Nothing) -> Any:
    """List changes in the order of their paths; 1 and 1.0 are the same number."""
    found = DeepDiff(
        inputs.primary,
        inputs.secondary,
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
        told["from"] = level.t1
    if kind != "removed":
        told["to"] = level.t2
    return told


def _token(part: str | int) -> str:
    return f"/{str(part).replace('~', '~0').replace('/', '~1')}"
