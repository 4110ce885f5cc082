"""Which data keys an append needs: new ones for streams that begin, kept ones for the others."""

from collections.abc import Mapping, Sequence
from typing import Final, LiteralString, NamedTuple

from adapters.crypto.data_keys import DataKey, KeyWrapping, NewKey
from adapters.postgres.reader import PostgresReader
from application.concurrency.batcher import Batcher
from application.eventstore.event_store import Append
from application.eventstore.redaction import is_personal

KEPT: Final[LiteralString] = """
    SELECT stream, wrapped FROM data_keys WHERE stream = ANY(%b::text[])
"""


class Keyed(NamedTuple):
    """An append with the keys to seal it under; ``new`` ones come to be with it."""

    entry: Append
    keys: Mapping[str, DataKey]
    new: Mapping[str, NewKey]


class AppendKeys:
    def __init__(self, select: PostgresReader, wrapping: KeyWrapping) -> None:
        self._select = select
        self._wrapping = wrapping
        self._lookups = Batcher[str, bytes | None](self._look_up)

    async def keyed(self, entry: Append) -> Keyed:
        sealed = _sealed_streams(entry)
        if not sealed:
            return Keyed(entry, {}, {})
        keys, new = dict[str, DataKey](), dict[str, NewKey]()
        begun = {record.stream for record in entry.records if record.version == 1}
        for stream in sealed:
            key = None if stream in begun else await self.key(stream)
            if key is None:
                new[stream] = self._wrapping.new(stream)
                key = new[stream].key
            keys[stream] = key
        return Keyed(entry, keys, new)

    async def key(self, stream: str) -> DataKey | None:
        """Return a stream's key; ``None`` when it has none, or has been erased."""
        wrapped = await self._lookups.ask(stream)
        return None if wrapped is None else self._wrapping.opened(stream, wrapped)

    async def _look_up(self, streams: Sequence[str]) -> Sequence[bytes | None]:
        kept = dict(await self._select(KEPT, (list(streams),)))
        return [kept.get(stream) for stream in streams]


def _sealed_streams(entry: Append) -> set[str]:
    streams = {record.stream for record in entry.records if is_personal(record.event)}
    streams.update(text.owner for text in entry.texts)
    if entry.response is not None and not erases(entry, entry.response.owner):
        streams.add(entry.response.owner)
    return streams


def erases(entry: Append, stream: str) -> bool:
    """Tell whether an append destroys a stream's key: nothing can be sealed under it any more."""
    return any(e.owner == stream and e.digest is None for e in entry.erasures)
