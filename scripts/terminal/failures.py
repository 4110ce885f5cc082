"""What can go wrong in an operator's hands, told in one line and without a traceback."""


class Failure(Exception):
    """The message says what is wrong and what to do about it. Exit status 1."""
