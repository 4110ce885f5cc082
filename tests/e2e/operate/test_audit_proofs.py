"""Proofs over HTTP: exports that anybody can verify, and the record held against itself."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from httpx import AsyncClient, RemoteProtocolError
from psycopg import AsyncConnection

from adapters.crypto.ed25519 import verify
from application.audit.export_format import EventLine, decode_line
from application.audit.proofs import verify_lines
from application.audit.verification import Report
from domain.identity.organisations import LOCAL
from tests.support.json_api.documents import create
from tests.support.json_api.histories import audit_of, versioned_document
from tests.support.servers.databases import Database
from tests.support.service.web import Service, fresh_name
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio


@pytest.fixture
async def versioned(client: AsyncClient, service: Service) -> str:
    document = await versioned_document(client)
    await service.backend.checkpointing({})
    return document


async def test_an_organisation_takes_its_own_events_with_it_and_no_others(
    service: Service, client: AsyncClient, rival: AsyncClient, versioned: str
) -> None:
    theirs = await create(rival)

    response = await client.get("/audit/export")

    report = _verified(service, response.content)
    lines = map(decode_line, response.content.splitlines())
    streams = {line.stream for line in lines if isinstance(line, EventLine)}
    assert response.headers["content-type"] == "application/x-ndjson"
    assert report.verified
    assert f"document-{versioned.rpartition('/')[2]}" in streams
    assert f"document-{theirs}" not in streams
    assert {stream.partition("-")[0] for stream in streams} == {"document", "key", "organisation"}


async def test_one_stream_is_exported_and_verified(
    service: Service, client: AsyncClient, versioned: str
) -> None:
    exported = await client.get(f"{audit_of(versioned)}/export")
    verified = (await client.get(f"{audit_of(versioned)}/verify")).json()

    report = _verified(service, exported.content)
    assert (report.verified, report.events) == (True, 3)
    assert verified == msgspec.to_builtins(report)


async def test_operators_verify_the_whole_record_and_are_told_where_it_was_altered(
    pristine: Service, database: Database
) -> None:
    async with pristine.client(fresh_name()) as client, pristine.client(LOCAL, "ops") as operator:
        document = await versioned_document(client)
        await pristine.backend.checkpointing({})
        before = (await operator.get("/audit/verify")).json()
        position = await _altered(database, document)
        after = (await operator.get("/audit/verify")).json()
        stream = (await client.get(f"{audit_of(document)}/verify")).json()

    assert (before["verified"], before["firstBadPosition"]) == (True, None)
    assert before["covered"] == before["events"]
    for report in (after, stream):
        assert (report["verified"], report["firstBadPosition"]) == (False, position)
        assert [fault["kind"] for fault in report["faults"]] == ["altered event"]


async def test_an_operator_waits_for_another_who_verifies(
    pristine: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.audit.proofs.PATIENCE_SECONDS", -1.0)
    async with pristine.client(LOCAL, "ops") as operator:
        long = await operator.get("/audit/verify")
        async with pristine.backend.proofs.verifying:
            busy = await operator.get("/audit/verify")

    assert (long.status_code, long.json()["error"]["code"]) == (503, "VERIFICATION_TOO_LONG")
    assert (busy.status_code, busy.json()["error"]["code"]) == (503, "ALREADY_VERIFYING")


async def test_an_export_that_cannot_go_on_does_not_seem_whole(
    client: AsyncClient, versioned: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> AsyncIterator[object]:
        raise ConnectionError
        yield  # a generator

    assert versioned
    monkeypatch.setattr("adapters.postgres.export_reader.PostgresExportReader.rows", broken)

    with pytest.raises(RemoteProtocolError):
        await client.get("/audit/export")


async def test_who_leaves_an_export_is_not_written_for_any_longer(
    service: Service, client: AsyncClient, versioned: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = asyncio.Event()
    wait = asyncio.Event()

    async def endless(*_: object) -> AsyncIterator[bytes]:
        try:
            while not wait.is_set():
                yield b"x" * 100_000
        finally:
            left.set()

    assert versioned
    monkeypatch.setattr(service.backend.proofs, "export", endless)
    async with client.stream("GET", "/audit/export") as response:
        assert await anext(response.aiter_raw())
    await eventually(lambda: _is_set(left))


async def _is_set(event: asyncio.Event) -> bool:
    return event.is_set()


async def _altered(database: Database, document: str) -> int:
    """Change one byte of a document's second event, and return where that is."""
    stream = f"document-{document.rpartition('/')[2]}"
    async with await AsyncConnection.connect(database.owner, autocommit=True) as connection:
        cursor = await connection.execute(
            "UPDATE forge_events SET state = set_byte(state, 20, get_byte(state, 20) # 1)"
            " WHERE originator_id = %s AND originator_version = 2 RETURNING notification_id",
            (stream,),
        )
        [position] = await cursor.fetchone() or [0]
    return int(position)


def _verified(service: Service, exported: bytes) -> Report:
    lines = exported.splitlines(keepends=True)
    return verify_lines(lines, service.backend.proofs.public_key, verify, None)
