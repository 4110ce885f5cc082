"""Groups of commands whose modules are imported when they are asked for."""

from collections.abc import Mapping
from importlib import import_module
from inspect import cleandoc
from typing import cast

import rich_click as click


class LazyGroup(click.RichGroup):
    """``places`` says where each command is: ``module:name``."""

    places: Mapping[str, str]

    def list_commands(self, _: click.Context) -> list[str]:
        return list(self.places)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        if name not in self.places:
            return None
        module, _colon, attribute = self.places[name].partition(":")
        return cast("click.Command", getattr(import_module(module), attribute))


def lazy_group(name: str, text: str, places: Mapping[str, str]) -> LazyGroup:
    group = LazyGroup(
        name=name, help=cleandoc(text), context_settings={"help_option_names": ["-h", "--help"]}
    )
    group.places = places
    return group
