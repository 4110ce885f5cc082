"""The service's address as the browser that asks knows it: what links in mails begin with.

Host is on the allow-list by the time anybody reads it (``api.edge.hosts``), so nobody can have us
mail links to elsewhere.
"""

from collections.abc import Mapping


class BaseUrl:
    """``secure`` in remote mode, where TLS ends at a proxy in front."""

    def __init__(self, *, secure: bool) -> None:
        self._scheme = "https" if secure else "http"

    def base(self, headers: Mapping[bytes, bytes]) -> str:
        return f"{self._scheme}://{headers[b'host'].decode('latin-1')}"
