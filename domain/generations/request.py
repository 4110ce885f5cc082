"""Specification of a generation: prompt, context and hints (seed 000)."""

from enum import Enum
from typing import Final

import msgspec

from domain.generations.naming import checked_prefix
from domain.generations.patterns import pattern_named
from domain.generations.versions import version_of
from domain.refusals import Invalid
from domain.text import Personal, Public, valid_text

MAX_PROMPT: Final = 8_000
MAX_REQUEST_ID: Final = 128
MAX_TYPE: Final = 64
MAX_VERSION: Final = 32


class InvalidPrompt(Invalid):
    code = "VALIDATION_ERROR"
    message = "prompt must not be blank."


class Compiler(Enum):
    MSVC = "msvc"
    GCC = "gcc"


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """Target of a program; ``code_prefix`` begins the names of its files and symbols."""

    tc_version: Public
    compiler: Compiler
    code_prefix: Personal | None = None


class Hints(msgspec.Struct, frozen=True, kw_only=True):
    explicit_type: Personal | None = None
    explicit_pattern: Public | None = None


class GenerationSpec(msgspec.Struct, frozen=True, kw_only=True):
    prompt: Personal
    context: Context
    hints: Hints


def checked_request(asked: GenerationSpec, modules: frozenset[str]) -> GenerationSpec:
    """Return the specification if it is valid; raises ``Invalid``.

    ``modules`` are those of ITK, which are no valid prefixes.
    """
    valid_text(asked.prompt, field="prompt", shortest=1, longest=MAX_PROMPT)
    if not asked.prompt.strip():
        raise InvalidPrompt
    context, hints = asked.context, asked.hints
    version_of(context.tc_version)
    checked_prefix(context.code_prefix, modules)
    if hints.explicit_type is not None:
        valid_text(hints.explicit_type, field="options.explicitType", longest=MAX_TYPE)
    if hints.explicit_pattern is not None:
        pattern_named(hints.explicit_pattern)
    return asked
