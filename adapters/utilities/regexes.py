"""Regular expressions of clients: on RE2, whose time grows with the text and no faster."""

from functools import lru_cache
from typing import Any, Final

import re2

from domain.pipelines.refusals import InvalidConfig

MEMORY: Final = 2**20
"""Bytes that a compiled expression may take: refuses ``(a{1000}){1000}``."""


@lru_cache(maxsize=64)
def compiled(pattern: str) -> Any:
    """Return an expression compiled; raises ``InvalidConfig``."""
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0]
        told = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise InvalidConfig(f"The regular expression cannot be used: {told}.") from error
