"""``forge``: the command line, from starting the service to checking its health.

Each command is a module of ``scripts.commands`` and imports what it needs when it runs, so that
``--help`` and usage errors answer at once.
"""

import sys
from typing import NoReturn

import rich_click as click

from scripts.commands.groups import lazy_group
from scripts.lean_imports import block_unused_imports
from scripts.terminal.command_lines import program
from scripts.terminal.failures import Failure

click.rich_click.TEXT_PARAGRAPH_LINEBREAKS = "\n\n"

FAILED = 1
INTERRUPTED = 130

cli = lazy_group(
    "forge",
    """
    Run and operate the Forge backend.

    `forge serve` runs the whole service on one machine. The other commands connect to the servers
    that it started (found by the data directory) or to those of DATABASE_URL and REDIS_URL.

    For example:
        forge serve                               start the service
        forge keys create --org acme --name ci    create an API key
        forge projections list                    list read models and their lag
        forge audit verify                        verify the event log
        forge doctor                              check the installation

    Exit status: 0 success, 1 failure, 2 usage error.
    """,
    {
        name: f"scripts.commands.{name}:{name}"
        for name in (
            "serve",
            "api",
            "projector",
            "worker",
            "migrate",
            "orgs",
            "keys",
            "secrets",
            "projections",
            "audit",
            "backup",
            "restore",
            "log",
            "db",
            "doctor",
        )
    },
)


def main() -> NoReturn:
    block_unused_imports()
    try:
        status = cli.main(prog_name=program(), standalone_mode=False)
    except click.ClickException as error:
        _say(error.format_message())
        if isinstance(error, click.UsageError) and error.ctx:
            _say(f"see `{error.ctx.command_path} --help`")
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except Failure as error:
        _say(str(error))
        sys.exit(FAILED)
    except Exception as error:
        from scripts.terminal.error_messages import error_message  # noqa: PLC0415 - knows the servers' libraries

        if (message := error_message(error)) is None:
            raise
        _say(message)
        sys.exit(FAILED)
    sys.exit(status if isinstance(status, int) else 0)


def _say(message: str) -> None:
    click.echo(f"forge: {message}", err=True)


if __name__ == "__main__":
    main()
