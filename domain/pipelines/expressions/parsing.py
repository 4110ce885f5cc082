"""Parser of expressions: ``price * quantity``, ``upper(name) + "!"``, ``age >= 18 and not old``.

Operators from lowest to highest precedence: ``? :``, ``or``, ``and``, ``not``, comparisons and
``in``, ``+ -``, ``* / %``, the sign. Expressions can access nothing but their value.
"""

from functools import lru_cache
from typing import Final

from domain.pipelines.expressions.functions import FUNCTIONS
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
from domain.pipelines.expressions.tokens import Token, tokens
from domain.pipelines.refusals import InvalidConfig

MAX_NESTING: Final = 20
CACHE_SIZE: Final = 256
LEVELS: Final = (
    frozenset({"or"}),
    frozenset({"and"}),
    frozenset({"==", "!=", "<", "<=", ">", ">=", "in"}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "%"}),
)
NEGATION: Final = 2
"""Index in ``LEVELS`` of the weakest operators that bind tighter than ``not``."""
LITERALS: Final = {"true": True, "false": False, "null": None}


@lru_cache(maxsize=CACHE_SIZE)
def parse_expression(source: str) -> Expression:
    """Parse an expression into a tree; raises ``InvalidConfig`` with the position."""
    return _Parser(source).whole()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens = [*tokens(source)]
        self._next = 0
        self._depth = 0

    def whole(self) -> Expression:
        expression = self._expression()
        if self._token.kind != "end":
            raise self._unexpected()
        return expression

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _expression(self) -> Expression:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise InvalidConfig(
                f"The expression {self._source!r} is deeper than {MAX_NESTING} levels."
            )
        expression = self._chain(0)
        if self._accept("?"):
            then = self._expression()
            self._expect(":")
            expression = Choice(expression, then, self._expression())
        self._depth -= 1
        return expression

    def _chain(self, level: int) -> Expression:
        if level == len(LEVELS):
            return self._signed()
        if level == NEGATION and self._accept("not"):
            return Unary("not", self._deeper(level))
        first, rest = self._chain(level + 1), list[tuple[str, Expression]]()
        while self._token.kind == "sign" and self._token.text in LEVELS[level]:
            rest.append((self._take().text, self._chain(level + 1)))
        return Chain(first, tuple(rest)) if rest else first

    def _deeper(self, level: int) -> Expression:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise InvalidConfig(
                f"The expression {self._source!r} is deeper than {MAX_NESTING} levels."
            )
        expression = self._chain(level)
        self._depth -= 1
        return expression

    def _signed(self) -> Expression:
        if self._accept("-"):
            return Unary("-", self._deeper(len(LEVELS)))
        return self._primary()

    def _primary(self) -> Expression:
        token = self._take()
        match token.kind, token.text:
            case "number", text:
                return Literal(float(text) if set(text) & set(".eE") else int(text))
            case "text", text:
                return Literal(text)
            case "sign", "(":
                inner = self._expression()
                self._expect(")")
                return inner
            case "sign", "[":
                return Listing(self._listed("]"))
            case "sign", "$":
                return Field(self._path())
            case "sign", ("true" | "false" | "null") as word:
                return Literal(LITERALS[word])
            case "name", name if self._accept("("):
                return self._call(name)
            case "name", name:
                return Field((self._named(name), *self._path()))
        self._next -= 1
        raise self._unexpected()

    def _call(self, name: str) -> Call:
        if (known := FUNCTIONS.get(name.lower())) is None:
            raise InvalidConfig(f"There is no function {name}; there are {', '.join(FUNCTIONS)}.")
        arguments = self._listed(")")
        if not known.least <= len(arguments) <= known.most:
            raise InvalidConfig(f"{name} takes {known.least} to {known.most} arguments.")
        return Call(name.lower(), arguments)

    def _listed(self, end: str) -> tuple[Expression, ...]:
        items = list[Expression]()
        while not self._accept(end):
            if items:
                self._expect(",")
            items.append(self._expression())
        return tuple(items)

    def _path(self) -> tuple[str | int, ...]:
        path = list[str | int]()
        while True:
            if self._accept("."):
                if self._token.kind != "name":
                    raise self._unexpected()
                path.append(self._named(self._take().text))
            elif self._token.text == "[" and self._tokens[self._next + 1].text.isdecimal():
                self._take()
                path.append(int(self._take().text))
                self._expect("]")
            else:
                return tuple(path)

    def _named(self, name: str) -> str:
        if name.startswith("__"):
            raise InvalidConfig(f"{name!r} is not a field that may be used.")
        return name

    def _take(self) -> Token:
        token = self._token
        if token.kind == "end":
            raise self._unexpected()
        self._next += 1
        return token

    def _accept(self, sign: str) -> bool:
        if self._token.kind == "sign" and self._token.text == sign:
            self._next += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._accept(sign):
            raise self._unexpected()

    def _unexpected(self) -> InvalidConfig:
        what = repr(self._token.text) if self._token.text else "the end"
        return InvalidConfig(
            f"The expression {self._source!r} has {what} where it makes no sense"
            f" (character {self._token.at + 1})."
        )
