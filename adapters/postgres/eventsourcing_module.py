"""Persistence module of the eventsourcing library, on the tables of the event log.

The library's interface (application, mapper, notification log, subscriptions, snapshots) works on
the same log as the service, and its inserts go through the same append function. It imports
``eventsourcing.postgres`` as a module, because the library looks for the one factory class in a
persistence module's namespace.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

import eventsourcing.postgres as library
from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.utils import get_topic
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import tuple_row
from typing_extensions import override

from adapters.postgres.append_call import APPEND, Outcome, parse_outcomes, to_arrays
from adapters.postgres.append_rows import event_row, no_rows
from adapters.postgres.event_mapper import StructMapper, to_record
from domain.refusals import Refusal


class Recorder(library.PostgresApplicationRecorder):
    """Recorder that appends through the same SQL function as the service."""

    @override
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Insert the events of the library's synchronous callers, such as ``Application.save``."""
        if not stored_events:
            return []
        rows = no_rows()
        first: dict[str, int] = {}
        for event in stored_events:
            stream, version = _place(event)
            nth = version - first.setdefault(stream, version)
            row = (stream, version, event.topic, event.state)
            rows.events.append(event_row(nth, row, _recorded_at(event)))
        with self.datastore.get_connection() as connection:
            cursor = connection.cursor(row_factory=tuple_row)
            placed = cursor.execute(APPEND, to_arrays([(0, rows)])).fetchall()
        [outcome] = parse_outcomes(placed, commands=1)
        return _positions(outcome)


class Factory(library.PostgresFactory):
    application_recorder_class = Recorder


class Forge(Application[str]):
    """The event-sourced application of the library; its name prefixes the tables."""

    name = "forge"
    env: ClassVar[dict[str, str]] = {
        "PERSISTENCE_MODULE": __name__,
        "MAPPER_TOPIC": get_topic(StructMapper),
        "ORIGINATOR_ID_TYPE": "text",
        "POSTGRES_POOL_SIZE": "1",
        "CREATE_TABLE": "no",
    }


def library_settings(conninfo: str) -> Mapping[str, str]:
    """Translate a connection string into the library's environment variables."""
    settings = conninfo_to_dict(conninfo)
    names = ("host", "port", "dbname", "user", "password")
    return {f"POSTGRES_{name.upper()}": str(settings.get(name) or "") for name in names}


def _place(event: StoredEvent) -> tuple[str, int]:
    return str(event.originator_id), event.originator_version


def _recorded_at(event: StoredEvent) -> datetime:
    return to_record(*_place(event), event.topic, event.state, 0).recorded_at


def _positions(outcome: Outcome) -> Sequence[int]:
    if isinstance(outcome, Refusal):
        raise IntegrityError from outcome
    return [position for position, _ in outcome]
