"""Logging set-up: JSON lines on stderr, or readable lines on a terminal.

structlog and the standard library's loggers (uvicorn, psycopg, dramatiq) meet in one handler.
"""

import logging
from collections.abc import Callable
from typing import Any, Final, TextIO

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import JSONRenderer, TimeStamper, format_exc_info
from structlog.stdlib import LoggerFactory, ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import Processor

from api.edge.access_log import AccessLog, console_line, json_line

TIME: Final = "time"
LIBRARY_LOGGERS: Final = ("uvicorn", "uvicorn.error", "uvicorn.access", "dramatiq")
"""Loggers with handlers of their own, which would print each line twice."""


def configure_logging(level: str, stream: TextIO) -> None:
    """Log messages of ``level`` (``info``, ``warning`` …) and above to ``stream``."""
    threshold = _threshold(level)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        ProcessorFormatter(
            processors=[ProcessorFormatter.remove_processors_meta, *_renderers(stream)],
            foreign_pre_chain=_shared_processors(),
        )
    )
    logging.basicConfig(handlers=[handler], level=threshold, force=True)
    for name in LIBRARY_LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    structlog.configure(
        processors=[*_shared_processors(), ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def access_log_for(level: str, stream: TextIO) -> AccessLog | None:
    """Return the access log in the format of ``configure_logging``, or ``None`` above ``info``."""
    if _threshold(level) > logging.INFO:
        return None
    return AccessLog(_writer(stream), console_line if stream.isatty() else json_line)


def _writer(stream: TextIO) -> Callable[[bytes], None]:
    def write(lines: bytes) -> None:
        stream.flush()
        stream.buffer.write(lines)
        stream.buffer.flush()

    return write


def _threshold(level: str) -> int:
    known = logging.getLevelNamesMapping()
    if level.upper() not in known:
        raise ValueError(f"No such log level: {level}. Known: {', '.join(known).lower()}.")
    return known[level.upper()]


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        add_log_level,
        add_logger_name,
        TimeStamper(fmt="iso", utc=True, key=TIME),
    ]


def _renderers(stream: TextIO) -> list[Processor]:
    """Render escapes, so that no value breaks a line; tracebacks never show local values."""
    if stream.isatty():
        console = ConsoleRenderer(
            timestamp_key=TIME, repr_native_str=True, exception_formatter=plain_traceback
        )
        return [console]
    return [format_exc_info, JSONRenderer(default=_as_text)]


def _as_text(value: Any) -> str:
    return repr(value)
