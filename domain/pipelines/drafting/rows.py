"""Drafting rules for records: sort, dedupe, filter, group, aggregate, limit."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from domain.pipelines.drafting.clause_cursor import PLACES, ROWS, Cursor, NotUnderstood
from domain.pipelines.drafting.conditions import Condition, condition
from domain.pipelines.drafting.draft import DraftStep

DESCENDING: Final = (
    *("descending", "desc", "newest first", "highest first", "largest first", "latest first"),
    *("biggest first", "in descending order", "from high to low", "from highest to lowest"),
    *("most recent first", "reversed", "in reverse", "high to low"),
)
ASCENDING: Final = (
    *("ascending", "asc", "oldest first", "lowest first", "smallest first", "alphabetically"),
    *("in ascending order", "from low to high", "numerically", "low to high", "a to z"),
)
WHERE: Final = ("where", "with", "whose", "having", "if", "when")
FIGURES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("sum", "total", "add up"), "sum"),
    **dict.fromkeys(("average", "mean", "avg"), "mean"),
    **dict.fromkeys(("minimum", "min", "lowest", "smallest"), "min"),
    **dict.fromkeys(("maximum", "max", "highest", "largest"), "max"),
    "median": "median",
}
AGGREGATE_VERBS: Final = ("compute", "calculate", "find", "get", "aggregate", "take")


def sort(cursor: Cursor) -> Sequence[DraftStep]:
    cursor.expect("sort", "order")
    _pass_rows(cursor)
    cursor.expect("by", "on")
    path = cursor.field()
    cursor.accept(",")
    direction = "desc" if cursor.accept(*DESCENDING) else "asc"
    cursor.accept(*ASCENDING)
    config: dict[str, Any] = {"by": path, "dir": direction}
    return _over_rows(
        cursor,
        path,
        lambda by: DraftStep("structure.sort", {**config, "by": by}),
        lambda by: {"op": "sort", **config, "by": by},
    )


def dedupe(cursor: Cursor) -> Sequence[DraftStep]:
    """``remove duplicates``, ``dedupe by email``."""
    if not cursor.accept("dedupe", "deduplicate"):
        cursor.expect("remove", "drop", "delete", "discard")
        cursor.skip()
        cursor.expect("duplicates", "duplicate")
    cursor.skip(PLACES)
    _pass_rows(cursor)
    paths = cursor.fields_list() if cursor.accept("by", "on", "with the same", "based on") else []
    first = paths[0] if paths else ""
    return _over_rows(
        cursor,
        first,
        lambda _: DraftStep("cleanup.dedupe", {"keys": paths} if paths else {}),
        lambda _: {"op": "dedupe", "keys": [_within(cursor, path) for path in paths]},
    )


def filter_rows(cursor: Cursor) -> Sequence[DraftStep]:
    """``keep records where age > 18``, ``remove rows where email is missing``."""
    away = cursor.accept("remove", "drop", "delete", "exclude", "discard")
    if not away:
        cursor.expect("keep", "filter", "select", "retain", "take")
        cursor.skip({"only"})
    _pass_rows(cursor)
    cursor.expect(*WHERE, "that have", "for which")
    found = condition(cursor)
    where = found.source if not away else f"not ({found.source})"
    return _over_rows(cursor, found.path, None, lambda _: _filter(cursor, found, where))


def group(cursor: Cursor) -> Sequence[DraftStep]:
    cursor.expect("group")
    _pass_rows(cursor)
    cursor.expect("by", "on")
    path = cursor.field()
    return [*_to_rows(cursor), DraftStep("structure.group-by", {"key": _within(cursor, path)})]


def aggregate(cursor: Cursor) -> Sequence[DraftStep]:
    """``sum amount by region``, ``average price and count rows per category``."""
    cursor.accept(*AGGREGATE_VERBS)
    ops = list[dict[str, Any]]()
    while True:
        ops.append(_figure(cursor))
        if cursor.accept("as"):
            ops[-1]["as"] = cursor.name()
        if not cursor.accept(",", "and", "&"):
            break
        cursor.accept("and")
    config: dict[str, Any] = {"ops": ops}
    if cursor.accept("by", "per", "for each", "grouped by", "for every"):
        config["groupBy"] = [_within(cursor, path) for path in cursor.fields_list()]
        if len(ops) == 1 and cursor.accept("as"):
            ops[0]["as"] = cursor.name()
    return [*_to_rows(cursor), DraftStep("analysis.aggregate", config)]


def first(cursor: Cursor) -> Sequence[DraftStep]:
    """``take the first 10 records``, ``limit to 5 items``."""
    cursor.expect("take", "keep", "limit", "select", "get", "return")
    cursor.skip({"only", "to"})
    _pass_rows(cursor)
    cursor.accept("to")
    cursor.skip({"top", "first"})
    number = cursor.number()
    cursor.skip(ROWS)
    if cursor.fields.rows != "$":
        raise NotUnderstood
    return [DraftStep("query.jmespath", {"expression": f"[:{number}]"})]


def _figure(cursor: Cursor) -> dict[str, Any]:
    cursor.skip()
    if cursor.accept("count distinct", "count unique", "count different", "number of distinct"):
        return {"op": "distinct", "field": _within(cursor, cursor.field())}
    if cursor.accept("count", "number"):
        cursor.skip(ROWS)
        return {"op": "count", "as": "count"}
    for words, op in FIGURES.items():
        if cursor.accept(words):
            cursor.accept("of")
            return {"op": op, "field": _within(cursor, cursor.field())}
    raise NotUnderstood


def _pass_rows(cursor: Cursor) -> None:
    """Skip ``the records``, or the name of their array."""
    cursor.skip({*ROWS, "only"})
    if cursor.fields.rows not in {None, "$"}:
        cursor.accept(str(cursor.fields.rows).lower())
    cursor.skip(ROWS)
    cursor.skip_noun(*WHERE, "by", "on")


def _over_rows(
    cursor: Cursor,
    path: str,
    plain: Callable[[str], DraftStep] | None,
    operation: Callable[[str], dict[str, Any]],
) -> Sequence[DraftStep]:
    """Return a step for records at the root, or a tabular operation for a nested array."""
    where, within = cursor.fields.rows, _within(cursor, path)
    if where is None:
        raise NotUnderstood
    if where == "$" and plain is not None:
        return [plain(within)]
    config: dict[str, Any] = {"operations": [operation(within)]}
    if where != "$":
        config = {"mode": "array-path", "source": where, **config}
    return [DraftStep("structure.tabular-ops", config)]


def _filter(cursor: Cursor, found: Condition, where: str) -> dict[str, Any]:
    rows = cursor.fields.rows
    prefix = "" if rows in {None, "$"} else f"{rows}."
    if not all(path.startswith(prefix) for path in found.paths):
        raise NotUnderstood
    return {"op": "filter", "where": "{{" + found.within(where, prefix) + "}}"}


def _within(cursor: Cursor, path: str) -> str:
    """Return a path relative to a record."""
    rows = cursor.fields.rows
    if rows in {None, "$"} or not path:
        return path
    if not path.startswith(f"{rows}."):
        raise NotUnderstood
    return path[len(f"{rows}.") :]


def _to_rows(cursor: Cursor) -> Sequence[DraftStep]:
    """Return the step that extracts the records, if they are nested."""
    rows = cursor.fields.rows
    if rows is None:
        raise NotUnderstood
    pointer = "/" + rows.replace("~", "~0").replace("/", "~1")
    return [] if rows == "$" else [DraftStep("query.pointer", {"pointer": pointer})]
