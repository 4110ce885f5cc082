"""``python -m scripts.bench.forge_server``: Forge in one process, as ``forge serve`` runs it.

Edge, access log, key check, validation, event log, projections and the wait for them.
"""

import argparse
import asyncio
import os
import sys
from pathlib import Path

import structlog
import uvicorn
import uvloop
from redis.asyncio import Redis

from adapters.embedded_servers import EmbeddedServers
from adapters.secret_files import local_secrets
from api.edge.draining import Draining
from api.edge.hosts import HostPolicy
from scripts.logging_setup import access_log_for, configure_logging
from scripts.web import web_application
from scripts.wiring import Backend

_log = structlog.get_logger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    configure_logging("info", sys.stderr)
    uvloop.run(serve(options.data_dir, options.port))


async def serve(data_dir: Path, port: int) -> None:
    servers = EmbeddedServers.attached(data_dir)
    backend = Backend(servers.database_url("app"), local_secrets(os.environ, data_dir), _report)
    redis = Redis.from_url(servers.redis_url)
    access_log = access_log_for("info", sys.stderr)
    app = web_application(backend, redis, HostPolicy.serving(()), Draining(), access_log)
    config = uvicorn.Config(
        app,
        port=port,
        loop="none",  # the one that runs
        http="httptools",
        lifespan="on",
        access_log=False,
        log_config=None,
    )
    async with backend.running(), redis:
        backend.project()
        await asyncio.shield(uvicorn.Server(config).serve())


def _report(name: str, error: Exception) -> None:
    _log.error("task failed", task=name, error=repr(error))


if __name__ == "__main__":
    main()
