"""Backups made and brought back without a process of their own, on a test's own database."""

from pathlib import Path
from typing import Any

from adapters.crypto.secret_files import VARIABLES
from scripts.config.settings import Settings
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS


def environ_of(database: Database, redis_url: str) -> dict[str, str]:
    """Return what a process needs to work on a database."""
    keys = {variable: getattr(SECRETS, name).hex() for name, variable in VARIABLES.items()}
    addresses = {
        "DATABASE_URL": database.owner,
        "FORGE_APP_DATABASE_URL": database.app,
        "REDIS_URL": redis_url,
    }
    return keys | addresses


def settings_of(database: Database, data_dir: Path, **changed: Any) -> Settings:
    """Return the settings of a command on a database, with other secrets where given."""
    environ = environ_of(database, "unix:///nowhere/valkey.sock") | changed
    return Settings.read(data_dir, environ)
