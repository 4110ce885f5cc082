"""Command lines as messages print them: they run as printed, on the same data directory."""

import os
import shlex
import sys
from pathlib import Path
from typing import Final

import click
from click.core import ParameterSource

NAME: Final = "forge"
GIVEN: Final = {ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT}


def program() -> str:
    """Return what starts this program again: its name, or its path where PATH does not lead to it.

    Started as a module (``python -m``), it is known by its name only.
    """
    started = Path(sys.argv[0])
    if started.name != NAME or _on_path() == started.absolute():
        return NAME
    return shlex.quote(str(started))


def command_line(arguments: str) -> str:
    """Return a command line of this program, with ``--data-dir`` if this process was given one."""
    context = click.get_current_context(silent=True)
    words = [program(), arguments]
    if context and context.get_parameter_source("data_dir") in GIVEN:
        words += ["--data-dir", shlex.quote(str(context.params["data_dir"].absolute()))]
    return " ".join(words)


def _on_path() -> Path | None:
    places = (Path(directory) / NAME for directory in os.get_exec_path())
    return next((place for place in places if os.access(place, os.X_OK)), None)
