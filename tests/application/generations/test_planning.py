"""Plans filled in by a model: valid values are taken, others become warnings."""

import json
from typing import Any, Final

import msgspec
import pytest

from adapters.http.guarded_transport import GuardedTransport
from adapters.http.openai_chat import OpenAiChat
from application.generations.plan_models import PlanModel
from application.generations.planning import PlanResult, make_plan, read_prompt
from application.llm.provider_credentials import Credential, Secret
from domain.generations.request import Compiler, Context, GenerationSpec, Hints
from domain.outbound_addresses import Allowed
from tests.support.third_parties.llm import llm_server

pytestmark = pytest.mark.anyio

ASKED: Final = GenerationSpec(
    prompt="Export released parts to CSV",
    context=Context(tc_version="14.3", compiler=Compiler.GCC),
    hints=Hints(),
)


async def plan_with(says: Any, status: int = 200) -> PlanResult:
    async with llm_server() as (server, base_url):
        server.says, server.status = json.dumps(says), status
        chat = OpenAiChat(GuardedTransport(Allowed.parsed("127.0.0.1")))
        credential = Credential("p", base_url, "m", Secret("s"))
        made = await make_plan(ASKED, read_prompt(ASKED), PlanModel(chat, credential))
        await chat.close()
    assert "QueryExport" in json.dumps(server.asked[0]["response_format"])
    return made


async def test_a_models_plan_takes_precedence_over_the_planner() -> None:
    made = await plan_with({"output": "mine.csv", "unknown": 1})
    plan = msgspec.to_builtins(made.plan)

    assert plan["output"] == "mine.csv"
    assert plan["criteria"] == ({"entry": "Release Status", "value": "Released"},)
    assert "MODEL_PLAN" in {each.code for each in made.diagnostics}


@pytest.mark.parametrize(
    "says",
    [
        [1, 2],
        "text",
        None,
        {"output": "a\nb.csv"},
        {"output": 7},
        {"columns": [{"property": "a;b", "heading": "x"}]},
        {"criteria": [{"entry": "\u202e", "value": "x"}]},
    ],
)
async def test_what_is_no_plan_leaves_the_planners(says: Any) -> None:
    made = await plan_with(says)

    assert made.plan == (await make_plan(ASKED, read_prompt(ASKED), None)).plan
    assert "MODEL_IGNORED" in {each.code for each in made.diagnostics}


async def test_a_model_that_is_away_leaves_the_planners() -> None:
    made = await plan_with({"output": "mine.csv"}, status=500)

    assert made.plan == (await make_plan(ASKED, read_prompt(ASKED), None)).plan
