"""HTTP server of the peers, configured like Forge's.

Same event loop and HTTP parser, no uvicorn access log, no proxy or server headers, rare garbage
collection. Forge's composition is not imported: it registers dumpers of arrays with psycopg, with
which other libraries do not work.
"""

import gc
from typing import Any

import uvicorn


def serve(app: Any, port: int) -> None:
    """Serve an ASGI application until SIGTERM."""
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)  # as scripts/processes/process.py
    uvicorn.run(
        app,
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
    )
