"""``forge audit``, the part that shows what was recorded."""

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
@click.option("--actor", help="Only what this one did, such as key:ID.")
@click.option("--request", "request_id", help="Only what this request caused.")
@click.option("--type", "name", help="Only events of this type, such as document.purged.")
@click.option("--from", "since", help="Only from this time (2026-01-31T12:00Z) or @POSITION on.")
@click.option("--until", help="Only until this time or @POSITION.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=100, show_default=True, help="At most so many."
)
@options.data_dir
@options.as_json
def history(kind: str, key: str, data_dir: Path, printer: Printer, **search: Any) -> None:
    """Show who did what, when and from which request, oldest first.

    KIND is documents, folders, keys, organisations, projections or erasures.

        forge audit history documents 0198d2f4c0de7abc9123456789abcdef
        forge audit history keys ID --from 2026-01-01 --actor system:command-line
        forge audit history documents ID --json
            [{"position", "version", "type", "recordedAt", "actor", "requestId", "causationId",
              "data", "hash"}]
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import auditing
    from scripts.operator.backend_session import with_backend
    from scripts.terminal.printing import Lines

    found = with_backend(settings, lambda backend: auditing.history(backend, kind, key, search))  # type: ignore[arg-type]  # the options are the keys
    whole = isinstance(printer, Lines)
    printer.many(found if whole else [auditing.in_short(event) for event in found])


@click.command
@kind
@key
@click.option("--as-of", help="A time (2026-01-31T12:00Z) or @POSITION; default: now.")
@options.data_dir
@options.as_json
def state(kind: str, key: str, as_of: str | None, data_dir: Path, printer: Printer) -> None:
    """Show what a stream amounted to: its events folded as the service folds them to decide.

    forge audit state documents ID
    forge audit state documents ID --as-of @1234
    forge audit state documents ID --as-of 2026-01-31T12:00:00Z --json
        {"version", "position", "recordedAt", "state"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import auditing
    from scripts.operator.backend_session import with_backend

    printer.one(with_backend(settings, lambda backend: auditing.state(backend, kind, key, as_of)))


@click.command
@kind
@key
@click.option("--from", "older", required=True, help="A time or @POSITION.")
@click.option("--to", "newer", help="A time or @POSITION; default: now.")
@options.data_dir
@options.as_json
def diff(  # noqa: PLR0913, PLR0917 - one per option
    kind: str, key: str, older: str, newer: str | None, data_dir: Path, printer: Printer
) -> None:
    """Show what changed between two moments, as a JSON Patch (RFC 6902).

    forge audit diff documents ID --from @1234
    forge audit diff documents ID --from 2026-01-01 --to 2026-02-01 --json
        {"from", "to", "patch"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import auditing
    from scripts.operator.backend_session import with_backend

    moments = (older, newer)
    printer.one(
        with_backend(settings, lambda backend: auditing.difference(backend, kind, key, moments))
    )


@click.command
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--org", help="Only this organisation's.")
@click.option("--stream", nargs=2, metavar="KIND ID", help="Only one stream's.")
@options.data_dir
@options.as_json
def export(
    file: Path, org: str | None, stream: tuple[str, str] | None, data_dir: Path, printer: Printer
) -> None:
    """Write events with proofs to a new FILE, one JSON object a line.

    Whoever has the public key can verify it, anywhere: `forge audit verify --offline FILE`.
    Personal text is in it only sealed.

        forge audit export everything.ndjson
        forge audit export acme.ndjson --org acme
        forge audit export one.ndjson --stream documents ID --json
            {"file", "scope", "publicKey"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import auditing
    from scripts.operator.backend_session import with_backend

    printer.one(with_backend(settings, lambda backend: auditing.export(backend, file, org, stream)))
