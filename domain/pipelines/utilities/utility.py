"""What a utility is, apart from its code: what it takes, how it is configured, an example."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from domain.pipelines.refusals import InvalidConfig

SECONDS: Final = 30.0
"""How long a run may take (wire.md, json_api)."""
OUTPUT_BYTES: Final = 50 * 2**20

_PLACE = re.compile(r" - at `\$\.?([^`]*)`")
_FIELD = re.compile(r"field `([^`]+)`")


class Config(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """How a utility is to work. An option that there is not is refused, since it would do nothing.

    ``check`` is for what types cannot say: it raises ``InvalidConfig``.
    """

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        pass


class NoConfig(Config, frozen=True):
    """There is nothing to configure."""


C = TypeVar("C", bound=Config)


class Example(NamedTuple):
    """A run as it happens: the tests run each."""

    primary: Any
    config: Mapping[str, Any]
    output: Any
    secondary: Any = msgspec.UNSET


class Utility(NamedTuple):
    """``summary`` is one line; ``secondary`` says what the second input is, where there is one.

    ``linear`` are those whose work and output grow with input times configuration and no faster,
    without a library that would take its time. ``aliases`` are further names of options. A run
    may take ``seconds``, and make ``output_bytes`` of JSON.
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
        """Return the configuration as it is understood; raises ``InvalidConfig``."""
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
