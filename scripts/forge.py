"""``forge``: everything an operator does, from starting the service to asking it how it is.

Each command is a module of ``scripts.commands`` and imports what it needs when it runs, so that
help and mistakes answer at once.
"""

import sys
from typing import NoReturn

import rich_click as click

from scripts.commands.groups import lazy_group
from scripts.lean_imports import block_unused_imports
from scripts.terminal.failures import Failure

click.rich_click.TEXT_PARAGRAPH_LINEBREAKS = "\n\n"

FAILED = 1
INTERRUPTED = 130

cli = lazy_group(
    "forge",
    """
    Event-sourced backend: documents, keys and their history on one event log.

    `forge serve` is all it takes on one machine. The other commands find what it runs by its data
    directory, or use the servers of DATABASE_URL and REDIS_URL.

        forge serve                                   start everything, print the address and a key
        forge keys create --org acme --name ci        make another key
        forge projections list                        see how far the read models are
        forge audit verify                            prove that the record was not altered
        forge doctor                                  find out what is wrong

    Exit status: 0 done, 1 failed, 2 used wrongly.
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
        status = cli.main(prog_name="forge", standalone_mode=False)
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
