"""``forge projector``."""

from pathlib import Path

import rich_click as click

from scripts.commands import role


@click.command
@role.role_options
def projector(data_dir: Path, with_parent: bool, **given: object) -> None:  # noqa: FBT001 - click's
    """Run one projector process, which keeps read models up to date.

    Several may run: one leads each read model, the others stand by. `forge serve` runs one.

    For example:
        forge projector
        forge projector --metrics-port 9100
    """
    from scripts.processes.background_roles import run_projector

    role.run(run_projector, data_dir, given, with_parent=with_parent)
