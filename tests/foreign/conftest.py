"""The fixtures of end-to-end tests, for clients and readers that are not ours."""

from tests.e2e.conftest import client, service

__all__ = ["client", "service"]
