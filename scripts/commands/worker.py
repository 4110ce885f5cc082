"""``forge worker``."""

from pathlib import Path

import rich_click as click

from scripts.commands import role


@click.command
@role.role_options
def worker(data_dir: Path, with_parent: bool, **given: object) -> None:  # noqa: FBT001 - click's
    """Run one worker process, which runs background jobs such as purges and checkpoints.

    Several may run: each job is leased by one at a time. `forge serve` runs one.

    For example:
        forge worker
        forge worker --metrics-port 9100
    """
    from scripts.processes.background_roles import run_worker

    role.run(run_worker, data_dir, given, with_parent=with_parent)
