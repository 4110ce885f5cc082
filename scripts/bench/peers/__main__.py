"""``python -m scripts.bench.peers``: the peer as a process of its own.

Served as Forge is: the same loop and parser, no access log of uvicorn's, no header of a proxy or
of the server's, the cyclic collector out of the way.
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
    admit = None
    if options.check == "keyed":
        admit = key_check(connections, load_or_create_secrets(read_settings(options.data_dir)))
    collect_rarely()
    uvicorn.run(
        create_app(connections, admit),
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
    """Make a pool as psycopg_pool does by default, which commits what a request did at its end."""
    settings = {"autocommit": autocommit}
    return AsyncConnectionPool(conninfo, min_size=size, max_size=size, open=False, kwargs=settings)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.peers", description=__doc__)
    parser.add_argument("--conninfo", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pool", type=int, required=True, help="connections")
    parser.add_argument("--check", choices=("bare", "keyed"), required=True)
    parser.add_argument("--autocommit", action="store_true", help="one round trip a statement")
    parser.add_argument("--data-dir", type=Path, required=True, help="where the key's pepper is")
    return parser.parse_args()


if __name__ == "__main__":
    main()
