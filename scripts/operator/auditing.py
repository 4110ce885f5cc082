"""``forge audit``, the part that reads: histories, states and exports, of any organisation."""

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

EVENT = b'{"type":"event"'


class Search(TypedDict):
    """What the options of ``history`` say."""

    actor: str | None
    request_id: str | None
    name: str | None
    since: str | None
    until: str | None
    limit: int


async def history(backend: Backend, kind: str, key: str, search: Search) -> list[Row]:
    """Find events, page by page, until there are as many as wanted or no more."""
    wanted, found = await _wanted(backend, search), list[Row]()
    after: int | None = 0
    while after is not None and len(found) < search["limit"]:
        page = msgspec.structs.replace(wanted, after=after, limit=search["limit"] - len(found))
        records, after = await backend.audit.history(None, kind, key, page)
        names = await backend.audit.names(None, records)
        found += [msgspec.to_builtins(audit_event(record, names)) for record in records]
    return found


def in_short(event: Row) -> Row:
    """Return what of an event people look at first."""
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
    found: Row = _builtins(state_answer(await backend.audit.state(None, kind, key, position)))
    return found


async def difference(backend: Backend, kind: str, key: str, moments: tuple[str, str | None]) -> Row:
    older, newer = [await _position(backend, moment) for moment in moments]
    found: Row = _builtins(diff_answer(await backend.audit.diff(None, kind, key, (older, newer))))
    return found


async def export(
    backend: Backend, file: Path, org: str | None, stream: tuple[str, str] | None
) -> Row:
    """Write an export to a file that is not there yet."""
    chosen = await _chosen(backend, org, stream)
    with atomic_write(file) as out:
        async for line in _shown(backend, backend.proofs.export(chosen)):
            out.write(line)
    return {"file": str(file), "scope": chosen.name, "publicKey": backend.proofs.public_key.hex()}


async def _chosen(backend: Backend, org: str | None, stream: tuple[str, str] | None) -> ExportScope:
    if stream is not None:
        return ExportScope(stream=await backend.audit.stream(None, *stream))
    if org is None:
        return ExportScope()
    org_id = await backend.identity.organisation_named(org)
    if org_id is None:
        raise NothingRecorded(f"There is no organisation {org}.")
    return ExportScope(org_id=org_id)


async def _shown(backend: Backend, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Show how many events have gone by, of all those there are."""
    columns = (TextColumn("exporting"), BarColumn(), MofNCompleteColumn())
    total = await backend.log.stored_head()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("exporting", total=total)
        async for line in lines:
            progress.advance(bar, line.startswith(EVENT))
            yield line


async def _wanted(backend: Backend, search: Search) -> EventFilter:
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
    return MAX_POSITION if moment is None else await position_of(moment, backend.audit.position_at)


async def _before(backend: Backend, moment: str) -> int:
    position = await position_of(moment, backend.audit.position_before)
    return max(position - 1, 0) if moment.startswith("@") else position


def _builtins(value: object) -> Row:
    """Return plain values, those included that are JSON text already."""
    made: Row = msgspec.json.decode(msgspec.json.encode(value))
    return made
