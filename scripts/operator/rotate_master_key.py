"""``forge secrets rotate``: another master key, and every data key put under it."""

import os
from pathlib import Path

from psycopg import connect

from adapters.crypto.data_keys import KeyWrapping
from adapters.crypto.master_key_file import begin_rotation, finish_rotation, rotation_pending
from adapters.crypto.master_keys import MasterKeys
from adapters.postgres.key_rewrapping import count_under_other_keys, rewrap
from scripts.config.connections import connections_in_use
from scripts.config.secrets import load_secrets
from scripts.config.settings import Settings
from scripts.terminal.failures import Failure
from scripts.terminal.printing import Row
from scripts.terminal.progress import bytes_going_by


class StillNeeded(Failure):
    """Something is sealed under a master key that was to be forgotten."""


def rotated(settings: Settings) -> Row:
    """Make a new master key, unless a rotation goes on or it is named, and put all under it."""
    directory = _directory(settings)
    if directory is not None and not rotation_pending(directory):
        begin_rotation(directory)
    return _rewrapped(settings)


def finished(settings: Settings) -> Row:
    """Put under the new key what has been sealed under the one before since, and forget that."""
    row = _rewrapped(settings)
    if row["remaining"]:
        raise StillNeeded(
            f"{row['remaining']} data keys have been made under the former master key meanwhile: "
            "restart the processes that still use it, and finish then."
        )
    if (directory := _directory(settings)) is not None:
        finish_rotation(directory)
    return row


def _rewrapped(settings: Settings) -> Row:
    wrapping = KeyWrapping(MasterKeys(load_secrets(settings)), os.urandom)
    count = 0
    with connect(connections_in_use(settings).owner, autocommit=True) as connection:
        with bytes_going_by("data keys", count_under_other_keys(connection, wrapping)) as gone_by:
            for done in rewrap(connection, wrapping):
                gone_by(done)
                count += done
        remaining = count_under_other_keys(connection, wrapping)
    return {"rewrapped": count, "remaining": remaining}


def _directory(settings: Settings) -> Path | None:
    """Return where the master key's file is, unless it is named in the environment."""
    return None if settings.secrets.master_key else settings.data_dir / "secrets"
