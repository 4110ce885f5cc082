"""Renders the results of a run as a table."""

from rich.table import Table

from scripts.bench.results import Peer, Row, Run
from scripts.bench.spread import Spread

COLUMNS = ("", "unit", "Forge", "peer", "peer's", "ratio", "target", "fsync")


def as_table(run: Run) -> Table:
    machine = ", ".join(f"{name} {value}" for name, value in run.machine.items())
    table = Table(title="Medians (minimum to maximum) of alternating rounds", caption=machine)
    for column in COLUMNS:
        table.add_column(column, justify="left" if column in {"", "peer", "target"} else "right")
    for row in run.rows:
        _add(table, row)
    return table


def _add(table: Table, row: Row) -> None:
    verdict = f"[green]{row.target}[/]" if row.met else f"[red]{row.target}: missed[/]"
    ours = (f"[bold]{row.name}[/]\n[dim]{row.notes}[/]", row.unit, _figure(row.figure))
    first, *others = row.peers or (None,)
    table.add_row(*ours, *_peer(first), verdict, f"{row.fsync_us:.0f} µs")
    for peer in others:
        table.add_row("", "", "", *_peer(peer), "", "")
    table.add_section()


def _peer(peer: Peer | None) -> tuple[str, str, str]:
    if peer is None:
        return "", "", ""
    return peer.name, _figure(peer.figure), _ratio(peer.ratio)


def _figure(spread: Spread) -> str:
    digits = 0 if spread.median >= 100 else 2  # noqa: PLR2004 - three digits suffice
    low, high = f"{spread.least:,.{digits}f}", f"{spread.most:,.{digits}f}"
    return f"{spread.median:,.{digits}f} ({low} to {high})"


def _ratio(spread: Spread) -> str:
    return f"{spread.median:.2f} x ({spread.least:.2f} to {spread.most:.2f})"
