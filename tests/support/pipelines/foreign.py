"""Tenancy: a pipeline of an organisation with a run, and requests of others for them."""

from typing import Final

from tests.support.json_api.pipelines import GREETING, create_pipeline, run_pipeline
from tests.support.pipelines.routes import PIPELINE, RUN, UTILITY
from tests.support.registries.foreign_part import Foreign, ForeignPart, Owner


async def _create(owner: Owner) -> Foreign:
    path = await create_pipeline(owner.client)
    run_id = (await run_pipeline(owner.client, path, {"x": {}})).json()["runId"]
    pipeline_id = path.rpartition("/")[2]
    return Foreign(
        values=[{"{pipeline_id:str}": pipeline_id, "{run_id:str}": run_id}],
        audited={"pipelines": (pipeline_id,), "runs": (run_id,)},
        unchanged={path: '"1"'},
    )


PART: Final = ForeignPart(
    create=_create,
    requests={
        ("GET", PIPELINE): [{}, {"headers": {"If-None-Match": "*"}}],
        ("PUT", PIPELINE): [
            {"json": {"name": "mine now", "graph": GREETING}},
            {"json": {"name": "mine now", "graph": GREETING}, "headers": {"If-Match": '"99"'}},
        ],
        ("DELETE", PIPELINE): [{}, {"headers": {"If-Match": '"99"'}}],
        ("POST", f"{PIPELINE}/run"): [
            {"json": {"inputs": {"x": 1}}},
            {"json": {"inputs": {"x": 1}}, "headers": {"Idempotency-Key": "tenancy"}},
        ],
        ("GET", f"{PIPELINE}/runs"): [{}, {"params": {"limit": "1"}}],
        ("GET", RUN): [{}],
        ("GET", f"{RUN}/output"): [{}],
    },
    statuses=(404, 412),
    tested_elsewhere=[("GET", UTILITY), ("POST", UTILITY)],
)
