"""Read models agree with the aggregates folded from the same events."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import groupby
from typing import Any, Final, LiteralString

import pytest
from hypothesis import given, settings

from application.documents.documents import DOCUMENT
from application.eventstore.decider import Decider
from application.eventstore.envelope import RecordedEvent
from application.identity.api_keys import KEY
from application.identity.organisations import ORGANISATION
from domain.documents.document import Document, DocumentStatus
from domain.documents.events import DocumentCreated
from projections.documents.as_of import fold_document
from projections.documents.document_changes import ROOT
from projections.documents.document_summaries import DOCUMENT_SUMMARIES, created_document
from projections.engine.projection import Projection
from projections.identity.api_keys import API_KEYS
from projections.identity.organisations import ORGANISATIONS
from tests.support.domain.pasts import pasts
from tests.support.projections.projecting import Tables, open_tables
from tests.support.servers.databases import Databases

DOCUMENTS: Final[LiteralString] = """
    SELECT id, version, labelled, folder_id, number, filled, file_size, purge_at
    FROM {document_summaries}
"""
quickly = settings(max_examples=20)


@pytest.fixture(scope="module")
def tables(databases: Databases) -> Iterator[Tables]:
    with databases.migrated() as database, open_tables(database) as tables:
        yield tables


@quickly
@given(past=pasts())
def test_a_documents_row_equals_the_aggregates_state(
    tables: Tables, past: Sequence[RecordedEvent]
) -> None:
    states = {
        key: (version, document)
        for key, version, document in _states(DOCUMENT, past)
        if document.status is not DocumentStatus.PURGED
    }
    rows = _read(tables, DOCUMENT_SUMMARIES, past, DOCUMENTS)

    assert {key: _as_row(*state) for key, state in states.items()} == {
        row[0]: _resolved(_events(past), *row) for row in rows
    }


@quickly
@given(past=pasts())
def test_a_document_as_of_now_equals_its_row_in_the_list(
    tables: Tables, past: Sequence[RecordedEvent]
) -> None:
    live = "SELECT id, filled FROM {document_summaries} WHERE purge_at = 0"
    found = [fold_document([*records]) for _, records in _streams(DOCUMENT, past)]
    events, rows = _events(past), _read(tables, DOCUMENT_SUMMARIES, past, live)

    assert sorted((key, events[key, version].content.digest) for key, version in rows) == sorted(
        (document.summary.id, document.digest) for document in found if document
    )


@quickly
@given(past=pasts())
def test_a_created_document_equals_the_document_as_of_its_creation(
    past: Sequence[RecordedEvent],
) -> None:
    for _, records in _streams(DOCUMENT, past):
        first = next(iter(records))
        if isinstance(first.event, DocumentCreated):
            assert created_document([first]) == fold_document([first])


@quickly
@given(past=pasts())
def test_rows_of_keys_and_organisations_equal_their_aggregates(
    tables: Tables, past: Sequence[RecordedEvent]
) -> None:
    keys = _read(tables, API_KEYS, past, "SELECT id, revoked FROM {api_keys}")
    organisations = _read(tables, ORGANISATIONS, past, "SELECT id, plan FROM {organisations}")

    assert dict(keys) == {key: state.revoked for key, _, state in _states(KEY, past)}
    assert dict(organisations) == {
        key: state.plan.value for key, _, state in _states(ORGANISATION, past)
    }


def _events(past: Sequence[RecordedEvent]) -> dict[tuple[str, int], Any]:
    """Return the events of documents by key and version, as the rows point at them."""
    return {
        (record.key, record.version): record.event
        for record in past
        if record.stream.startswith(DOCUMENT.stream(""))
    }


def _resolved(
    events: Mapping[tuple[str, int], Any], key: str, version: int, label_version: int, *rest: Any
) -> tuple[Any, ...]:
    """Put what the row points at in its place."""
    folder_id, number, content_version, size, purge_at = rest
    label = events[key, label_version].label
    digest = events[key, content_version].content.digest
    return (version, label, folder_id, number, digest, size, purge_at)


def _as_row(version: int, document: Document) -> tuple[Any, ...]:
    purge_at = document.purge_at
    return (
        version,
        document.label,
        document.folder_id or ROOT,
        document.number,
        document.content.digest,
        document.content.size,
        int(purge_at.timestamp() * 1000) if purge_at else 0,
    )


def _read(
    tables: Tables, projection: Projection, past: Sequence[RecordedEvent], query: LiteralString
) -> list[tuple[Any, ...]]:
    with tables.rolled_back():
        tables.project(projection, past)
        return tables.read(projection, query)


def _streams(
    decider: Decider[Any, Any, Any], past: Sequence[RecordedEvent]
) -> Iterator[tuple[str, Iterator[RecordedEvent]]]:
    prefix = decider.stream("")
    own = [record for record in past if record.stream.startswith(prefix)]
    return groupby(sorted(own, key=lambda r: (r.key, r.version)), key=lambda record: record.key)


def _states(
    decider: Decider[Any, Any, Any], past: Sequence[RecordedEvent]
) -> Iterator[tuple[str, int, Any]]:
    """Fold each stream into its aggregate's state; yield its key, version and state."""
    for key, records in _streams(decider, past):
        events = [record.event for record in records]
        yield key, len(events), reduce(decider.evolve, events, None)
