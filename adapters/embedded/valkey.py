"""Embedded Valkey: durable to the second, on a Unix socket only."""

import socket
from pathlib import Path
from signal import SIGTERM

from adapters.embedded.binaries import valkey_server
from adapters.embedded.layout import ServerLayout, make_private_directory
from adapters.embedded.server_process import ServerProcess

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",  # the append-only file is the only copy
    "maxmemory-policy": "noeviction",  # keys must not be evicted silently
    "logfile": "",
}


def launch(layout: ServerLayout) -> ServerProcess:
    directory = make_private_directory(layout.data_dir / "valkey", layout.account)
    socket_path(layout.sockets).unlink(missing_ok=True)
    places = {"dir": str(directory), "unixsocket": str(socket_path(layout.sockets))}
    command: list[str | Path] = [valkey_server(layout.account, layout.data_dir)]
    for name, value in {**SETTINGS, **places}.items():
        command += [f"--{name}", value]
    return ServerProcess(layout, "valkey", command, [SIGTERM])


def is_ready(layout: ServerLayout) -> bool:
    """Send a PING: while the server loads its file it answers with an error."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(socket_path(layout.sockets)))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def socket_path(sockets: Path) -> Path:
    return sockets / "valkey.sock"
