"""Regular expressions of clients, on RE2: matching takes linear time."""

from functools import lru_cache
from typing import Any, Final

import re2

from domain.pipelines.refusals import InvalidConfig

MEMORY: Final = 2**20
"""Bytes of a compiled expression; refuses ``(a{1000}){1000}``."""


@lru_cache(maxsize=64)
def compile_regex(pattern: str) -> Any:
    """Compile an expression; raises ``InvalidConfig``."""
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0]
        detail = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise InvalidConfig(f"The regular expression cannot be used: {detail}.") from error
