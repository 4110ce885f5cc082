"""``forge orgs``: create organisations, change plans, invite and list members."""

from pathlib import Path

import rich_click as click

from scripts.commands import members
from scripts.config import options
from scripts.terminal.printing import Printer

plan = click.Choice(["local", "trial", "starter", "pro", "team"])


@click.group
def orgs() -> None:
    """Create organisations, change their plans, invite and list members."""


@orgs.command
@click.argument("name")
@click.option(
    "--plan", type=plan, default="starter", show_default=True, help="Plan of the organisation."
)
@options.data_dir
@options.as_json
def create(name: str, plan: str, data_dir: Path, printer: Printer) -> None:
    """Create an organisation; its name must be unique.

    For example:
        forge orgs create acme --plan pro
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import organisations_and_keys as operating
    from scripts.operator.backend_session import with_backend

    org_id = with_backend(
        settings, lambda backend: operating.create_organisation(backend, name, plan)
    )
    printer.one({"id": org_id, "name": name, "plan": plan})


@orgs.command("set-plan")
@click.argument("name")
@click.argument("plan", type=plan)
@options.data_dir
@options.as_json
def set_plan(name: str, plan: str, data_dir: Path, printer: Printer) -> None:
    """Change the plan of an organisation.

    Running processes apply it within 5 s.

    For example:
        forge orgs set-plan acme team
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import organisations_and_keys as operating
    from scripts.operator.backend_session import with_backend

    with_backend(settings, lambda backend: operating.change_plan(backend, name, plan))
    printer.one({"name": name, "plan": plan})


@orgs.command("list")
@options.data_dir
@options.as_json
def list_(data_dir: Path, printer: Printer) -> None:
    """List organisations, oldest first.

    For example:
        forge orgs list --json      [{"id", "name", "plan", "createdAt"}]
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import organisations_and_keys as operating
    from scripts.operator.backend_session import with_backend

    printer.many(with_backend(settings, operating.organisations))


orgs.add_command(members.invite)
orgs.add_command(members.members)
