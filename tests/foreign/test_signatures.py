"""An audit export, as an auditor verifies it with openssl alone (docs/adr/0020)."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any, Final

import pytest
from httpx import AsyncClient

from tests.support.json_api.histories import versioned_document
from tests.support.programs import Ended, run
from tests.support.service.web import Service

pytestmark = [pytest.mark.anyio, pytest.mark.foreign]
ED25519: Final = bytes.fromhex("302a300506032b6570032100")
"""What precedes a raw public key of Ed25519 in a SubjectPublicKeyInfo (RFC 8410)."""
TITLE: Final = b"forge audit export 1\n"


@pytest.fixture
async def export(service: Service, client: AsyncClient) -> bytes:
    await versioned_document(client)
    await service.backend.contexts.operate.checkpoint({})
    return (await client.get("/audit/export")).content


async def test_openssl_verifies_the_seal_of_an_export(export: bytes, tmp_path: Path) -> None:
    lines = export.splitlines(keepends=True)
    header, end = _decoded(lines[0]), _decoded(lines[-1])
    digest = await _digest(b"".join(lines[:-1]), tmp_path)

    assert digest == b64decode(end["digest"])
    signature = b64decode(end["signature"])
    public_key = b64decode(header["publicKey"])
    verified = await _verified(public_key, TITLE + digest, signature, tmp_path)
    assert verified.status == 0, verified.output


async def test_openssl_refuses_the_seal_of_an_export_that_was_altered(
    export: bytes, tmp_path: Path
) -> None:
    lines = export.splitlines(keepends=True)
    header, end = _decoded(lines[0]), _decoded(lines[-1])
    digest = await _digest(b"".join(lines[:-2]), tmp_path)

    signature = b64decode(end["signature"])
    public_key = b64decode(header["publicKey"])
    verified = await _verified(public_key, TITLE + digest, signature, tmp_path)
    assert verified.status != 0
    assert "Verified Successfully" not in verified.output


def _decoded(line: bytes) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(line)
    return decoded


async def _digest(data: bytes, place: Path) -> bytes:
    (place / "data").write_bytes(data)
    done = await run("openssl", "dgst", "-sha256", "-r", place / "data")
    assert done.status == 0, done.output
    return bytes.fromhex(done.output.split()[0])


async def _verified(public_key: bytes, statement: bytes, signature: bytes, place: Path) -> Ended:
    files = {"key": ED25519 + public_key, "statement": statement, "signature": signature}
    for name, data in files.items():
        (place / name).write_bytes(data)
    return await run(
        *("openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER"),
        *("-inkey", place / "key", "-in", place / "statement", "-sigfile", place / "signature"),
    )
