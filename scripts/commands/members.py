"""``forge orgs invite|members``: people, for an operator who is nobody's member."""

from pathlib import Path

import rich_click as click

from scripts.config import options
from scripts.terminal.printing import Printer


@click.command
@click.argument("name")
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice(["owner", "admin", "member"]),
    default="owner",
    show_default=True,
    help="What they may do there.",
)
@click.option(
    "--url",
    default="http://127.0.0.1:8000",
    show_default=True,
    help="The service's address, for the link in the mail.",
)
@options.data_dir
@options.as_json
def invite(data_dir: Path, printer: Printer, **given: str) -> None:
    """Invite an address to an organisation: whoever logs in with it within a week may join.

    The way in for its first owner. A mail says so, where mail can be sent.

        forge orgs invite local ada@example.com
        forge orgs invite acme bob@example.com --role member --url https://forge.example.com
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import members as people
    from scripts.operator.backend_session import with_backend

    row = with_backend(settings, lambda backend: people.invite(backend, **given))
    printer.one(row, text=f"{row['email']} is invited until {row['expiresAt']}.")


@click.command
@click.argument("name")
@options.data_dir
@options.as_json
def members(name: str, data_dir: Path, printer: Printer) -> None:
    """List the members of an organisation, the one who joined first in front.

    forge orgs members acme --json      [{"userId", "email", "role", "joinedAt"}]
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import members as people
    from scripts.operator.backend_session import with_backend

    printer.many(with_backend(settings, lambda backend: people.members(backend, name)))
