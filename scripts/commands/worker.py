"""``forge worker``."""

from pathlib import Path

import rich_click as click

from scripts.commands import role


@click.command
@role.role_options
def worker(data_dir: Path, with_parent: bool, **given: object) -> None:  # noqa: FBT001 - click's
    """Do background jobs, and nothing else: purges that are due, and what else waits.

    Run as many as wanted: each job is leased by one of them at a time, and taken over when that
    one is gone. `forge serve` keeps one beside it.

        forge worker
        forge worker --metrics-port 9100
    """
    from scripts.processes.background_roles import run_worker

    role.run(run_worker, data_dir, given, with_parent=with_parent)
