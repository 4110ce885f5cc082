"""What can be wrong with backups, restores and log files, in words for the command line."""


class BackupError(Exception):
    """Base of all of them; the message says what is wrong and what to do about it."""


class FileRefused(BackupError):
    """The file is not what it should be; nothing was changed."""


class ToolMissing(BackupError):
    """Neither the wheel nor PATH has a program that will do."""


class ToolFailed(BackupError):
    """A program of Postgres's gave up; the message ends with what it said."""


class DatabaseInUse(BackupError):
    """Somebody serves from the database that is to be replaced."""


class DatabaseNotEmpty(BackupError):
    """There is a log already."""


class AnotherMasterKey(BackupError):
    """What is sealed cannot be opened with the master key at hand."""


class LedgerUnreadable(BackupError):
    """The message names the line: what it told would be left out of a restore."""
