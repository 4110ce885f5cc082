"""Syntax tree of expressions."""

from typing import NamedTuple, TypeAlias

Value: TypeAlias = str | int | float | bool | None


class Literal(NamedTuple):
    value: Value


class Field(NamedTuple):
    """A field of the value; an empty path (``$``) is the whole value."""

    path: tuple[str | int, ...]


class Call(NamedTuple):
    function: str
    arguments: tuple["Expression", ...]


class Unary(NamedTuple):
    operator: str
    operand: "Expression"


class Chain(NamedTuple):
    """Operands of one precedence, from left to right, in one flat node of any length."""

    first: "Expression"
    rest: tuple[tuple[str, "Expression"], ...]


class Choice(NamedTuple):
    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"


class Listing(NamedTuple):
    items: tuple["Expression", ...]


Expression: TypeAlias = Literal | Field | Call | Unary | Chain | Choice | Listing
