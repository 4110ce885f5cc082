"""docs/configuration.md lists exactly the variables that are read, each with its option."""

import re
from pathlib import Path
from typing import Final

import rich_click as click

from scripts.config.settings import PARTS
from scripts.forge import cli
from tests.scripts.commands.test_help import commands

PAGE: Final = Path(__file__).parents[3] / "docs" / "configuration.md"
ROW: Final = re.compile(r"^\| `(\w+)` \|(?: `(--[\w-]+)`)? \| (\S.*) \|$", re.MULTILINE)


def documented() -> dict[str, str]:
    return {variable: option for variable, option, _ in ROW.findall(PAGE.read_text())}


def options_by_variable() -> dict[str, str]:
    return {
        parameter.envvar: parameter.opts[0]
        for _, command in commands(cli)
        for parameter in command.params
        if isinstance(parameter, click.Option) and isinstance(parameter.envvar, str)
    }


def test_every_variable_is_documented_with_its_option_and_no_other_is() -> None:
    without_option = [name for part in PARTS.values() for name in part.__struct_encode_fields__]
    expected = dict.fromkeys([*without_option, "XDG_DATA_HOME"], "") | options_by_variable()

    assert documented() == expected


def test_every_row_of_a_table_is_understood() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]

    assert len(ROW.findall(PAGE.read_text())) == len(rows) == len(documented())
