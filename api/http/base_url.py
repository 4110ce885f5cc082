"""The service's base URL, as the client addresses it: links in mails begin with it.

It comes from the Host header, which ``api.edge.hosts`` has checked against its allow-list: a
forged Host cannot make mails link elsewhere.
"""

from collections.abc import Mapping


class BaseUrl:
    """Builds base URLs; ``secure`` in remote mode, where a proxy in front terminates TLS."""

    def __init__(self, *, secure: bool) -> None:
        self._scheme = "https" if secure else "http"

    def base(self, headers: Mapping[bytes, bytes]) -> str:
        return f"{self._scheme}://{headers[b'host'].decode('latin-1')}"
