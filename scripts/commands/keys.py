"""``forge keys``: issue, list and revoke API keys."""

from pathlib import Path
from typing import Any

import rich_click as click

from scripts.config import options
from scripts.terminal.printing import Printer

LOCAL = "local"


@click.group
def keys() -> None:
    """Issue and revoke API keys, which requests are made with."""


@keys.command
@click.option(
    "--org", default=LOCAL, show_default=True, help="Whose; founded on plan starter if missing."
)
@click.option("--name", required=True, help="What to call it in lists.")
@click.option(
    "--scopes",
    default="*",
    show_default=True,
    help="What it opens, separated by commas: documents, pipelines, utilities, generations, tasks, "
    "sessions, audit; `*` for all of these; ops for operators (organisation local only).",
)
@click.option(
    "--expires-at",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"]),
    help="When it stops working (UTC); default: never.",
)
@options.data_dir
@options.as_json
def create(org: str, data_dir: Path, printer: Printer, **given: Any) -> None:
    """Issue a key and print it, this once: only a digest of it is kept.

    forge keys create --name laptop
    forge keys create --org acme --name ci --scopes documents,audit --expires-at 2027-01-01
    forge keys create --org acme --name ci --json      {"id", "key", "org", "scopes"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import organisations_and_keys as operating
    from scripts.operator.backend_session import with_backend

    request = operating.key_request(**given)
    printer.one(with_backend(settings, lambda backend: operating.issue(backend, org, request)))


@keys.command("list")
@click.option("--org", help="Of this organisation only.")
@options.data_dir
@options.as_json
def list_(org: str | None, data_dir: Path, printer: Printer) -> None:
    """List keys, oldest first.

    forge keys list --org acme
    forge keys list --json
        [{"id", "org", "name", "last4", "scopes", "active",
          "createdAt", "expiresAt", "lastUsedAt"}]
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import organisations_and_keys as operating
    from scripts.operator.backend_session import with_backend

    printer.many(with_backend(settings, lambda backend: operating.keys(backend, org)))


@keys.command
@click.argument("key_id", metavar="ID")
@click.option(
    "--overlap",
    type=click.IntRange(0, 30 * 24 * 3600),
    default=24 * 3600,
    show_default=True,
    help="Seconds for which the text before works as well.",
)
@options.data_dir
@options.as_json
def rotate(key_id: str, overlap: int, data_dir: Path, printer: Printer) -> None:
    """Give a key another text and print it, this once; its id, scopes and history stay.

    forge keys rotate 01J0ZK8B2R
    forge keys rotate 01J0ZK8B2R --overlap 0 --json      {"id", "key", "previousUntil"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import organisations_and_keys as operating
    from scripts.operator.backend_session import with_backend

    printer.one(with_backend(settings, lambda backend: operating.rotate(backend, key_id, overlap)))


@keys.command
@click.argument("key_id", metavar="ID")
@options.data_dir
@options.as_json
def revoke(key_id: str, data_dir: Path, printer: Printer) -> None:
    """Revoke a key, for good. ID is as `forge keys list` shows it.

    Processes that serve refuse it within 5 s.

        forge keys revoke 01J0ZK8B2R
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import organisations_and_keys as operating
    from scripts.operator.backend_session import with_backend

    with_backend(settings, lambda backend: operating.revoke(backend, key_id))
    printer.one({"id": key_id, "active": False}, text=f"{key_id} is revoked.")
