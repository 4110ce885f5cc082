"""The running service without HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from adapters.crypto.secret_files import Secrets
from scripts.composition.backend import Backend
from tests.support.servers.databases import Database

SECRETS: Final = Secrets(master_key=b"m" * 32, key_pepper=b"p" * 32, signing_key=b"s" * 32)


class Failures(list[tuple[str, Exception]]):
    """Records the failures of supervised tasks."""

    def __call__(self, name: str, error: Exception) -> None:
        self.append((name, error))


@asynccontextmanager
async def running_backend(database: Database) -> AsyncIterator[Backend]:
    """Run a backend that also projects, as a process of its own would."""
    backend = Backend(database.app, SECRETS, Failures())
    async with backend.running():
        backend.project()
        yield backend
