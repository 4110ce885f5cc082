"""``python -m scripts.bench.projector``: the read models' own process, as ``forge projector``."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

import structlog
import uvloop

from adapters.secret_files import local_secrets
from scripts.logging_setup import configure_logging
from scripts.wiring import Backend

_log = structlog.get_logger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conninfo", required=True)
    parser.add_argument("--data-dir", type=Path, required=True)
    options = parser.parse_args()
    configure_logging("info", sys.stderr)
    uvloop.run(project(options.conninfo, options.data_dir))


async def project(conninfo: str, data_dir: Path) -> None:
    backend = Backend(conninfo, local_secrets(os.environ, data_dir), _report)
    async with backend.running():
        backend.project()
        await asyncio.Event().wait()


def _report(name: str, error: Exception) -> None:
    _log.error("task failed", task=name, error=repr(error))


if __name__ == "__main__":
    main()
