"""Commands as they are, but each in a span of its own."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from typing_extensions import override

from application.eventstore.aggregates import Aggregates
from application.eventstore.command_handler import CommandHandler, Enclose, Written, alone
from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin
from application.eventstore.event_store import EventLog
from application.telemetry.tracing import Tracing


class TracedCommands(CommandHandler):
    def __init__(
        self,
        tracing: Tracing,
        log: EventLog,
        aggregates: Aggregates,
        clock: Callable[[], datetime],
        new_event_id: Callable[[], UUID],
    ) -> None:
        super().__init__(log, aggregates, clock, new_event_id)
        self._tracing = tracing

    @override
    async def begin(
        self,
        decider: Decider[Any, Any, Any],
        key: str,
        command: Any,
        by: Origin,
        *,
        enclose: Enclose = alone,
    ) -> Written:
        with self._tracing.command(type(command).__name__, decider.category, by):
            return await super().begin(decider, key, command, by, enclose=enclose)

    @override
    async def execute(
        self,
        decider: Decider[Any, Any, Any],
        key: str,
        command: Any,
        by: Origin,
        *,
        expected: int | None = None,
        enclose: Enclose = alone,
    ) -> Written:
        with self._tracing.command(type(command).__name__, decider.category, by):
            return await super().execute(
                decider, key, command, by, expected=expected, enclose=enclose
            )
