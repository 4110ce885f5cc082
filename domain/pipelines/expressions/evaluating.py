"""Compiles expressions into functions of a value, to be called for each record."""

import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias, assert_never

from domain.pipelines.expressions.functions import FUNCTIONS
from domain.pipelines.expressions.parsing import CACHE_SIZE, parse_expression
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
from domain.pipelines.expressions.values import (
    bounded,
    is_number,
    kind,
    ordered,
    same,
    text,
    truth,
)
from domain.pipelines.refusals import InvalidInput

Evaluate: TypeAlias = Callable[[Any], Any]


@lru_cache(maxsize=CACHE_SIZE)
def evaluator(source: str) -> Evaluate:
    """Compile an expression; raises ``InvalidConfig``.

    The function raises ``InvalidInput`` for values that the operators do not accept.
    """
    return _compiled(parse_expression(source))


def _compiled(expression: Expression) -> Evaluate:
    match expression:
        case Literal(value):
            return lambda _: value
        case Field(path):
            return lambda about: _value_at(about, path)
        case Listing(items):
            made = [_compiled(item) for item in items]
            return lambda about: [item(about) for item in made]
        case Call(name, arguments):
            call, made = FUNCTIONS[name].call, [_compiled(argument) for argument in arguments]
            return lambda about: call(*[argument(about) for argument in made])
        case Unary(sign, operand):
            one, change = _compiled(operand), _UNARY[sign]
            return lambda about: change(one(about))
        case Choice(condition, then, otherwise):
            test, yes, no = _compiled(condition), _compiled(then), _compiled(otherwise)
            return lambda about: (yes if truth(test(about)) else no)(about)
        case Chain(start, rest):
            return _compiled_chain(
                _compiled(start), [(sign, _compiled(operand)) for sign, operand in rest]
            )
        case _:
            assert_never(expression)


def _compiled_chain(start: Evaluate, rest: list[tuple[str, Evaluate]]) -> Evaluate:
    def evaluate(about: Any) -> Any:
        value = start(about)
        for sign, operand in rest:
            if sign == "and":
                value = operand(about) if truth(value) else value
            elif sign == "or":
                value = value if truth(value) else operand(about)
            else:
                value = _BINARY[sign](value, operand(about))
        return value

    return evaluate


def _value_at(about: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        if isinstance(step, str):
            about = about.get(step) if isinstance(about, dict) else None
        else:
            there = isinstance(about, list) and step < len(about)
            about = about[step] if there else None
    return about


def _negative(value: Any) -> Any:
    return None if value is None else _arithmetic("-", operator.sub)(0, value)


def _arithmetic(sign: str, compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def operate(left: Any, right: Any) -> Any:
        if left is None or right is None:
            return None
        if not (is_number(left) and is_number(right)):
            raise InvalidInput(f"{kind(left)} {sign} {kind(right)} cannot be computed.")
        try:
            return bounded(compute(bounded(left), bounded(right)))
        except ZeroDivisionError as error:
            raise InvalidInput(f"{text(left)} {sign} 0 cannot be computed.") from error

    return operate


def _add(left: Any, right: Any) -> Any:
    """Add numbers; concatenate if either side is a text."""
    if isinstance(left, str) or isinstance(right, str):
        return text(left) + text(right)
    return _SUM(left, right)


def _divide(left: Any, right: Any) -> Any:
    exact = isinstance(left, int) and isinstance(right, int) and right and left % right == 0
    return left // right if exact else left / right


def _compare(compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], bool]:
    """Compare numbers or texts; values of different types compare as false."""
    return lambda left, right: ordered(left, right) and bool(compute(left, right))


_SUM: Final = _arithmetic("+", operator.add)
_UNARY: Final[Mapping[str, Evaluate]] = {
    "-": _negative,
    "not": lambda value: not truth(value),
}
_BINARY: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": _add,
    "-": _arithmetic("-", operator.sub),
    "*": _arithmetic("*", operator.mul),
    "/": _arithmetic("/", _divide),
    "%": _arithmetic("%", operator.mod),
    "==": same,
    "!=": lambda left, right: not same(left, right),
    "<": _compare(operator.lt),
    "<=": _compare(operator.le),
    ">": _compare(operator.gt),
    ">=": _compare(operator.ge),
    "in": lambda part, whole: FUNCTIONS["contains"].call(whole, part),
}
