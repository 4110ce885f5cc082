"""Tenancy: documents and folders of an organisation, and requests of others for them."""

from typing import Final, NamedTuple
from uuid import uuid4

from tests.support.documents.routes import DOCUMENT, VERSION
from tests.support.json_api.documents import DOCUMENTS, create
from tests.support.registries.foreign_part import Foreign, ForeignPart, Owner


class ForeignDocuments(NamedTuple):
    """Documents in each state, all in one folder, with two versions each."""

    live: str
    trashed: str
    purged: str
    folder: str
    folder_id: str


async def create_documents(owner: Owner) -> ForeignDocuments:
    client, folder = owner.client, f"secret/{uuid4().hex}"
    live, trashed, purged = [await create(client, folder=folder) for _ in range(3)]
    for document_id in (live, trashed, purged):
        await client.put(f"{DOCUMENTS}/{document_id}/content", json={"content": [2]})
    for document_id in (trashed, purged):
        await client.delete(f"{DOCUMENTS}/{document_id}")
    await client.post(f"{DOCUMENTS}/{purged}/purge")
    folder_id = (await client.get(f"{DOCUMENTS}/{live}")).json()["document"]["folderId"]
    return ForeignDocuments(live, trashed, purged, folder, folder_id)


async def _create(owner: Owner) -> Foreign:
    made = await create_documents(owner)
    documents = made.live, made.trashed, made.purged
    return Foreign(
        values=[{"{document_id:str}": document_id} for document_id in documents],
        audited={
            "documents": documents,
            "folders": (made.folder_id,),
            "erasures": (made.purged,),
        },
        unchanged={f"{DOCUMENTS}/{made.live}": '"2"'},
    )


PART: Final = ForeignPart(
    create=_create,
    requests={
        ("GET", DOCUMENT): [
            {},
            {"params": {"asOf": "@1"}},
            {"params": {"asOf": "2100-01-01T00:00:00Z"}},
            {"headers": {"If-None-Match": "*"}},
            {"headers": {"If-None-Match": '"1"'}},
        ],
        ("PUT", DOCUMENT): [
            {"json": {"name": "mine now"}},
            {"json": {"folder": None}},
            {"json": {}},
            {"json": {"name": "mine now"}, "headers": {"If-Match": '"1"'}},
            {"json": {"name": "mine now"}, "headers": {"If-Match": '"99"'}},
        ],
        ("DELETE", DOCUMENT): [
            {},
            {"headers": {"If-Match": '"99"'}},
            {"headers": {"If-Match": "*"}},
        ],
        ("POST", f"{DOCUMENT}/purge"): [{}, {"headers": {"Idempotency-Key": "tenancy"}}],
        ("POST", f"{DOCUMENT}/restore"): [{}, {"headers": {"If-Match": '"99"'}}],
        ("GET", f"{DOCUMENT}/content"): [
            {},
            {"params": {"asOf": "@1"}},
            {"headers": {"If-None-Match": "*"}},
        ],
        ("PUT", f"{DOCUMENT}/content"): [
            {"json": {"content": 1}},
            {"json": {"contentText": "1", "createVersion": False}},
            {"json": {"content": 1}, "headers": {"If-Match": '"99"'}},
            {"json": {"contentText": "{"}},
        ],
        ("GET", f"{DOCUMENT}/versions"): [
            {},
            {"params": {"cursor": "1"}},
            {"params": {"cursor": "99"}},
        ],
        ("GET", VERSION): [{}],
        ("GET", f"{VERSION}/content"): [{}, {"headers": {"If-None-Match": "*"}}],
        ("GET", f"{DOCUMENT}/diff"): [
            {"params": {"from": "1", "to": "2"}},
            {"params": {"from": "1", "to": "99"}},
        ],
    },
)
