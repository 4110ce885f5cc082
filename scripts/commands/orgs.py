"""``forge orgs``: found organisations, and change what they may use."""

from pathlib import Path

import rich_click as click

from scripts.commands import members
from scripts.config import options
from scripts.terminal.printing import Printer

plan = click.Choice(["local", "trial", "starter", "pro", "team"])


@click.group
def orgs() -> None:
    """Found organisations and choose their plans."""


@orgs.command
@click.argument("name")
@click.option("--plan", type=plan, default="starter", show_default=True, help="What it may use.")
@options.data_dir
@options.as_json
def create(name: str, plan: str, data_dir: Path, printer: Printer) -> None:
    """Found an organisation. Its name is its own among all.

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
    """Put an organisation on another plan.

    Processes that serve heed it within 5 s.

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

    forge orgs list --json      [{"id", "name", "plan", "createdAt"}]
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import organisations_and_keys as operating
    from scripts.operator.backend_session import with_backend

    printer.many(with_backend(settings, operating.organisations))


orgs.add_command(members.invite)
orgs.add_command(members.members)
