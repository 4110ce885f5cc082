"""Generated logs: streams of every kind, decided command by command."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from datetime import timedelta
from itertools import count
from typing import Any, Final, NamedTuple
from uuid import UUID

from hypothesis import strategies as st

from application.catalogue import DECIDERS
from application.documents.documents import DOCUMENT
from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin, RecordedEvent
from domain.messages import Command, Event
from domain.refusals import Refusal
from tests.support.domain.event_table import unique_key
from tests.support.domain.records import ACME, RIVAL
from tests.support.domain.scenario import NOW
from tests.support.domain.strategies import commands, values_of

PAUSES: Final = st.sampled_from([timedelta(0), timedelta(days=1), timedelta(days=31)])


class Stream(NamedTuple):
    category: str
    origin: Origin
    events: Sequence[Event]

    @property
    def claim(self) -> Hashable:
        """The value that no other stream may have: read models have unique indexes on it."""
        first = self.events[0] if self.events else None
        key = None if first is None else unique_key(first, self.origin.org_id)
        return object() if key is None else key


@st.composite
def streams(draw: st.DrawFn) -> Stream:
    decider = draw(st.just(DOCUMENT) | st.sampled_from(DECIDERS))
    beginning, *others = map(values_of, commands(decider))
    asked = [draw(beginning), *draw(st.lists(st.one_of(beginning, *others), max_size=12))]
    pauses = draw(st.lists(PAUSES, min_size=len(asked), max_size=len(asked)))
    emitted = _decide_all(decider, list(zip(asked, pauses, strict=True)))
    return Stream(decider.category, draw(st.sampled_from([ACME, RIVAL])), [*emitted])


def pasts(*, most: int = 5) -> st.SearchStrategy[Sequence[RecordedEvent]]:
    """Generate a log of several streams, interleaved; each keeps its own order."""
    several = st.lists(streams(), min_size=1, max_size=most, unique_by=lambda stream: stream.claim)
    return several.flatmap(
        lambda made: st.permutations(
            [place for place, stream in enumerate(made) for _ in stream.events]
        ).map(lambda order: record_streams(made, order))
    )


def record_streams(made: Sequence[Stream], order: Sequence[int]) -> Sequence[RecordedEvent]:
    """Record the next event of the stream at each place in ``order``."""
    versions: Counter[int] = Counter()
    log: list[RecordedEvent] = []
    for position, place in zip(count(1), order):
        versions[place] += 1
        stream, version = made[place], versions[place]
        log.append(
            RecordedEvent(
                event_id=UUID(int=position),
                stream=f"{stream.category}-{place}",
                version=version,
                recorded_at=NOW + timedelta(milliseconds=position),
                origin=stream.origin,
                event=stream.events[version - 1],
                position=position,
            )
        )
    return log


def _decide_all(
    decider: Decider[Any, Any, Any], asked: Sequence[tuple[Command, timedelta]]
) -> Iterator[Event]:
    """Run commands one after the other; skip refused ones."""
    state, now = None, NOW
    for command, pause in asked:
        now += pause
        try:
            emitted = decider.decide(state, command, now)
        except Refusal:
            continue
        for event in emitted:
            state = decider.evolve(state, event)
            yield event
