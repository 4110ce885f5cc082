"""The archive of a create_generation program, as unzip and sha256sum read it."""

from pathlib import Path

import pytest
from httpx import AsyncClient

from tests.support.codegen.generations import GENERATIONS, create_generation
from tests.support.programs import run

pytestmark = [pytest.mark.anyio, pytest.mark.foreign]


async def test_unzip_finds_no_fault_and_sha256sum_finds_every_file(
    client: AsyncClient, tmp_path: Path
) -> None:
    generation = await create_generation(client)
    archive = tmp_path / "program.zip"
    archive.write_bytes((await client.get(f"{GENERATIONS}/{generation['id']}/download")).content)
    sums = [f"{file['sha256']}  {file['path']}\n" for file in generation["files"]]
    (tmp_path / "sums").write_text("".join(sums))

    tested = await run("unzip", "-t", archive)
    extracted = await run("unzip", "-q", archive, "-d", tmp_path / "program")
    checked = await run("sha256sum", "--strict", "-c", "../sums", cwd=tmp_path / "program")

    assert tested.status == 0, tested.output
    assert "No errors detected" in tested.output
    assert extracted.status == 0, extracted.output
    assert checked.status == 0, checked.output
    assert checked.output.count(": OK\n") == len(generation["files"])
