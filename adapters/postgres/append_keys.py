"""Data keys of an append: new ones for new streams, stored ones for the others."""

from collections.abc import Mapping, Sequence
from typing import Final, LiteralString, NamedTuple

from adapters.crypto.data_keys import DataKey, KeyWrapping, NewKey
from adapters.postgres.reader import PostgresReader
from application.concurrency.batcher import Batcher
from application.eventstore.event_store import Append
from application.eventstore.redaction import is_personal

SELECT_KEYS: Final[LiteralString] = """
    SELECT stream, wrapped FROM data_keys WHERE stream = ANY(%b::text[])
"""


class AppendWithKeys(NamedTuple):
    """An append with its data keys by stream; ``new`` ones are stored with it."""

    entry: Append
    keys: Mapping[str, DataKey]
    new: Mapping[str, NewKey]


class AppendKeys:
    def __init__(self, select: PostgresReader, wrapping: KeyWrapping) -> None:
        self._select = select
        self._wrapping = wrapping
        self._lookups = Batcher[str, bytes | None](self._look_up)

    async def with_keys(self, entry: Append) -> AppendWithKeys:
        sealed = _sealed_streams(entry)
        if not sealed:
            return AppendWithKeys(entry, {}, {})
        keys, new = dict[str, DataKey](), dict[str, NewKey]()
        started = {record.stream for record in entry.records if record.version == 1}
        for stream in sealed:
            key = None if stream in started else await self.key(stream)
            if key is None:
                new[stream] = self._wrapping.new(stream)
                key = new[stream].key
            keys[stream] = key
        return AppendWithKeys(entry, keys, new)

    async def key(self, stream: str) -> DataKey | None:
        """Return the key of a stream; ``None`` when it has none, or was erased."""
        wrapped = await self._lookups.ask(stream)
        return None if wrapped is None else self._wrapping.unwrap(stream, wrapped)

    async def _look_up(self, streams: Sequence[str]) -> Sequence[bytes | None]:
        stored = dict(await self._select(SELECT_KEYS, (list(streams),)))
        return [stored.get(stream) for stream in streams]


def _sealed_streams(entry: Append) -> set[str]:
    streams = {record.stream for record in entry.records if is_personal(record.event)}
    streams.update(text.owner for text in entry.texts)
    if entry.response is not None and not destroys_key(entry, entry.response.owner):
        streams.add(entry.response.owner)
    return streams


def destroys_key(entry: Append, stream: str) -> bool:
    """Tell whether an append destroys the key of a stream, so that nothing is encrypted with it."""
    return any(e.owner == stream and e.digest is None for e in entry.erasures)
