"""``forge orgs invite`` and ``members``: memberships, as managed by an operator."""

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
    help="Role of the new member.",
)
@click.option(
    "--url",
    default="http://127.0.0.1:8000",
    show_default=True,
    help="Base URL of the service, for the link in the mail.",
)
@options.data_dir
@options.as_json
def invite(data_dir: Path, printer: Printer, **given: str) -> None:
    """Invite an e-mail address to an organisation; the invitation is valid for a week.

    Use it for the first owner of an organisation. Sends a mail if mail is configured.

    For example:
        forge orgs invite local ada@example.com
        forge orgs invite acme bob@example.com --role member --url https://forge.example.com
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import members as operator_members
    from scripts.operator.backend_session import with_backend

    row = with_backend(settings, lambda backend: operator_members.invite(backend, **given))
    printer.one(row, text=f"{row['email']} is invited until {row['expiresAt']}.")


@click.command
@click.argument("name")
@options.data_dir
@options.as_json
def members(name: str, data_dir: Path, printer: Printer) -> None:
    """List the members of an organisation, oldest first.

    For example:
        forge orgs members acme --json      [{"userId", "email", "role", "joinedAt"}]
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import members as operator_members
    from scripts.operator.backend_session import with_backend

    printer.many(with_backend(settings, lambda backend: operator_members.members(backend, name)))
