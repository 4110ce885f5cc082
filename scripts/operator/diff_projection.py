"""``forge projections diff``: compares two builds of a read model row by row."""

from scripts.composition.backend import Backend
from scripts.operator.projection_report import as_row
from scripts.terminal.printing import Row


async def diff_projection(backend: Backend, name: str) -> Row:
    return as_row(await backend.contexts.operate.differences.of(name))


def diff_text(diff: Row) -> str:
    """Summarise in a few lines; sample rows are in the JSON output only."""
    lines = [f"{diff['name']}: build {diff['other']} against live build {diff['live']}"]
    lines += [
        f"  {table['table']}: {table['otherRows']} rows against {table['liveRows']}; "
        f"{table['onlyOther']} only in the other, {table['onlyLive']} only in the live one, "
        f"{table['different']} different"
        for table in diff["tables"]
    ]
    if diff["note"]:
        lines.append(f"  intended changes: {diff['note']}")
    return "\n".join(
        [*lines, "  identical" if diff["clean"] else "  different (sample rows: --json)"]
    )
