"""Keeps out what a library would load for a feature that nobody here uses.

redis takes OpenTelemetry's metrics along wherever they are installed, as they are for traces:
some 50 ms of every start.
"""

import sys
from typing import Final

UNUSED: Final = "opentelemetry.sdk.metrics"


def block_unused_imports() -> None:
    """Have it count as not installed, from now on, in this process."""
    sys.modules.setdefault(UNUSED, None)  # type: ignore[arg-type]  # what Python itself takes for that
