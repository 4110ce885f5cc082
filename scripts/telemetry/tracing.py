"""Whether traces are wanted, by OpenTelemetry's own variables; nothing of it is loaded otherwise.

| variable                              | meaning                                                |
|---------------------------------------|--------------------------------------------------------|
| `OTEL_EXPORTER_OTLP_ENDPOINT`         | where to, by HTTP; turns traces on                     |
| `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`  | the same for traces alone, with the path               |
| `OTEL_TRACES_EXPORTER`                | `otlp` turns them on (to port 4318 here), `none` off   |
| `OTEL_SDK_DISABLED`                   | `true` turns them off                                  |
| `OTEL_SERVICE_NAME`                   | default: `forge`                                       |

The SDK reads its others itself: `OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_HEADERS` and so on.
"""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from api.http.version import VERSION
from application.telemetry.tracing import NO_TRACING, Tracing
from scripts.terminal.failures import Failure

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")
HTTP: Final = "http/protobuf"


def wanted(environ: Mapping[str, str]) -> bool:
    """Tell whether spans are to be sent; raises ``Failure`` for a way that we do not have."""
    exporter = environ.get("OTEL_TRACES_EXPORTER", "").strip()
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true" or exporter == "none":
        return False
    if not exporter and not any(environ.get(name) for name in ENDPOINTS):
        return False
    if exporter not in ("", "otlp"):
        raise Failure(f"OTEL_TRACES_EXPORTER is {exporter}; there are only otlp and none.")
    for name in PROTOCOLS:
        if environ.get(name, HTTP) != HTTP:
            raise Failure(f"{name} is {environ[name]}; there is only {HTTP}.")
    return True


@asynccontextmanager
async def traced(process: str) -> AsyncIterator[Tracing]:
    """Trace what this process does while entered, where that is wanted."""
    if not wanted(os.environ):
        yield NO_TRACING
        return
    from adapters.telemetry.otel_export import exporting  # noqa: PLC0415 - a third of a second of imports

    async with exporting(process, VERSION, os.environ) as tracing:
        yield tracing
