"""Tenancy: a generation of an organisation, and requests of others for it."""

from typing import Final

from tests.support.codegen.generations import create_generation
from tests.support.generations.routes import GENERATION
from tests.support.registries.foreign_part import Foreign, ForeignPart, Owner


async def _create(owner: Owner) -> Foreign:
    generation_id = (await create_generation(owner.client))["id"]
    return Foreign(
        values=[{"{generation_id:str}": generation_id}],
        audited={"generations": (generation_id,)},
    )


PART: Final = ForeignPart(
    create=_create,
    requests={
        ("GET", GENERATION): [{}, {"headers": {"If-None-Match": "*"}}],
        ("GET", f"{GENERATION}/events"): [{}, {"headers": {"Last-Event-ID": "1"}}],
        ("GET", f"{GENERATION}/download"): [{}, {"headers": {"If-None-Match": "*"}}],
        ("GET", f"{GENERATION}/archive"): [{}],
    },
    statuses=(404,),
)
