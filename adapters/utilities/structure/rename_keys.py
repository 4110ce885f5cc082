"""Utility ``structure.rename-keys``: renames fields, by a map or to a letter case."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Any, Final

from adapters.utilities.inputs import Inputs
from domain.pipelines.path_values import change_at
from domain.pipelines.paths import parse_path
from domain.pipelines.refusals import InvalidInput
from domain.pipelines.utilities.structure import Case, RenameKeys

_RUN: Final = re.compile(r"[^\W\d_]+|\d+")


def run(inputs: Inputs, config: RenameKeys) -> Any:
    if config.case is not None:
        return _change_case(inputs.primary, _CASES[config.case])
    value = inputs.primary
    for path, name in (config.map or {}).items():
        *parents, old = parse_path(path)
        value = change_at(value, tuple(parents), partial(rename_key, old=old, name=name))
    return value


def rename_key(value: Any, old: Any, name: str) -> Any:
    """Rename a field where it stands; in an array, of each element."""
    if isinstance(value, list):
        return [rename_key(item, old, name) for item in value]
    if not isinstance(value, dict) or old not in value or old == name:
        return value
    if name in value:
        raise InvalidInput(f"{old!r} cannot be renamed: there is {name!r} already.")
    return {name if key == old else key: item for key, item in value.items()}


def _change_case(value: Any, case: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [_change_case(item, case) for item in value]
    if not isinstance(value, dict):
        return value
    rename_key = dict[str, Any]()
    for key, item in value.items():
        if (name := case(key)) in rename_key:
            raise InvalidInput(f"Two fields would both be named {name!r}.")
        rename_key[name] = _change_case(item, case)
    return rename_key


def _words(name: str) -> list[str]:
    """Split a name into words: at punctuation, digits and changes of letter case."""
    return [word for run in _RUN.findall(name) for word in _humps(run)] or [name]


def _humps(run: str) -> Iterator[str]:
    start = 0
    for at in range(1, len(run)):
        rises = run[at].isupper() and not run[at - 1].isupper()
        falls = run[at].isupper() and at + 1 < len(run) and run[at + 1].islower()
        if rises or falls:
            yield run[start:at]
            start = at
    yield run[start:]


def _case_by_joining(joint: str, change: Callable[[str], str]) -> Callable[[str], str]:
    return lru_cache(maxsize=4_096)(lambda name: joint.join(map(change, _words(name))))


def _camel(name: str) -> str:
    first, *others = _words(name)
    return first.lower() + "".join(map(str.capitalize, others))


_CASES: Final[Mapping[Case, Callable[[str], str]]] = {
    Case.CAMEL: lru_cache(maxsize=4_096)(_camel),
    Case.PASCAL: _case_by_joining("", str.capitalize),
    Case.SNAKE: _case_by_joining("_", str.lower),
    Case.KEBAB: _case_by_joining("-", str.lower),
    Case.CONSTANT: _case_by_joining("_", str.upper),
}
