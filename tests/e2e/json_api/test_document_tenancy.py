"""Tenancy of lists of documents and folders: nothing of another organisation is in them."""

import base64
from uuid import uuid4

import pytest
from httpx import AsyncClient

from tests.support.documents.foreign import ForeignDocuments, create_documents
from tests.support.documents.routes import FOLDERS
from tests.support.json_api.documents import DOCUMENTS, create
from tests.support.service.alike import Sent, answers_alike
from tests.support.service.foreign_table import owner_of
from tests.support.service.web import Service

pytestmark = pytest.mark.anyio


@pytest.fixture
async def foreign(service: Service, rival: AsyncClient) -> ForeignDocuments:
    return await create_documents(await owner_of(service, rival))


async def test_a_list_shows_no_document_of_another_organisation(
    client: AsyncClient, foreign: ForeignDocuments
) -> None:
    own = await create(client)
    near = f"{int(foreign.live, 16) + 1:032x}"

    for theirs, none in [
        ({"folderId": foreign.folder_id}, {"folderId": uuid4().hex}),
        ({"folder": foreign.folder}, {"folder": uuid4().hex}),
        ({"cursor": _cursor(foreign.live)}, {"cursor": _cursor(near)}),
        ({"cursor": _cursor(foreign.live, "1")}, {"cursor": _cursor(near, "1")}),
        ({"folderId": foreign.folder_id, "asOf": "@9"}, {"folderId": uuid4().hex, "asOf": "@9"}),
    ]:
        response = await answers_alike(
            client, "GET", _listed(DOCUMENTS, **theirs), _listed(DOCUMENTS, **none)
        )
        assert response.json()["documents"] == []
    mine = (await client.get(DOCUMENTS)).json()["documents"]
    assert [document["id"] for document in mine] == [own]


async def test_a_folder_of_another_organisation_answers_as_an_unknown_one(
    client: AsyncClient, foreign: ForeignDocuments
) -> None:
    for name in ("parent", "path"):
        theirs, none = _listed(FOLDERS, **{name: "secret"}), _listed(FOLDERS, **{name: "nothing"})
        await answers_alike(client, "GET", theirs, none)
    assert (await client.get(FOLDERS)).json()["folders"] == []
    assert foreign.folder.startswith("secret/")


async def test_a_document_is_not_created_in_a_folder_of_another_organisation(
    client: AsyncClient, rival: AsyncClient, foreign: ForeignDocuments
) -> None:
    """A path names a folder of the caller's own: the same path is another folder."""
    document_id = await create(client, folder=foreign.folder)

    found = (await client.get(f"{DOCUMENTS}/{document_id}")).json()["document"]

    assert found["folderId"] != foreign.folder_id
    listed = (await rival.get(DOCUMENTS, params={"folder": foreign.folder})).json()
    assert [document["id"] for document in listed["documents"]] == [foreign.live]


def _listed(path: str, /, **params: str) -> Sent:
    return Sent(path, {"params": params})


def _cursor(before: str, position: str = "") -> str:
    return base64.urlsafe_b64encode(f"1.{before}.{position}".encode()).decode().rstrip("=")
