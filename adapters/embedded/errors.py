"""Errors of the embedded servers; the messages are for the command line."""


class EmbeddedServersError(RuntimeError):
    """Base class of these errors."""


class ServersNotRunning(EmbeddedServersError):
    """No running process owns servers in that data directory."""


class ServerFailed(EmbeddedServersError):
    """A server ended, or did not answer in time; the message ends with the end of its log."""


class DataDirectoryRefused(EmbeddedServersError):
    """The data directory, or a directory above it, cannot be used as it is."""
