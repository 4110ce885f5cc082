"""What an expression is once it has been read: a small tree, of nothing but these."""

from typing import NamedTuple, TypeAlias

Value: TypeAlias = str | int | float | bool | None


class Literal(NamedTuple):
    value: Value


class Field(NamedTuple):
    """``$`` alone has no path: the whole value that the expression is about."""

    path: tuple[str | int, ...]


class Call(NamedTuple):
    function: str
    arguments: tuple["Expression", ...]


class Unary(NamedTuple):
    operator: str
    operand: "Expression"


class Chain(NamedTuple):
    """Operands of one precedence, from left to right: however long, it is one level deep."""

    first: "Expression"
    rest: tuple[tuple[str, "Expression"], ...]


class Choice(NamedTuple):
    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"


class Listing(NamedTuple):
    items: tuple["Expression", ...]


Expression: TypeAlias = Literal | Field | Call | Unary | Chain | Choice | Listing
