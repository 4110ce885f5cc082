"""``forge audit history``, ``state``, ``diff`` and ``export``."""

from pathlib import Path
from typing import Any

import rich_click as click

from scripts.config import options
from scripts.terminal.printing import Printer

kind = click.argument("kind", metavar="KIND")
key = click.argument("key", metavar="ID")


@click.command
@kind
@key
@click.option("--actor", help="Only events of this actor, such as key:ID.")
@click.option("--request", "request_id", help="Only events caused by this request id.")
@click.option("--type", "name", help="Only events of this type, such as document.purged.")
@click.option("--from", "since", help="Only from this time (2026-01-31T12:00Z) or @POSITION.")
@click.option("--until", help="Only until this time or @POSITION.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="Maximum number of events.",
)
@options.data_dir
@options.as_json
def history(kind: str, key: str, data_dir: Path, printer: Printer, **search: Any) -> None:
    """List the events of one stream, oldest first: who, what, when, by which request.

    KIND is documents, folders, keys, organisations, projections or erasures.

    For example:
        forge audit history documents 0198d2f4c0de7abc9123456789abcdef
        forge audit history keys ID --from 2026-01-01 --actor system:command-line
        forge audit history documents ID --json
            [{"position", "version", "type", "recordedAt", "actor", "requestId", "causationId",
              "data", "hash"}]
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import audit_queries
    from scripts.operator.backend_session import with_backend
    from scripts.terminal.printing import JsonPrinter

    events = with_backend(
        settings,
        lambda backend: audit_queries.history(backend, kind, key, search),  # type: ignore[arg-type]  # the options are the keys
    )
    full = isinstance(printer, JsonPrinter)
    printer.many(events if full else [audit_queries.summary(event) for event in events])


@click.command
@kind
@key
@click.option("--as-of", help="Time (2026-01-31T12:00Z) or @POSITION; default: now.")
@options.data_dir
@options.as_json
def state(kind: str, key: str, as_of: str | None, data_dir: Path, printer: Printer) -> None:
    """Show the state of one stream, now or at an earlier time.

    For example:
        forge audit state documents ID
        forge audit state documents ID --as-of @1234
        forge audit state documents ID --as-of 2026-01-31T12:00:00Z --json
            {"version", "position", "recordedAt", "state"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import audit_queries
    from scripts.operator.backend_session import with_backend

    printer.one(
        with_backend(settings, lambda backend: audit_queries.state(backend, kind, key, as_of))
    )


@click.command
@kind
@key
@click.option("--from", "older", required=True, help="Time or @POSITION.")
@click.option("--to", "newer", help="Time or @POSITION; default: now.")
@options.data_dir
@options.as_json
def diff(  # noqa: PLR0913, PLR0917 - one per option
    kind: str, key: str, older: str, newer: str | None, data_dir: Path, printer: Printer
) -> None:
    """Show how the state of a stream changed between two times, as a JSON Patch (RFC 6902).

    For example:
        forge audit diff documents ID --from @1234
        forge audit diff documents ID --from 2026-01-01 --to 2026-02-01 --json
            {"from", "to", "patch"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import audit_queries
    from scripts.operator.backend_session import with_backend

    moments = (older, newer)
    printer.one(
        with_backend(settings, lambda backend: audit_queries.diff(backend, kind, key, moments))
    )


@click.command
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--org", help="Export only this organisation.")
@click.option("--stream", nargs=2, metavar="KIND ID", help="Export only one stream.")
@options.data_dir
@options.as_json
def export(
    file: Path, org: str | None, stream: tuple[str, str] | None, data_dir: Path, printer: Printer
) -> None:
    """Export events with proofs to a new FILE, one JSON object per line.

    Anyone with the public key can verify it offline: `forge audit verify --offline FILE`. Personal
    text is exported only encrypted.

    For example:
        forge audit export everything.ndjson
        forge audit export acme.ndjson --org acme
        forge audit export one.ndjson --stream documents ID --json
            {"file", "scope", "publicKey"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import audit_queries
    from scripts.operator.backend_session import with_backend

    printer.one(
        with_backend(settings, lambda backend: audit_queries.export(backend, file, org, stream))
    )
