"""Docker detection over its socket: quicker than the import of its client library."""

import os
import socket
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

SOCKET: Final = "unix:///var/run/docker.sock"
PATIENCE: Final = 0.4  # seconds, for connecting and for the answer: under one in all


def docker_answers(environ: Mapping[str, str] = os.environ) -> bool:
    """Ask for a sign of life. An engine behind SSH or TLS counts as absent."""
    try:
        with _connect(urlsplit(environ.get("DOCKER_HOST") or SOCKET)) as engine:
            engine.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
            return engine.recv(64).split(b" ")[1:2] == [b"200"]
    except (OSError, ValueError):
        return False


def _connect(address: SplitResult) -> socket.socket:
    match address.scheme:
        case "unix":
            engine = socket.socket(socket.AF_UNIX)
            engine.settimeout(PATIENCE)
            try:
                engine.connect(address.path)
            except OSError:
                engine.close()
                raise
            return engine
        case "tcp" | "http":
            return socket.create_connection(
                (address.hostname or "", address.port or 2375), PATIENCE
            )
        case _:
            raise ValueError(address.scheme)
