"""Command groups that import a command's module on first use."""

from collections.abc import Mapping
from importlib import import_module
from inspect import cleandoc
from typing import cast

import rich_click as click


class LazyGroup(click.RichGroup):
    """``locations`` maps a command to ``module:attribute``."""

    locations: Mapping[str, str]

    def list_commands(self, _: click.Context) -> list[str]:
        return list(self.locations)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        if name not in self.locations:
            return None
        module, _colon, attribute = self.locations[name].partition(":")
        return cast("click.Command", getattr(import_module(module), attribute))


def lazy_group(name: str, text: str, locations: Mapping[str, str]) -> LazyGroup:
    group = LazyGroup(
        name=name, help=cleandoc(text), context_settings={"help_option_names": ["-h", "--help"]}
    )
    group.locations = locations
    return group
