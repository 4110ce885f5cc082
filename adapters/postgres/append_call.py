"""The SQL call of an append: encodes a batch as arrays, and decodes the rows as outcomes.

The function is ``forge_append`` of ``migrations/0006_chain_and_data_keys.sql``.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final, TypeAlias

from adapters.crypto.data_keys import DataKey
from adapters.postgres.append_keys import AppendWithKeys
from adapters.postgres.event_mapper import to_state
from adapters.postgres.text_codec import pack
from application.eventstore.event_store import AlreadyHandled, Append, ConcurrentWrite, ValueTaken
from application.eventstore.hash_chain import event_digest
from application.eventstore.redaction import is_personal
from domain.refusals import Refusal

TYPES: Final = (
    # events, data keys, texts, erasures, claims, answers
    *("int[]", "int[]", "text[]", "bigint[]", "text[]", "bytea[]", "bytea[]", "timestamptz[]"),
    *("int[]", "text[]", "text[]", "bytea[]", "bytea[]"),
    *("int[]", "text[]", "text[]", "text[]", "smallint[]", "bytea[]"),
    *("int[]", "text[]", "text[]", "text[]"),
    *("int[]", "text[]", "text[]", "text[]", "text[]"),
    *("int[]", "text[]", "text[]", "bytea[]", "text[]", "bytea[]"),
)
APPEND: Final = f"SELECT * FROM forge_append({', '.join(f'%b::{t}' for t in TYPES)})"  # noqa: S608 - built of the constants above  # nosec B608
REFUSALS: Final = {"version": ConcurrentWrite, "taken": ValueTaken, "answered": AlreadyHandled}
WIDTHS: Final = (8, 5, 6, 4, 5, 6)

StoredRow: TypeAlias = tuple[str, int, str, bytes]
"""Stream, version, topic and state."""
Placement: TypeAlias = tuple[int, bytes]
"""An event's position and chain hash."""
Outcome: TypeAlias = list[Placement] | Refusal
Row: TypeAlias = tuple[int, int | None, str | None, bytes | None]


class Columns:
    """Builds the arrays, row by row; the first column is the number of the command."""

    def __init__(self) -> None:
        self._tables = tuple(list[tuple[Any, ...]]() for _ in WIDTHS)
        self._events, self._keys, self._texts, *rest = self._tables
        self._erasures, self._claims, self._answers = rest

    @property
    def arrays(self) -> list[list[Any]]:
        return [
            list(column)
            for rows, width in zip(self._tables, WIDTHS, strict=True)
            for column in (zip(*rows, strict=True) if rows else [()] * width)
        ]

    def add(self, number: int, item: AppendWithKeys) -> None:
        entry, keys, new = item
        self._add_events(number, entry, keys)
        for stream, key in new.items():
            self._keys.append((number, _owning_org(entry, stream), stream, key.wrapped, key.blind))
        for text in entry.texts:
            encoding, data = pack(text.data)
            place = (text.org_id, text.owner, text.digest)
            sealed = keys[text.owner].seal(text.salt + data)
            self._texts.append((number, *place, encoding, sealed))
        for erasure in entry.erasures:
            self._erasures.append((number, erasure.org_id, erasure.owner, erasure.digest))
        for claim in entry.claims:
            self._claims.append((number, claim.kind, claim.scope, claim.value, claim.holder))
        if (answer := entry.response) is not None:
            question = (answer.caller, answer.key, answer.request)
            answer_key = keys.get(answer.owner)  # no key: the owner is erased in this append
            body = answer.body if answer_key is None else answer_key.seal(answer.body)
            self._answers.append((number, *question, answer.owner, body))

    def _add_events(self, number: int, entry: Append, keys: Mapping[str, DataKey]) -> None:
        first: dict[str, int] = {}
        for record in entry.records:
            nth = record.version - first.setdefault(record.stream, record.version)
            state = to_state(record, keys[record.stream] if is_personal(record.event) else None)
            event = (record.stream, record.version, record.event.stored_name(), state)
            self.add_event(number, nth, event, record.recorded_at)

    def add_event(self, number: int, nth: int, event: StoredRow, recorded_at: datetime) -> None:
        """Add an event; ``nth`` is its index within its command and stream, from 0."""
        self._events.append((number, nth, *event, event_digest(*event), recorded_at))


def build_columns(batch: Sequence[AppendWithKeys]) -> Columns:
    """Encode commands; of those with the same stream and version only the first is sent."""
    columns = Columns()
    claimed: set[tuple[str, int]] = set()
    for number, item in enumerate(batch):
        places = [(record.stream, record.version) for record in item.entry.records]
        if claimed.isdisjoint(places):
            claimed.update(places)
            columns.add(number, item)
    return columns


def _owning_org(entry: Append, stream: str) -> str:
    """Return the organisation of a stream that an append writes events or texts of."""
    written = ((record.stream, record.origin.org_id) for record in entry.records)
    texts = ((text.owner, text.org_id) for text in entry.texts)
    return next(org_id for name, org_id in chain(written, texts) if name == stream)


def parse_outcomes(rows: Iterable[Row], *, commands: int) -> list[Outcome]:
    """Return the placements of each command in event order, or its refusal."""
    outcomes: list[Outcome | None] = [None] * commands
    for number, position, refusal, chain_hash in rows:
        outcome = outcomes[number]
        if position is None or chain_hash is None:
            outcomes[number] = REFUSALS[refusal or "version"]()
        elif isinstance(outcome, list):
            outcome.append((position, chain_hash))
        else:
            outcomes[number] = [(position, chain_hash)]
    return [_ordered(outcome) for outcome in outcomes]


def _ordered(outcome: Outcome | None) -> Outcome:
    if isinstance(outcome, list):
        outcome.sort()
    return ConcurrentWrite() if outcome is None else outcome
