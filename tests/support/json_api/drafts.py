"""Drafts over HTTP."""

import json
from typing import Any, Final

from httpx import AsyncClient, Response

from application.eventstore.envelope import Origin
from application.llm.provider_credentials import Credential, Secret
from tests.support.service.web import Service
from tests.support.third_parties.llm import SECRET

DRAFT: Final = "/api/v1/ai/pipeline-draft"
SEED: Final = {
    "intent": "Clean each customer record: trim the name, lowercase the email, and drop null"
    " fields.",
    "sampleInput": '[{"name":"  Ada  ","email":"ADA@EXAMPLE.COM","note":null}]',
}
RULES: Final = {**SEED, "model": "forge-rules"}


async def request_draft(client: AsyncClient, **changes: Any) -> Response:
    return await client.post(DRAFT, json=RULES | changes)


async def draft_for(client: AsyncClient, intent: str, sample: Any) -> Response:
    return await request_draft(client, intent=intent, sampleInput=json.dumps(sample))


def error_of(response: Response) -> tuple[int, str]:
    """Return status and code of a refusal, whose shape must be the seed's."""
    body = response.json()
    assert body.keys() == {"success", "errors"}, body
    assert body["success"] is False
    [error] = body["errors"]
    assert error["message"]
    return response.status_code, error["code"]


async def bind(service: Service, key_id: str, org: str, base_url: str) -> None:
    """Have the credential of a model go with a key."""
    backend = service.backend
    org_id = await backend.contexts.identity.organisations.find_by_name(org)
    assert org_id is not None
    credential = Credential("test", base_url, "gpt-4o-mini", Secret(SECRET))
    by = Origin(actor="system:test", org_id=org_id, correlation_id="setup")
    await backend.contexts.llm.credentials.bind(key_id, credential, by)
