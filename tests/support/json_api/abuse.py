"""Hostile inputs for utilities: resource exhaustion and attempts to escape."""

# ruff: noqa: E501 - a row is a case

from typing import Any, Final, NamedTuple

from msgspec import UNSET


class Abuse(NamedTuple):
    """``statuses`` are what it may be answered with: some run out of time, or else of memory."""

    name: str
    statuses: tuple[int, ...]
    utility: str
    primary: Any
    config: Any = UNSET
    secondary: Any = UNSET


def _entities() -> str:
    doubled = "".join(f"<!ENTITY e{n} '&e{n - 1};&e{n - 1};'>" for n in range(1, 40))
    return f"<!DOCTYPE x [<!ENTITY e0 'ha'>{doubled}]><x>&e39;</x>"


def _aliases(one: str, many: str) -> str:
    lines = (f"a{n}: &a{n} {many % ','.join([f'*a{n - 1}'] * 9)}\n" for n in range(1, 12))
    return f"a0: &a0 {one}\n{''.join(lines)}"


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


WRONG: Final = (400,)
LIMITED: Final = (408, 413)
COPIES: Final = [{"op": "copy", "from": "", "path": "/-"}] * 60
DOUBLED: Final = {f"f{n}": " + ".join([f"f{n - 1}"] * 9) if n else "a" for n in range(12)}
EVERYWHERE: Final = {"path": "$..*..*..*..*..*"}
REPLACED: Final = {"find": "a", "replace": "b" * 1_000}
ABUSES: Final = (
    Abuse("a pattern of patterns", WRONG, "structure.find-replace", "a", {"find": "((a{999}){999}){999}", "regex": True}),
    Abuse("a pattern that looks ahead", WRONG, "structure.find-replace", "a", {"find": "(?=a)+", "regex": True}),
    Abuse("texts made a thousand times longer", LIMITED, "structure.find-replace", ["a" * 10_000] * 100, REPLACED),
    Abuse("an entity of entities", WRONG, "convert.xml-to-json", _entities()),
    Abuse("an entity from a file", WRONG, "convert.xml-to-json", "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><x>&f;</x>"),
    Abuse("elements without end", WRONG, "convert.xml-to-json", "<a>" * 200_000),
    Abuse("a tag that calls", WRONG, "convert.yaml-to-json", "!!python/object/apply:os.system ['id']"),
    Abuse("a tag that makes an object", WRONG, "convert.yaml-to-json", "!!python/object/new:os._Environ {}"),
    Abuse("aliases of aliases", WRONG, "convert.yaml-to-json", _aliases("[x]", "[%s]")),
    Abuse("merges of merges", WRONG, "convert.yaml-to-json", _aliases("{k: 1}", "{<<: [%s]}")),
    Abuse("an alias within itself", WRONG, "convert.yaml-to-json", "&a [*a]"),
    Abuse("lists without end", WRONG, "convert.yaml-to-json", "[" * 100_000),
    Abuse("brackets without end", WRONG, "cleanup.repair-json", "[" * 100_000),
    Abuse("braces that take a parser quadratic time", LIMITED, "cleanup.repair-json", "{" * 40_000),
    Abuse("nested too deep", WRONG, "cleanup.sort-keys", _nested(600)),
    Abuse("names nested too deep", WRONG, "structure.flatten-nest", {"a." * 600 + "b": 1}, {"mode": "nest"}),
    Abuse("a number of a billion digits' worth", WRONG, "transform.compute", {"a": 10**29}, {"fields": {"x": "a" + " * a" * 99}}),
    Abuse("a text doubled and doubled", LIMITED, "transform.compute", {"a": "x" * 100}, {"fields": DOUBLED}),
    Abuse("an expression without end", WRONG, "transform.compute", {}, {"fields": {"x": "(" * 900 + "1" + ")" * 900}}),
    Abuse("attributes of objects", WRONG, "transform.compute", {}, {"fields": {"x": "''.__class__.__mro__"}}),
    Abuse("a call of what is there", WRONG, "structure.restructure", {}, {"template": "{{__import__('os').system('id')}}"}),
    Abuse("a prototype, as a path", WRONG, "structure.copy-move", {"a": 1}, {"from": "a", "to": "__proto__.admin"}),
    Abuse("a prototype, as a name", WRONG, "structure.rename-keys", {"a": 1}, {"map": {"a": "__proto__"}}),
    Abuse("a list of a billion", WRONG, "schema.truncate", [], {"maxArray": 10**12}),
    Abuse("a number that no double holds", WRONG, "schema.coerce-types", {"a": "1" * 5_000}, {"types": {"a": "integer"}}),
    Abuse("a result doubled and doubled", LIMITED, "query.jmespath", {"a": 1}, {"expression": "@" + "|[@,@]" * 24}),
    Abuse("everything below everything", LIMITED, "query.jsonpath", [_nested(40)] * 40, EVERYWHERE),
    Abuse("a patch that doubles", LIMITED, "diff.apply-patch", [0] * 9, secondary=COPIES),
    Abuse("an element a billion places on", WRONG, "diff.apply-patch", [0], secondary=[{"op": "add", "path": "/9999999999", "value": 1}]),
    Abuse("a join of all with all", LIMITED, "merge.join", [{"k": 1}] * 2_000, {"on": "k"}, [{"k": 1}] * 2_000),
    Abuse("a table of a name each", LIMITED, "schema.normalize", [{f"name {n}": 1} for n in range(4_000)]),
    Abuse("a schema from elsewhere", WRONG, "schema.validate", 1, secondary={"$ref": "http://127.0.0.1:9/s.json"}),
    Abuse("a schema from a file", WRONG, "schema.validate", 1, secondary={"$ref": "file:///etc/passwd"}),
    Abuse("a zone from a file", WRONG, "transform.parse-dates", "2024-01-01", {"tz": "../../../etc/passwd"}),
    Abuse("a date of many digits", WRONG, "transform.parse-dates", "9" * 90),
)  # fmt: skip
