"""``python -m scripts.bench.peers NAME``: runs a peer in its own process."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from psycopg_pool import AsyncConnectionPool

from scripts.bench.peers.server import serve
from scripts.config.options import read_settings
from scripts.config.secrets import load_or_create_secrets


def _crud(options: argparse.Namespace) -> Any:
    """Make the CRUD peer; without ``autocommit`` its pool commits after a request, its default."""
    from scripts.bench.peers import crud

    settings = {"autocommit": options.autocommit}
    size = {"min_size": options.pool, "max_size": options.pool}
    pool = AsyncConnectionPool(options.conninfo, **size, open=False, kwargs=settings)
    if not options.keyed:
        return crud.create_app(pool, None)
    secrets = load_or_create_secrets(read_settings(options.data_dir))
    return crud.create_app(pool, crud.key_check(pool, secrets))


def _fastapi(options: argparse.Namespace) -> Any:
    from scripts.bench.peers.fastapi_audit import create_app

    return create_app(options.conninfo)


def _eventsourcing(options: argparse.Namespace) -> Any:
    from scripts.bench.peers.eventsourcing_library import create_app

    return create_app(options.conninfo, options.pool)


def _hello(_: argparse.Namespace) -> Any:
    from scripts.bench.peers.hello import create_app

    return create_app()


PEERS: Final[Mapping[str, Callable[[argparse.Namespace], Any]]] = {
    "crud": _crud,
    "fastapi": _fastapi,
    "eventsourcing": _eventsourcing,
    "hello": _hello,
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.peers", description=__doc__)
    parser.add_argument("name", choices=PEERS)
    parser.add_argument("--conninfo", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pool", type=int, required=True, help="connections, of crud and library")
    parser.add_argument("--autocommit", action="store_true", help="one round trip per statement")
    parser.add_argument("--keyed", action="store_true", help="check keys as Forge does")
    parser.add_argument("--data-dir", type=Path, required=True, help="directory of the key pepper")
    return parser.parse_args()


def main() -> None:
    options = _options()
    serve(PEERS[options.name](options), options.port)


if __name__ == "__main__":
    main()
