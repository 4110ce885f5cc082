"""The help of the command line: complete, and without slow imports."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
import rich_click as click

from scripts.forge import cli

SLOW = {"asyncio", "litestar", "msgspec", "psycopg", "redis", "structlog", "uvicorn"}


def commands(group: click.Group, path: str = "forge") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


ALL = dict(commands(cli))


@pytest.mark.parametrize("path", ALL)
def test_every_command_has_an_example_and_takes_a_data_directory(path: str) -> None:
    command = ALL[path]
    assert f"    {path}" in (command.help or "") or f'"$({path})"' in (command.help or "")
    assert "data_dir" in [parameter.name for parameter in command.params]


@pytest.mark.parametrize("path", ALL)
def test_every_option_that_shows_is_explained(path: str) -> None:
    options = [option for option in ALL[path].params if isinstance(option, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_help_waits_for_no_slow_import() -> None:
    program = (
        "import sys; from scripts.forge import main\ntry: main()\nfinally: print(*sys.modules)"
    )
    arguments = [sys.executable, "-c", program, "--help"]
    shown = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own program
    assert "forge doctor" in shown
    assert SLOW.isdisjoint(shown.splitlines()[-1].split())
