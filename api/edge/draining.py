"""Whether this process is on its way out: shared by the edge, readiness and whoever stops it."""


class Draining:
    """Once begun, every answer closes its connection, so that clients move to another process."""

    __slots__ = ("begun",)

    def __init__(self) -> None:
        self.begun = False

    def begin(self) -> None:
        self.begun = True
