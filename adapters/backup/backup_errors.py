"""Errors of backups, restores and log files; the messages are for the command line."""


class BackupError(Exception):
    """Base class of these errors; the message says what is wrong and what to do about it."""


class FileRefused(BackupError):
    """The file is not a valid backup or log file; nothing was changed."""


class ToolMissing(BackupError):
    """Neither the wheel nor PATH has a suitable program."""


class ToolFailed(BackupError):
    """A Postgres program failed; the message is its first line of output."""


class DatabaseInUse(BackupError):
    """Processes are connected to the database that is to be replaced."""


class DatabaseNotEmpty(BackupError):
    """The database has events already."""


class AnotherMasterKey(BackupError):
    """The data keys cannot be decrypted with the present master key."""


class LedgerUnreadable(BackupError):
    """A line of the ledger is damaged: a restore would miss its erasure. The message names it."""
