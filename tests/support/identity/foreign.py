"""Tenancy: keys, users and the organisation itself; routes for sessions: ``test_members``."""

from typing import Final

from api.auth.guard import Need
from tests.support.identity.routes import PART as ROUTES
from tests.support.registries.foreign_part import Foreign, ForeignPart, Owner

SESSION_ROUTES: Final = [
    (method, path)
    for (method, path), need in ROUTES.needs.items()
    if isinstance(need, Need) and "{" in path
]


async def _create(owner: Owner) -> Foreign:
    async with owner.service.browser(owner.organisation) as browser:
        user_id = (await browser.get("/v1/me")).json()["user"]["id"]
    return Foreign(
        audited={
            "keys": (owner.key_id,),
            "organisations": (owner.organisation_id,),
            "users": (user_id,),
        }
    )


PART: Final = ForeignPart(create=_create, tested_elsewhere=SESSION_ROUTES)
