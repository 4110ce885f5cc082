"""Description of a utility without its code: inputs, configuration, limits, example."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from domain.pipelines.refusals import InvalidConfig

SECONDS: Final = 30.0
"""Time limit of a run (wire.md, json_api)."""
OUTPUT_BYTES: Final = 50 * 2**20

_PLACE = re.compile(r" - at `\$\.?([^`]*)`")
_FIELD = re.compile(r"field `([^`]+)`")


class Config(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Base of configurations. Unknown options are refused.

    ``check`` validates what types cannot express; it raises ``InvalidConfig``.
    """

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        pass


class NoConfig(Config, frozen=True):
    """Configuration of a utility without options."""


C = TypeVar("C", bound=Config)


class Example(NamedTuple):
    """An example run; tests execute each."""

    primary: Any
    config: Mapping[str, Any]
    output: Any
    secondary: Any = msgspec.UNSET


class Utility(NamedTuple):
    """A utility; ``summary`` is one line, ``secondary`` describes the second input, if any.

    ``linear`` marks utilities whose time and output grow at most with input times configuration,
    without slow libraries. ``aliases`` are alternative names of options. A run may take ``seconds``
    and produce ``output_bytes`` of JSON.
    """

    id: str
    summary: str
    config: type[Config]
    example: Example
    secondary: str | None = None
    linear: bool = False
    aliases: Mapping[str, str] = {}
    seconds: float = SECONDS
    output_bytes: int = OUTPUT_BYTES

    def parse_config(self, config: Mapping[str, Any]) -> Config:
        """Convert and validate a configuration; raises ``InvalidConfig``."""
        named = {self.aliases.get(name, name): value for name, value in config.items()}
        try:
            return msgspec.convert(named, self.config)
        except msgspec.ValidationError as error:
            raise _invalid(str(error)) from error

    @property
    def schema(self) -> Mapping[str, Any]:
        """The JSON Schema of the configuration (draft 2020-12)."""
        whole = msgspec.json.schema(self.config)
        definitions = dict(whole["$defs"])
        root = definitions.pop(whole["$ref"].rpartition("/")[2])
        root.pop("title", None)
        root.pop("description", None)
        return {**root, "$defs": definitions} if definitions else root


def _invalid(complaint: str) -> InvalidConfig:
    place = match[1] if (match := _PLACE.search(complaint)) else ""
    what = _PLACE.sub("", complaint)
    named = match[1] if (match := _FIELD.search(what)) else ""
    field = ".".join(part for part in (place, named) if part)
    return InvalidConfig(f"{place}: {what}." if place else f"{what}.", field)
