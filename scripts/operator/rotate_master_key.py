"""``forge secrets rotate``: makes a new master key and re-wraps every data key under it."""

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
from scripts.terminal.progress import byte_progress


class FormerKeyInUse(Failure):
    """Data keys are still wrapped under the former master key."""


def rotate(settings: Settings) -> Row:
    """Make a new master key and re-wrap the data keys.

    Continues a rotation that was interrupted. A key in ``FORGE_MASTER_KEY`` is not replaced.
    """
    directory = _directory(settings)
    if directory is not None and not rotation_pending(directory):
        begin_rotation(directory)
    return _rewrap(settings)


def finish(settings: Settings) -> Row:
    """Re-wrap the data keys made since and delete the former key; raises ``FormerKeyInUse``."""
    row = _rewrap(settings)
    if row["remaining"]:
        raise FormerKeyInUse(
            f"{row['remaining']} data keys were made under the former master key meanwhile: "
            "restart the processes that still use it, then run this again."
        )
    if (directory := _directory(settings)) is not None:
        finish_rotation(directory)
    return row


def _rewrap(settings: Settings) -> Row:
    wrapping = KeyWrapping(MasterKeys(load_secrets(settings)), os.urandom)
    count = 0
    with connect(connections_in_use(settings).owner, autocommit=True) as connection:
        with byte_progress("data keys", count_under_other_keys(connection, wrapping)) as advance:
            for done in rewrap(connection, wrapping):
                advance(done)
                count += done
        remaining = count_under_other_keys(connection, wrapping)
    return {"rewrapped": count, "remaining": remaining}


def _directory(settings: Settings) -> Path | None:
    """Return the directory of the key file, or None with a key from the environment."""
    return None if settings.secrets.master_key else settings.data_dir / "secrets"
