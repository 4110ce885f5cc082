"""Translates conditions in English into expressions: ``age is at least 18``."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from domain.pipelines.drafting.clause_cursor import Cursor, NotUnderstood
from domain.pipelines.paths import parse_path

COMPARISONS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("greater than or equal to", "at least", "not less than", ">="), ">="),
    **dict.fromkeys(("less than or equal to", "at most", "not more than", "<="), "<="),
    **dict.fromkeys(("greater than", "more than", "above", "over", "bigger than"), ">"),
    **dict.fromkeys(("after", ">"), ">"),
    **dict.fromkeys(("less than", "below", "under", "smaller than", "before", "<"), "<"),
    **dict.fromkeys(("not equal to", "not", "different from", "!="), "!="),
    **dict.fromkeys(("equal to", "equals", "exactly", "==", "="), "=="),
}
NOTHING: Final = ("missing", "null", "empty", "blank", "not set", "not present", "absent")
SOMETHING: Final = (
    *("not missing", "not null", "not empty", "not blank", "set", "present", "there"),
)
CALLS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("contains", "contain", "includes", "including", "containing"), "contains"),
    **dict.fromkeys(("starts with", "start with", "begins with", "starting with"), "startsWith"),
    **dict.fromkeys(("ends with", "end with", "ending with"), "endsWith"),
}


class Condition(NamedTuple):
    """An expression and the ``paths`` of its fields, the first of which is ``path``."""

    source: str
    paths: Sequence[str]

    @property
    def path(self) -> str:
        return self.paths[0]

    def within(self, source: str, prefix: str) -> str:
        """Return the expression relative to a record, without the prefix of its paths."""
        if prefix:
            for path in self.paths:
                source = source.replace(_field(path), _field(path[len(prefix) :]))
        return source


def condition(cursor: Cursor) -> Condition:
    """Consume a condition; raises ``NotUnderstood``."""
    source, path = _comparison(cursor)
    paths = [path]
    while cursor.word in {"and", "or"}:
        joint = "and" if cursor.accept("and") else "or"
        cursor.accept("or")
        more, path = _comparison(cursor)
        source, paths = f"{source} {joint} {more}", [*paths, path]
    return Condition(source, paths)


def _comparison(cursor: Cursor) -> tuple[str, str]:
    path = cursor.field()
    field = _field(path)
    cursor.accept("is", "are", "has", "value is", "was")
    cursor.skip()
    if cursor.accept(*SOMETHING):
        return f"length(text({field})) > 0", path
    if cursor.accept(*NOTHING):
        return f"length(text({field})) == 0", path
    for words, call in CALLS.items():
        if cursor.accept(words):
            return f"{call}({field}, {_literal(cursor)})", path
    for words, sign in COMPARISONS.items():
        if cursor.accept(words):
            return f"{field} {sign} {_literal(cursor)}", path
    return f"{field} == {_literal(cursor)}", path


def _literal(cursor: Cursor) -> str:
    return msgspec.json.encode(cursor.literal()).decode()


def _field(path: str) -> str:
    """Format a field path in the syntax of expressions."""
    steps = parse_path(path)
    if not all(isinstance(step, str) and "`" not in step for step in steps):
        raise NotUnderstood
    names = map(str, steps)
    return ".".join(n if n.isidentifier() and n.isascii() else f"`{n}`" for n in names)
