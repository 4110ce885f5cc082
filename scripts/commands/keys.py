"""``forge keys``: create, list, rotate and revoke API keys."""

from pathlib import Path
from typing import Any

import rich_click as click

from scripts.config import options
from scripts.terminal.printing import Printer

LOCAL = "local"


@click.group
def keys() -> None:
    """Create, list, rotate and revoke API keys."""


@keys.command
@click.option(
    "--org",
    default=LOCAL,
    show_default=True,
    help="Organisation; created on plan starter if missing.",
)
@click.option("--name", required=True, help="Name of the key, shown in lists.")
@click.option(
    "--scopes",
    default="*",
    show_default=True,
    help="Allowed scopes, comma-separated: documents, pipelines, utilities, generations, tasks, "
    "sessions, audit; `*` for all of these; ops for operators (organisation local only).",
)
@click.option(
    "--expires-at",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"]),
    help="Expiry date or time (UTC); default: never.",
)
@options.data_dir
@options.as_json
def create(org: str, data_dir: Path, printer: Printer, **given: Any) -> None:
    """Create an API key and print it. It cannot be shown again: only a digest is stored.

    For example:
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
@click.option("--org", help="List only keys of this organisation.")
@options.data_dir
@options.as_json
def list_(org: str | None, data_dir: Path, printer: Printer) -> None:
    """List API keys, oldest first.

    For example:
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
    help="Seconds for which the old text stays valid.",
)
@options.data_dir
@options.as_json
def rotate(key_id: str, overlap: int, data_dir: Path, printer: Printer) -> None:
    """Replace the text of an API key and print the new one; id, scopes and history stay.

    For example:
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
    """Revoke an API key permanently. ID is as shown by `forge keys list`.

    Running processes refuse it within 5 s.

    For example:
        forge keys revoke 01J0ZK8B2R
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import organisations_and_keys as operating
    from scripts.operator.backend_session import with_backend

    with_backend(settings, lambda backend: operating.revoke(backend, key_id))
    printer.one({"id": key_id, "active": False}, text=f"{key_id} is revoked.")
