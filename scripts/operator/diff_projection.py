"""Differences between two builds of a read model, as JSON and as text."""

from scripts.composition.backend import Backend
from scripts.operator.projection_report import as_row
from scripts.terminal.printing import Row


async def difference(backend: Backend, name: str) -> Row:
    return as_row(await backend.differences.of(name))


def difference_text(found: Row) -> str:
    """Say it in a few lines; the samples are for programs, or for whoever asks for them."""
    lines = [f"{found['name']}: build {found['other']} against {found['live']}, which is live"]
    lines += [
        f"  {table['table']}: {table['otherRows']} rows against {table['liveRows']}; "
        f"{table['onlyOther']} only here, {table['onlyLive']} only there, "
        f"{table['different']} different"
        for table in found["tables"]
    ]
    if found["note"]:
        lines.append(f"  meant to change: {found['note']}")
    return "\n".join([*lines, "  all the same" if found["clean"] else "  they differ (see --json)"])
