"""After a purge nothing of a document is in any table, file or log of the data directory.

The write-ahead log aside, which Postgres overwrites by and by.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from psycopg import Connection

from adapters.embedded.servers import EmbeddedServers
from tests.support.json_api.documents import DOCUMENTS
from tests.support.service.dumps import dump_data_directory, find_in_files
from tests.support.service.processes import ForgeProcess, data_directory, kill_at_exit

pytestmark = pytest.mark.drill

NAME: Final = "Ada Lovelace's confidential ledger"
TEXT: Final = '{"patient":"Ada Lovelace","diagnosis":"a text to be forgotten"}'
TAG: Final = "tag-that-tells-it-all"
FOLDER: Final = "a-folder-that-stays"
VERSIONS: Final = 105
"""Enough for a snapshot to be kept."""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with data_directory() as directory:
        yield directory


def test_neither_content_nor_name_nor_digest_is_left(data_dir: Path) -> None:
    with kill_at_exit(ForgeProcess(data_dir, "--port", "0")) as process:
        process.ready()
        with _client(process) as client:
            document = _written(client)
            digests = _digests(client, document)
            for path in (document, f"{document}/purge"):
                method = "DELETE" if path == document else "POST"
                assert client.request(method, path).status_code == 200
            assert client.get(document).status_code == 404
            assert _certificate(data_dir, document)[0] == VERSIONS + 3
        tables = dump_data_directory(data_dir)
        said = process.output() + process.error_output()
        assert process.stop() == 0
    needles = _needles(digests)

    shown = [*needles, *(needle.hex().encode() for needle in needles)]  # as bytea is shown
    assert [needle for needle in shown if needle in tables] == []
    assert [needle for needle in needles if needle in said.encode()] == []
    assert find_in_files(data_dir, needles) == []
    assert find_in_files(data_dir, [FOLDER.encode()]), "nothing would ever be found this way"


def _client(process: ForgeProcess) -> httpx.Client:
    headers = {"Authorization": f"Bearer {process.key}"}
    return httpx.Client(base_url=process.url, headers=headers, timeout=10)


def _written(client: httpx.Client) -> str:
    """Leave as many copies as there can be: versions, a snapshot, a stored answer, lists."""
    body = {"name": NAME, "tags": [TAG], "folder": FOLDER, "contentText": TEXT}
    created = client.post(DOCUMENTS, json=body, headers={"Idempotency-Key": "once"})
    document = created.headers["location"]
    for number in range(VERSIONS):
        text = f'{TEXT[:-1]},"n":{number}}}'
        assert client.put(f"{document}/content", json={"contentText": text}).status_code == 200
    assert client.put(document, json={"description": NAME}).status_code == 200
    assert NAME in client.get(DOCUMENTS).text
    return str(document)


def _digests(client: httpx.Client, document: str) -> list[str]:
    listed = client.get(f"{document}/versions", params={"limit": 100}).json()["versions"]
    return [version["digest"] for version in listed]


def _needles(digests: list[str]) -> list[bytes]:
    plain = sha256(TEXT.encode())
    hexes = [*digests, plain.hexdigest()]
    raws = [bytes.fromhex(digest) for digest in hexes]
    texts = [NAME, TAG, TEXT, "a text to be forgotten", *hexes]
    return [*(text.encode() for text in texts), *raws]


def _certificate(data_dir: Path, document: str) -> tuple[Any, ...]:
    """Return what the certificate says: how far, and of which record."""
    stream = f"document-{document.rpartition('/')[2]}"
    found = """
        SELECT (convert_from(c.state, 'UTF8')::json #>> '{event,version}')::int,
               convert_from(c.state, 'UTF8')::json #>> '{event,digest}',
               encode(sha256((SELECT string_agg(e.chain_hash, '' ORDER BY e.originator_version)
                              FROM forge_events e WHERE e.originator_id = %s
                                AND e.topic <> 'document.purged')), 'hex')
        FROM forge_events c WHERE c.topic = 'erasure.certified'
    """
    conninfo = EmbeddedServers.attach(data_dir).database_url()
    with Connection.connect(conninfo) as connection:
        row = connection.execute(found, (stream,)).fetchone()
    assert row is not None
    assert row[1] == row[2]
    return row
