"""Fields that a utility's configuration requires; a sample without them shows a mistake."""

from collections.abc import Iterator
from typing import assert_never

from domain.pipelines.expressions.parsing import parse_expression
from domain.pipelines.expressions.syntax import (
    Call,
    Chain,
    Choice,
    Expression,
    Field,
    Listing,
    Literal,
    Unary,
)
from domain.pipelines.paths import format_path
from domain.pipelines.utilities.analysis import Aggregate
from domain.pipelines.utilities.cleanup import Dedupe, FormatValues, Redact
from domain.pipelines.utilities.convert import AddLocalization
from domain.pipelines.utilities.merge import Join
from domain.pipelines.utilities.schema import CoerceTypes
from domain.pipelines.utilities.structure import (
    CopyMove,
    FindReplace,
    GroupBy,
    RenameKeys,
    SomeFields,
    Sort,
)
from domain.pipelines.utilities.tabular import Filter, TabularOps
from domain.pipelines.utilities.transform import Compute, MapValues, ParseDates
from domain.pipelines.utilities.utility import Config


def required_fields(config: Config) -> list[str]:
    """Return the field paths that must exist in the input."""
    match config:
        case FormatValues() | FindReplace() | MapValues() | ParseDates() | AddLocalization():
            return [*config.targets]
        case SomeFields(fields=paths) | Redact(paths=paths) | Dedupe(keys=paths):
            return [*paths]
        case CoerceTypes(types=named) | RenameKeys(map=named):
            return [*(named or ())]
        case CopyMove(from_=path) | GroupBy(key=path) | Sort(by=path) | Join(on=path):
            return [path]
        case Aggregate():
            return [*config.group_by, *(op.field for op in config.ops if op.field)]
        case Compute(fields=computed):
            return _computed(computed)
        case TabularOps():
            return [config.source, *_filtered(config)]
    return []


def _computed(computed: dict[str, str]) -> list[str]:
    """Return the fields that expressions read, without those that are computed."""
    paths = [path for source in computed.values() for path in _of_source(source)]
    return [path for path in paths if path not in computed]


def _filtered(config: TabularOps) -> list[str]:
    match config.operations[0]:
        case Filter(where=where):
            prefix = "" if config.source == "$" else f"{config.source}."
            return [prefix + path for path in _of_source(where)]
    return []


def _of_source(source: str) -> list[str]:
    bare = source.strip().removeprefix("{{").removesuffix("}}")
    return [] if "{{" in bare else [*_fields(parse_expression(bare))]


def _fields(expression: Expression) -> Iterator[str]:
    match expression:
        case Field(path):
            names = [step for step in path[:1] if isinstance(step, str)]
            yield from (format_path((name,)) for name in names)
        case Literal():
            return
        case Call(_, parts) | Listing(parts):
            for part in parts:
                yield from _fields(part)
        case Unary(_, operand):
            yield from _fields(operand)
        case Chain(first, rest):
            yield from _fields(first)
            for _, operand in rest:
                yield from _fields(operand)
        case Choice(condition, then, otherwise):
            for part in (condition, then, otherwise):
                yield from _fields(part)
        case _:
            assert_never(expression)
