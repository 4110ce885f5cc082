"""A batch of appends as the arrays of the SQL function, and its rows as outcomes.

The function is ``forge_append`` of ``migrations/0006_chain_and_data_keys.sql``.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final, TypeAlias

from adapters.crypto.data_keys import DataKey
from adapters.postgres.append_keys import Keyed
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
Place: TypeAlias = tuple[int, bytes]
"""An event's position and chain hash."""
Outcome: TypeAlias = list[Place] | Refusal
Row: TypeAlias = tuple[int, int | None, str | None, bytes | None]


class Columns:
    """The arrays under construction, row by row; each opens with the number of its command."""

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

    def add(self, number: int, keyed: Keyed) -> None:
        entry, keys, new = keyed
        self._add_events(number, entry, keys)
        for stream, made in new.items():
            self._keys.append((number, _owner(entry, stream), stream, made.wrapped, made.blind))
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
            key = keys.get(answer.owner)  # of what has just been erased there is nothing to hide
            body = answer.body if key is None else key.seal(answer.body)
            self._answers.append((number, *question, answer.owner, body))

    def _add_events(self, number: int, entry: Append, keys: Mapping[str, DataKey]) -> None:
        first: dict[str, int] = {}
        for record in entry.records:
            nth = record.version - first.setdefault(record.stream, record.version)
            state = to_state(record, keys[record.stream] if is_personal(record.event) else None)
            event = (record.stream, record.version, record.event.stored_name(), state)
            self.add_event(number, nth, event, record.recorded_at)

    def add_event(self, number: int, nth: int, event: StoredRow, recorded_at: datetime) -> None:
        """Add an event, the so-many-th of its command within its stream, from 0."""
        self._events.append((number, nth, *event, event_digest(*event), recorded_at))


def to_columns(batch: Sequence[Keyed]) -> Columns:
    """Lay commands out; of rivals for one version only the first goes, the others have lost."""
    columns = Columns()
    claimed: set[tuple[str, int]] = set()
    for number, keyed in enumerate(batch):
        places = [(record.stream, record.version) for record in keyed.entry.records]
        if claimed.isdisjoint(places):
            claimed.update(places)
            columns.add(number, keyed)
    return columns


def _owner(entry: Append, stream: str) -> str:
    """Return the organisation of a stream that an append writes to, or keeps a text for."""
    written = ((record.stream, record.origin.org_id) for record in entry.records)
    kept = ((text.owner, text.org_id) for text in entry.texts)
    return next(org_id for name, org_id in chain(written, kept) if name == stream)


def to_outcomes(rows: Iterable[Row], *, commands: int) -> list[Outcome]:
    """Give each command its places in event order, or the refusal that names why not."""
    outcomes: list[Outcome | None] = [None] * commands
    for number, position, refusal, chain_hash in rows:
        outcome = outcomes[number]
        if position is None or chain_hash is None:
            outcomes[number] = REFUSALS[refusal or "version"]()
        elif isinstance(outcome, list):
            outcome.append((position, chain_hash))
        else:
            outcomes[number] = [(position, chain_hash)]
    return [_settled(outcome) for outcome in outcomes]


def _settled(outcome: Outcome | None) -> Outcome:
    if isinstance(outcome, list):
        outcome.sort()
    return ConcurrentWrite() if outcome is None else outcome
