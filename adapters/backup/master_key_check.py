"""Check that the present master key decrypts the data keys, before a service starts."""

import os
from typing import Final, LiteralString

from psycopg import Connection

from adapters.backup.backup_errors import AnotherMasterKey
from adapters.crypto.data_keys import DecryptionFailed, KeyWrapping
from adapters.crypto.master_keys import MasterKeys
from adapters.crypto.secret_files import Secrets

ANY: Final[LiteralString] = "SELECT stream, wrapped FROM data_keys LIMIT 1"


def require_master_key(conninfo: str, secrets: Secrets) -> None:
    """Raise ``AnotherMasterKey`` when the data keys are wrapped under another master key."""
    with Connection.connect(conninfo) as connection:
        row = connection.execute(ANY).fetchone()
    try:
        if row is not None:
            KeyWrapping(MasterKeys(secrets), os.urandom).unwrap(*row)
    except DecryptionFailed as error:
        raise AnotherMasterKey(
            "The present master key (FORGE_MASTER_KEY, or the file in <data-dir>/secrets) is not "
            "the one that this was encrypted with, and without that it cannot be read. If the "
            "key has been rotated since, set FORGE_FURTHER_MASTER_KEYS to the former one."
        ) from error
