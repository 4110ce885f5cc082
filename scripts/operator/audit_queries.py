"""Histories, states, diffs and exports for ``forge audit``, across all organisations."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from typing_extensions import TypedDict

from adapters.processes.atomic_write import atomic_write
from api.http.query_params import position_of
from api.operate.audit.responses import audit_event, diff_answer, state_answer
from application.audit.audit import MAX_POSITION, EventFilter, NothingRecorded
from application.audit.export import ExportScope
from scripts.composition.backend import Backend
from scripts.terminal.printing import Row

EVENT_PREFIX = b'{"type":"event"'


class Search(TypedDict):
    """The search options of ``forge audit history``."""

    actor: str | None
    request_id: str | None
    name: str | None
    since: str | None
    until: str | None
    limit: int


async def history(backend: Backend, kind: str, key: str, search: Search) -> list[Row]:
    """Return matching events, oldest first, at most ``limit``."""
    criteria, events = await _event_filter(backend, search), list[Row]()
    after: int | None = 0
    while after is not None and len(events) < search["limit"]:
        page = msgspec.structs.replace(criteria, after=after, limit=search["limit"] - len(events))
        records, after = await backend.contexts.operate.audit.history(None, kind, key, page)
        names = await backend.contexts.operate.audit.names(None, records)
        events += [msgspec.to_builtins(audit_event(record, names)) for record in records]
    return events


def summary(event: Row) -> Row:
    """Return the fields of an event that a table shows."""
    actor = event["actor"]
    return {
        "position": event["position"],
        "version": event["version"],
        "type": event["type"],
        "recordedAt": event["recordedAt"],
        "actor": actor["name"] or f"{actor['kind']}:{actor['id']}",
        "requestId": event["requestId"],
        "hash": event["hash"][:12],
    }


async def state(backend: Backend, kind: str, key: str, as_of: str | None) -> Row:
    position = await _position(backend, as_of)
    return _builtins(
        state_answer(await backend.contexts.operate.audit.state(None, kind, key, position))
    )


async def diff(backend: Backend, kind: str, key: str, moments: tuple[str, str | None]) -> Row:
    older, newer = [await _position(backend, moment) for moment in moments]
    return _builtins(
        diff_answer(await backend.contexts.operate.audit.diff(None, kind, key, (older, newer)))
    )


async def export(
    backend: Backend, file: Path, org: str | None, stream: tuple[str, str] | None
) -> Row:
    """Write an export to a new file; return its path, scope and public key."""
    scope = await _export_scope(backend, org, stream)
    with atomic_write(file) as out:
        async for line in _with_progress(backend, backend.contexts.operate.proofs.export(scope)):
            out.write(line)
    return {
        "file": str(file),
        "scope": scope.name,
        "publicKey": backend.contexts.operate.proofs.public_key.hex(),
    }


async def _export_scope(
    backend: Backend, org: str | None, stream: tuple[str, str] | None
) -> ExportScope:
    if stream is not None:
        return ExportScope(stream=await backend.contexts.operate.audit.stream(None, *stream))
    if org is None:
        return ExportScope()
    org_id = await backend.contexts.identity.organisations.find_by_name(org)
    if org_id is None:
        raise NothingRecorded(f"There is no organisation {org}.")
    return ExportScope(org_id=org_id)


async def _with_progress(backend: Backend, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the lines, and show how many events of the whole log have been exported."""
    columns = (TextColumn("exporting"), BarColumn(), MofNCompleteColumn())
    total = await backend.kernel.log.stored_head()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("exporting", total=total)
        async for line in lines:
            progress.advance(bar, line.startswith(EVENT_PREFIX))
            yield line


async def _event_filter(backend: Backend, search: Search) -> EventFilter:
    since, until = search["since"], await _position(backend, search["until"])
    first = await _before(backend, since) if since is not None else 0
    return EventFilter(
        since=first,
        until=until,
        actor=search["actor"],
        request_id=search["request_id"],
        name=search["name"],
    )


async def _position(backend: Backend, moment: str | None) -> int:
    return (
        MAX_POSITION
        if moment is None
        else await position_of(moment, backend.contexts.operate.audit.position_at)
    )


async def _before(backend: Backend, moment: str) -> int:
    position = await position_of(moment, backend.contexts.operate.audit.position_before)
    return max(position - 1, 0) if moment.startswith("@") else position


def _builtins(value: object) -> Row:
    """Return plain values, embedded raw JSON decoded."""
    row: Row = msgspec.json.decode(msgspec.json.encode(value))
    return row
