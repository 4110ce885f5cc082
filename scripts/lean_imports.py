"""Blocks imports of optional dependencies that this program does not use.

redis imports OpenTelemetry's metrics if they are installed, as they are for traces; that costs
some 50 ms of every start.
"""

import sys
from typing import Final

UNUSED: Final = "opentelemetry.sdk.metrics"


def block_unused_imports() -> None:
    """Make further imports of ``UNUSED`` in this process raise ``ImportError``."""
    sys.modules.setdefault(UNUSED, None)  # type: ignore[arg-type]  # None makes Python raise ImportError
