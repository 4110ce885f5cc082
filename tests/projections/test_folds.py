"""Folds: every event is accepted by every read model, in batches of any size."""

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from application.eventstore.envelope import RecordedEvent
from application.eventstore.redaction import redacted
from domain.catalogue import AnyEvent
from domain.messages import Event
from projections.catalogue import PROJECTIONS
from tests.support.domain.event_table import UNPROJECTED, unique_key
from tests.support.domain.pasts import Stream, pasts, record_streams
from tests.support.domain.records import ACME
from tests.support.domain.strategies import events
from tests.support.projections.projecting import Tables, open_tables
from tests.support.servers.databases import Databases

quickly = settings(max_examples=30)


@pytest.fixture(scope="module")
def tables(databases: Databases) -> Iterator[Tables]:
    with databases.migrated() as database, open_tables(database) as tables:
        yield tables


@quickly
@given(past=pasts(), data=st.data())
def test_one_batch_equals_the_same_events_in_several(
    tables: Tables, past: Sequence[RecordedEvent], data: st.DataObject
) -> None:
    cuts = data.draw(st.sets(st.integers(0, len(past)), max_size=4))
    pages = [past[start:end] for start, end in pairwise(sorted({0, *cuts, len(past)}))]

    assert _in_pages(tables, pages) == _in_pages(tables, [past])


@quickly
@given(past=pasts())
def test_one_batch_equals_the_same_events_one_by_one(
    tables: Tables, past: Sequence[RecordedEvent]
) -> None:
    assert _in_pages(tables, [[record] for record in past]) == _in_pages(tables, [past])


@quickly
@given(made=st.lists(events(), max_size=8))
def test_no_event_stops_a_projection(tables: Tables, made: list[Event]) -> None:
    """Be its fields what their types allow, and its stream without a beginning."""
    unique = {unique_key(event, ACME.org_id) or place: event for place, event in enumerate(made)}
    streams = [Stream("odd", ACME, [event]) for event in unique.values()]
    with tables.rolled_back():
        for projection in PROJECTIONS:
            tables.project(projection, record_streams(streams, range(len(streams))))


@quickly
@given(past=pasts())
def test_redacted_events_are_applied_by_every_projection(
    tables: Tables, past: Sequence[RecordedEvent]
) -> None:
    left = [replace(record, event=redacted(record.event)) for record in past]

    rows, whole = _ids(_in_pages(tables, [left])), _ids(_in_pages(tables, [past]))

    assert all(rows[table] <= whole[table] for table in whole)


@quickly
@given(past=pasts())
def test_a_projection_writes_rows_of_its_own_streams_alone(
    tables: Tables, past: Sequence[RecordedEvent]
) -> None:
    rows = _in_pages(tables, [past])

    for projection in PROJECTIONS:
        own = {record.key for record in past if type(record.event) in projection.takes}
        assert {_id(row) for table in projection.tables for row in rows[table]} <= own


def test_every_event_is_taken_by_a_projection() -> None:
    taken = frozenset[type[Event]]().union(*(projection.takes for projection in PROJECTIONS))

    assert taken == set(get_args(AnyEvent)) - UNPROJECTED.keys()


def _in_pages(tables: Tables, pages: Sequence[Sequence[RecordedEvent]]) -> Mapping[str, list[str]]:
    """Apply pages one after the other, and return what is then in each table."""
    with tables.rolled_back():
        for page in pages:
            for projection in PROJECTIONS:
                tables.project(projection, page)
        return ChainMap(*map(tables.rows, PROJECTIONS))


def _ids(rows: Mapping[str, list[str]]) -> Mapping[str, set[str]]:
    return {table: {_id(row) for row in found} for table, found in rows.items()}


def _id(row: str) -> str:
    """Return the first column: keys made by these tests need no quotes."""
    return row[1:].partition(",")[0]
