"""What an organisation has that another one asks for."""

from typing import NamedTuple
from uuid import uuid4

from httpx import AsyncClient

from tests.support.codegen.generations import generated
from tests.support.json_api.documents import DOCUMENTS, create
from tests.support.json_api.pipelines import create_pipeline, run_pipeline
from tests.support.service.web import Service, fresh_name


class Foreign(NamedTuple):
    client: AsyncClient
    organisation: str
    key: str
    live: str
    trashed: str
    purged: str
    folder: str
    folder_id: str
    generation: str
    pipeline: str
    run: str

    @property
    def documents(self) -> tuple[str, ...]:
        return self.live, self.trashed, self.purged

    @property
    def audited(self) -> dict[str, tuple[str, ...]]:
        return {
            "documents": self.documents,
            "keys": (self.key,),
            "organisations": (self.organisation,),
            "folders": (self.folder_id,),
            "generations": (self.generation,),
            "pipelines": (self.pipeline,),
            "runs": (self.run,),
        }


async def one_of_everything(service: Service, rival: AsyncClient) -> Foreign:
    """Have the rival make one of everything."""
    org, folder = fresh_name(), f"secret/{uuid4().hex}"
    issued = await service.issue(org)
    rival.headers["Authorization"] = f"Bearer {issued.text}"
    live, trashed, purged = [await create(rival, folder=folder) for _ in range(3)]
    for document_id in (live, trashed, purged):
        await rival.put(f"{DOCUMENTS}/{document_id}/content", json={"content": [2]})
    for document_id in (trashed, purged):
        await rival.delete(f"{DOCUMENTS}/{document_id}")
    await rival.post(f"{DOCUMENTS}/{purged}/purge")
    folder_id = (await rival.get(f"{DOCUMENTS}/{live}")).json()["document"]["folderId"]
    org_id = await service.backend.contexts.identity.commands.organisation_named(org)
    assert org_id is not None
    generation = (await generated(rival))["id"]
    path = await create_pipeline(rival)
    run = (await run_pipeline(rival, path, {"x": {}})).json()["runId"]
    pipeline = path.rpartition("/")[2]
    made = (live, trashed, purged, folder, folder_id, generation, pipeline, run)
    return Foreign(rival, org_id, issued.key_id, *made)
