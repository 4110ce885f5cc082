"""A clock that tests advance."""

from datetime import datetime, timedelta

from tests.support.domain.scenario import NOW


class Clock:
    def __init__(self) -> None:
        self.now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by
