"""Injection: every prompt gives a refusal, or sound code that carries none of it as code.

Syntax is looked at by tree-sitter here, which is quick; the calls of a program are always those of
its template, and its literals hold what the plan says.
"""

from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.codegen.knowledge_file import read_knowledge
from adapters.codegen.parsing import TreeSitterParser
from adapters.codegen.rendering import JinjaRenderer
from application.generations.ports import SourceFile
from domain.generations.checking import check_calls
from domain.generations.diagnostics import Severity
from domain.generations.patterns import Pattern
from domain.generations.planner import plan_of, values_in
from domain.generations.plans import KINDS, AnyPlan, checked_plan, visible_line
from domain.generations.request import Compiler, Context, GenerationSpec, Hints, checked_request
from domain.generations.versions import version_of
from domain.refusals import Refusal
from tests.support.codegen.engine import generation_spec, make_program

NASTY: Final = (
    *('"); system("id"); ("', "*/ int x; /*", "%s%n%x", "??/", "\\", "\\\n", "'", '"', "`id`"),
    *("$(rm -rf /)", "%PATH%", "& del *", "| x", "\u202e\u2066", "\u200f", "👩\u200d🚀", "{{7*7}}"),
    *("{% raw %}", "#include </etc/passwd>", "\r\n#define main", "]]>", "<script>", "\x1b[2J"),
    *("\\x41", "\\101", "//", "/*", "@echo on", "^", "!x!", "\u2028", "\u0000", "\ud7ff", "é" * 9),
)
PIECES: Final = st.sampled_from(NASTY) | st.text(max_size=12)
TEMPLATES: Final = (
    'Export parts where item id is "{}" to "{}.csv" with columns "{}"',
    'Run the saved query "{}" with columns {} and write {} to x.csv',
    'Start the workflow "{}" for items owned by {} in group {}',
    'Apply release status "{}" to items of type {} {}',
    "BOM of item {} under the {} rule to {}.csv",
    'Assign items starting with {} to project "{}" {}',
)
CALLS: Final = frozenset({"system", "popen", "execve", "main"})
render, parse = JinjaRenderer(), TreeSitterParser()
knowledge = read_knowledge().of(version_of("14.3"))


def drafts_of(prompt: str, plan: AnyPlan) -> list[SourceFile]:
    context = Context(tc_version="14.3", compiler=Compiler.GCC)
    return [*render(GenerationSpec(prompt=prompt, context=context, hints=Hints()), plan, knowledge)]


def calls_of(drafts: list[SourceFile]) -> list[str]:
    sources = [parse(draft) for draft in drafts if draft.language == "c"]
    assert [fault for source in sources for fault in source.faults] == []
    assert [*check_calls(sources, knowledge)] == []
    return sorted(call.name for source in sources for call in source.calls)


@settings(max_examples=150)
@given(
    st.sampled_from(TEMPLATES), st.tuples(PIECES, PIECES, PIECES), st.sampled_from(list(Pattern))
)
def test_prompts_make_the_calls_of_their_template_and_no_other(
    template: str, pieces: tuple[str, str, str], pattern: Pattern
) -> None:
    prompt = template.format(*pieces)
    plan, _ = plan_of(values_in(prompt, pattern), pattern)
    drafts = drafts_of(prompt, plan)
    calls = calls_of(drafts)

    assert not CALLS & {*calls}
    for draft in drafts:
        assert draft.content.isascii() or draft.language in {"markdown", "config"}
        lines = draft.content.splitlines()
        assert [visible_line(line) for line in lines] == [" ".join(line.split()) for line in lines]
    build = next(draft.content for draft in drafts if draft.language == "makefile")
    assert build == next(d.content for d in drafts_of("x", plan) if d.language == "makefile")


@settings(max_examples=60)
@given(st.sampled_from(list(Pattern)), st.data())
def test_plans_of_models_are_refused_or_data(pattern: Pattern, data: st.DataObject) -> None:
    """A model may say anything of any field: what it says is only ever a value."""
    fields = [*KINDS[pattern].__struct_fields__]
    values: dict[str, Any] = {
        name: data.draw(PIECES | st.integers() | st.lists(PIECES, max_size=2) | st.none())
        for name in data.draw(st.lists(st.sampled_from(fields), unique=True, max_size=4))
    }
    try:
        plan = checked_plan(values, pattern)
    except Refusal:
        return

    assert not CALLS & {*calls_of(drafts_of("x", plan))}


@pytest.mark.anyio
@pytest.mark.parametrize("nasty", NASTY)
async def test_every_nasty_text_in_a_whole_program(nasty: str) -> None:
    prompt = f'Export parts where item id is "{nasty}" to CSV with columns item_id, {nasty}'
    if "\0" in nasty:
        with pytest.raises(Refusal):
            checked_request(generation_spec(prompt), frozenset())
        return

    program = await make_program(generation_spec(prompt))
    assert [each for each in program.diagnostics if each.severity is Severity.ERROR] == []
