"""Rows of one append: events, keys, texts, erasures, claims and answers, encrypted and encoded.

They depend on no other append, so they are made while the batch before is being stored.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

from adapters.crypto.data_keys import DataKey
from adapters.postgres.append_keys import AppendWithKeys
from adapters.postgres.event_mapper import to_state
from adapters.postgres.text_codec import pack
from application.eventstore.event_store import Append
from application.eventstore.hash_chain import event_digest
from application.eventstore.redaction import is_personal

StoredRow: TypeAlias = tuple[str, int, str, bytes]
"""Stream, version, topic and state."""
Table: TypeAlias = list[tuple[Any, ...]]


class Rows(NamedTuple):
    """Rows by table, in the order of the arguments of ``forge_append``."""

    events: Table
    keys: Table
    texts: Table
    erasures: Table
    claims: Table
    answers: Table


def no_rows() -> Rows:
    return Rows([], [], [], [], [], [])


def rows_of(item: AppendWithKeys) -> Rows:
    """Encrypt and encode an append."""
    entry, keys, new = item
    rows = no_rows()
    _add_events(rows.events, entry, keys)
    for stream, key in new.items():
        rows.keys.append((_owning_org(entry, stream), stream, key.wrapped, key.blind))
    for text in entry.texts:
        encoding, data = pack(text.data)
        sealed = keys[text.owner].seal(text.salt + data)
        rows.texts.append((text.org_id, text.owner, text.digest, encoding, sealed))
    for erasure in entry.erasures:
        rows.erasures.append((erasure.org_id, erasure.owner, erasure.digest))
    for claim in entry.claims:
        rows.claims.append((claim.kind, claim.scope, claim.value, claim.holder))
    if (answer := entry.response) is not None:
        answer_key = keys.get(answer.owner)  # no key: the owner is erased in this append
        body = answer.body if answer_key is None else answer_key.seal(answer.body)
        question = (answer.caller, answer.key, answer.request)
        rows.answers.append((*question, answer.owner, body))
    return rows


def event_row(nth: int, event: StoredRow, recorded_at: datetime) -> tuple[Any, ...]:
    """Return an event's row; ``nth`` is its index within its append and stream, from 0."""
    return (nth, *event, event_digest(*event), recorded_at)


def _add_events(rows: Table, entry: Append, keys: Mapping[str, DataKey]) -> None:
    first: dict[str, int] = {}
    for record in entry.records:
        nth = record.version - first.setdefault(record.stream, record.version)
        state = to_state(record, keys[record.stream] if is_personal(record.event) else None)
        event = (record.stream, record.version, record.event.stored_name(), state)
        rows.append(event_row(nth, event, record.recorded_at))


def _owning_org(entry: Append, stream: str) -> str:
    """Return the organisation of a stream that an append writes events or texts of."""
    written = ((record.stream, record.origin.org_id) for record in entry.records)
    texts = ((text.owner, text.org_id) for text in entry.texts)
    return next(org_id for name, org_id in chain(written, texts) if name == stream)
