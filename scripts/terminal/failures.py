"""The error that a command reports in one line, without a traceback."""


class Failure(Exception):
    """Ends a command with exit status 1; the message says what is wrong and how to fix it."""
