"""What can go wrong with the embedded servers, in words for whoever runs the command line."""


class EmbeddedServersError(RuntimeError):
    """Base of all of them."""


class ServersNotRunning(EmbeddedServersError):
    """No living process owns servers in that data directory."""


class ServerFailed(EmbeddedServersError):
    """A server ended, or did not answer in time; the message ends with what it logged."""


class DataDirectoryRefused(EmbeddedServersError):
    """The data directory, or something on the way to it, cannot be used as it is."""
