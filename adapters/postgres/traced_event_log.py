"""The event log as it is, but each append in a span of its own."""

from collections.abc import Sequence

from typing_extensions import override

from adapters.crypto.data_keys import KeyWrapping
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.pools import Pool
from adapters.postgres.reader import PostgresReader
from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import Append
from application.eventstore.recent_events import RecentEvents
from application.telemetry.metrics import Metrics
from application.telemetry.tracing import Tracing


class TracedEventLog(PostgresEventLog):
    def __init__(  # noqa: PLR0913, PLR0917 - those of the log, and who traces it
        self,
        tracing: Tracing,
        select: PostgresReader,
        pool: Pool,
        tail: RecentEvents,
        wrapping: KeyWrapping,
        metrics: Metrics,
    ) -> None:
        super().__init__(select, pool, tail, wrapping, metrics)
        self._tracing = tracing

    @override
    async def append(self, entry: Append) -> Sequence[RecordedEvent]:
        with self._tracing.append(entry.records) as told:
            stored = await super().append(entry)
            told(stored)
            return stored
