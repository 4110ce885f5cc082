"""``python -m scripts.bench.peers``: runs a peer in its own process.

Configured like Forge: same event loop and HTTP parser, no uvicorn access log, no proxy or server
headers, rare garbage collection.
"""

import argparse
from pathlib import Path

import uvicorn
from psycopg_pool import AsyncConnectionPool

from adapters.postgres.pools import Pool
from scripts.bench.peers.crud import create_app, key_check
from scripts.config.options import read_settings
from scripts.config.secrets import load_or_create_secrets
from scripts.processes.process import collect_rarely


def main() -> None:
    options = _options()
    connections = _pool(options.conninfo, options.pool, autocommit=options.autocommit)
    guard = None
    if options.check == "keyed":
        guard = key_check(connections, load_or_create_secrets(read_settings(options.data_dir)))
    collect_rarely()
    uvicorn.run(
        create_app(connections, guard),
        port=options.port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
    )


def _pool(conninfo: str, size: int, *, autocommit: bool) -> Pool:
    """Make a pool; without ``autocommit`` it commits at the end of a request, its default."""
    settings = {"autocommit": autocommit}
    return AsyncConnectionPool(conninfo, min_size=size, max_size=size, open=False, kwargs=settings)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.peers", description=__doc__)
    parser.add_argument("--conninfo", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pool", type=int, required=True, help="connections")
    parser.add_argument("--check", choices=("bare", "keyed"), required=True)
    parser.add_argument("--autocommit", action="store_true", help="one round trip per statement")
    parser.add_argument("--data-dir", type=Path, required=True, help="directory of the key pepper")
    return parser.parse_args()


if __name__ == "__main__":
    main()
