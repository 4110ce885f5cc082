"""``transform.parse-dates``, by dateutil."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import parser

from adapters.utilities.inputs import Inputs, text
from domain.pipelines.path_values import change_at_paths
from domain.pipelines.refusals import InvalidConfig, InvalidInput
from domain.pipelines.utilities.transform import ParseDates

MAX_DATE_TEXT: Final = 100
DEFAULTS: Final = (datetime(2000, 1, 1), datetime(2004, 2, 2))  # noqa: DTZ001 - read in its zone
"""What is not said would be taken from these: a date that names no year or day is none."""


def run(inputs: Inputs, config: ParseDates) -> Any:
    read = partial(_iso, _read(config.format), _zone(config.tz))

    def each_text(value: Any) -> Any:
        return [each_text(item) for item in value] if isinstance(value, list) else read(value)

    return change_at_paths(inputs.primary, config.targets or ("$",), each_text)


def _iso(read: Callable[[str], datetime], zone: tzinfo, value: Any) -> str | None:
    if value is None:
        return None
    source = text(value, "dates as texts")
    try:
        made = read(source.strip())
    except (ValueError, OverflowError, TypeError) as error:
        raise InvalidInput(f"{source[:MAX_DATE_TEXT]!r} is not a date that can be read.") from error
    return (made if made.tzinfo else made.replace(tzinfo=zone)).isoformat()


def _read(form: str | None) -> Callable[[str], datetime]:
    if form is not None:
        return lambda source: datetime.strptime(source, form)  # noqa: DTZ007 - given one later
    return _recognised


def _recognised(source: str) -> datetime:
    if len(source) > MAX_DATE_TEXT:
        raise ValueError(source)
    made: datetime
    made, other = (parser.parse(source, default=default) for default in DEFAULTS)
    if made != other:
        raise ValueError(source)
    return made


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidConfig(f"There is no time zone {name!r}.", "tz") from error
