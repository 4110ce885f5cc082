"""One-line messages for expected errors; other errors keep their traceback."""

from typing import Final

from psycopg import Error
from redis import RedisError

from adapters.backup.backup_errors import BackupError
from adapters.crypto.secret_files import SecretRefused
from adapters.embedded.errors import EmbeddedServersError
from adapters.postgres.migration_files import MigrationRefused
from domain.refusals import Refusal
from scripts.terminal.failures import Failure

SELF_EXPLAINING: Final = (
    BackupError,
    EmbeddedServersError,
    Failure,
    MigrationRefused,
    Refusal,
    SecretRefused,
)


def error_message(error: Exception) -> str | None:
    """Return the message for an expected error, or None."""
    match error:
        case Error():
            return f"database error: {_one_line(error)}"
        case RedisError():
            return f"Redis error: {_one_line(error)}"
        case BrokenPipeError():
            return "the output was closed"
        case OSError(filename=str(name), strerror=str(reason)):
            return f"{name}: {reason}"
        case _ if isinstance(error, SELF_EXPLAINING):
            return _one_line(error)
    return None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
