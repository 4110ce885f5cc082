"""Whether data keys can be opened with the master key at hand: asked before anyone is served."""

import os
from typing import Final, LiteralString

from psycopg import Connection

from adapters.backup.backup_errors import AnotherMasterKey
from adapters.crypto.data_keys import KeyWrapping, NotOpened
from adapters.crypto.master_keys import MasterKeys
from adapters.crypto.secret_files import Secrets

ANY: Final[LiteralString] = "SELECT stream, wrapped FROM data_keys LIMIT 1"


def require_master_key(conninfo: str, secrets: Secrets) -> None:
    """Raise ``AnotherMasterKey`` when what is sealed was sealed under another."""
    with Connection.connect(conninfo) as connection:
        row = connection.execute(ANY).fetchone()
    try:
        if row is not None:
            KeyWrapping(MasterKeys(secrets), os.urandom).opened(*row)
    except NotOpened as error:
        raise AnotherMasterKey(
            "The master key at hand (FORGE_MASTER_KEY, or the file in <data-dir>/secrets) is not "
            "the one this was sealed under: without that nobody can read it. If it has been "
            "rotated since, name the one before in FORGE_FURTHER_MASTER_KEYS."
        ) from error
