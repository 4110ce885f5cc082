"""A Valkey that tests stop and start: the suite's own outlives every test."""

import socket
import subprocess
from pathlib import Path

from adapters.embedded.binaries import valkey_server
from adapters.embedded.os_account import current_account


class MortalValkey:
    """Lives in a directory, on a Unix socket only, and remembers nothing."""

    def __init__(self, directory: Path) -> None:
        self._program = valkey_server(current_account(), directory)
        self._directory = directory
        self._socket = directory / "valkey.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self._socket}?db=0"

    def start(self) -> None:
        settings = ["--port", "0", "--save", "", "--logfile", "", "--dir", str(self._directory)]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [self._program, *settings, "--unixsocket", str(self._socket)],
            stdout=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        """Kill it, if it lives."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    async def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self._socket))
            except OSError:
                return False
        return True
