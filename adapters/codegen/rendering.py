"""Renders programs from Jinja templates; text from a prompt passes through an escaping filter."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.codegen.escapes import c_char, c_string, markdown
from application.generations.ports import SourceFile
from domain.generations.engine import ENGINE_VERSION
from domain.generations.knowledge import VersionKnowledge
from domain.generations.naming import DEFAULT_PREFIX
from domain.generations.options import options_of, where_names
from domain.generations.patterns import DESCRIPTIONS
from domain.generations.plans import AnyPlan, OnObjects
from domain.generations.request import Compiler, GenerationSpec

CRLF: Final = frozenset({"batch"})


class JinjaRenderer:
    """Renders the files of a plan; the templates are compiled once."""

    def __init__(self) -> None:
        # C, Makefiles and batch files are no HTML: each place names the escape it needs.
        self._templates = Environment(  # noqa: S701 - no HTML comes of it  # nosec B701
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._templates.filters.update(c=c_string, c_char=c_char, md=markdown)

    def __call__(
        self, spec: GenerationSpec, plan: AnyPlan, knowledge: VersionKnowledge
    ) -> Sequence[SourceFile]:
        values = _values(spec, plan, knowledge)
        prefix, slug = values["p"], values["slug"]
        msvc = spec.context.compiler is Compiler.MSVC
        build = ("build.bat", "batch") if msvc else ("Makefile", "makefile")
        files = (
            (f"patterns/{slug}.c", f"src/{prefix}_{slug}.c", "c"),
            ("common/itk_util.c", f"src/{prefix}_itk_util.c", "c"),
            ("common/itk_util.h", f"src/{prefix}_itk_util.h", "c"),
            ("common/CMakeLists.txt", "CMakeLists.txt", "cmake"),
            (f"common/{build[0]}", build[0], build[1]),
            ("common/config.cfg", values["config"], "config"),
            ("common/README.md", "README.md", "markdown"),
        )
        return [
            SourceFile(path, self._render(template, language, values), language)
            for template, path, language in files
        ]

    def _render(self, template: str, language: str, values: Mapping[str, Any]) -> str:
        text = self._templates.get_template(f"{template}.j2").render(values)
        return text.replace("\n", "\r\n") if language in CRLF else text


def _values(spec: GenerationSpec, plan: AnyPlan, knowledge: VersionKnowledge) -> Mapping[str, Any]:
    context, slug = spec.context, plan.pattern.value
    version = knowledge.version.text
    return {
        "p": context.code_prefix or DEFAULT_PREFIX,
        "slug": slug,
        "plan": plan,
        "kb": knowledge,
        "version": version,
        "compiler": context.compiler.value,
        "prompt": spec.prompt,
        "description": DESCRIPTIONS[plan.pattern],
        "origin": f"Made by Forge {ENGINE_VERSION} for Teamcenter {version}.",
        "config": f"config/{slug}.cfg",
        "options": options_of(plan),
        "where": where_names(plan.criteria) if isinstance(plan, OnObjects) else (),
    }
