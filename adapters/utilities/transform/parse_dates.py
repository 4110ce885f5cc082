"""Utility ``transform.parse-dates``: dates of many formats as ISO 8601, by dateutil."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import parser

from adapters.utilities.inputs import Inputs, require_text
from domain.pipelines.path_values import change_at_paths
from domain.pipelines.refusals import InvalidConfig, InvalidInput
from domain.pipelines.utilities.transform import ParseDates

MAX_DATE_TEXT: Final = 100
DEFAULTS: Final = (datetime(2000, 1, 1), datetime(2004, 2, 2))  # noqa: DTZ001 - read in its zone
"""Defaults for missing parts: a date that comes out differently lacks a year or a day."""


def run(inputs: Inputs, config: ParseDates) -> Any:
    read = partial(_to_iso, _parser_of(config.format), _zone(config.tz))

    def each_text(value: Any) -> Any:
        return [each_text(item) for item in value] if isinstance(value, list) else read(value)

    return change_at_paths(inputs.primary, config.targets or ("$",), each_text)


def _to_iso(read: Callable[[str], datetime], zone: tzinfo, value: Any) -> str | None:
    if value is None:
        return None
    source = require_text(value, "dates as texts")
    try:
        parsed = read(source.strip())
    except (ValueError, OverflowError, TypeError) as error:
        raise InvalidInput(f"{source[:MAX_DATE_TEXT]!r} is not a date that can be read.") from error
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)).isoformat()


def _parser_of(form: str | None) -> Callable[[str], datetime]:
    if form is not None:
        return lambda source: datetime.strptime(source, form)  # noqa: DTZ007 - given one later
    return _parse_any


def _parse_any(source: str) -> datetime:
    if len(source) > MAX_DATE_TEXT:
        raise ValueError(source)
    parsed: datetime
    parsed, other = (parser.parse(source, default=default) for default in DEFAULTS)
    if parsed != other:
        raise ValueError(source)
    return parsed


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidConfig(f"There is no time zone {name!r}.", "tz") from error
