"""Utility ``convert.yaml-to-json``, by PyYAML's safe loader, with bounds on depth and aliases."""

import datetime as dt
import math
from typing import Any, Final

import yaml

from adapters.utilities.inputs import Inputs, require_text
from domain.pipelines.refusals import InvalidInput
from domain.pipelines.utilities.utility import NoConfig

MAX_NODES: Final = 1_000_000
"""Nodes of a document, with each alias counted as the nodes that it refers to."""
MAX_DEPTH: Final = 200


class _Loader(yaml.CSafeLoader):  # type: ignore[misc]
    """Turns keys of maps into strings: 1 and true would be one key in Python."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - the library's
        self.flatten_mapping(node)
        return {
            _name(self.construct_object(key, deep=True)): self.construct_object(value, deep=deep)
            for key, value in node.value
        }


def run(inputs: Inputs, _: NoConfig) -> Any:
    source = require_text(inputs.primary, "YAML as a text")
    try:
        _require_bounded(source)
        return _to_json(yaml.load(source, Loader=_Loader))  # noqa: S506 - the safe one  # nosec B506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1})" if mark else ""
        reason = getattr(error, "problem", None) or str(error)
        raise InvalidInput(f"The text is not YAML that can be read: {reason}{place}.") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidInput(f"The text is not YAML that can be read: {error}.") from error


def _require_bounded(source: str) -> None:
    """Refuse a document that is nested too deep or too large, before it is built.

    ``open_`` holds the anchor and node count of each collection that is still open.
    """
    sizes, open_ = dict[str, int](), list[list[Any]]([[None, 0]])
    for event in yaml.parse(source, Loader=_Loader):
        if isinstance(event, yaml.events.CollectionStartEvent):
            open_.append([event.anchor, 1])
        elif isinstance(event, yaml.events.CollectionEndEvent):
            anchor, size = open_.pop()
            sizes[anchor] = size
            open_[-1][1] += size
        elif isinstance(event, yaml.events.AliasEvent):
            open_[-1][1] += sizes.get(event.anchor, MAX_NODES if _is_recursive(open_, event) else 1)
        elif isinstance(event, yaml.events.ScalarEvent):
            open_[-1][1] += 1
        if len(open_) > MAX_DEPTH or open_[-1][1] > MAX_NODES:
            raise InvalidInput("The YAML is nested too deep, or its aliases make it too large.")


def _is_recursive(open_: list[list[Any]], event: Any) -> bool:
    """Tell whether an alias lies within the collection that it refers to."""
    return any(anchor == event.anchor for anchor, _ in open_)


def _to_json(value: Any) -> Any:
    """Convert the types that YAML has and JSON has not."""
    if isinstance(value, dict):
        return {key: _to_json(child) for key, child in value.items()}
    if isinstance(value, list | set):
        return [_to_json(child) for child in value]
    return _scalar(value)


def _name(key: Any) -> str:
    made = _scalar(key)
    if made is None or isinstance(made, bool):
        return {None: "null", True: "true", False: "false"}[made]
    return str(made)


def _scalar(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput("JSON has no infinity, and no NaN.")
    if isinstance(value, dt.date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float):
        return value
    raise InvalidInput(f"JSON has nothing for YAML's {type(value).__name__}.")
