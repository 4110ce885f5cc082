"""Request bodies of generations (seed 000, generation; wire.md, codegen)."""

import hashlib
from typing import Annotated, Final, Self

import msgspec
from msgspec import Meta

from api.http.request_body import decode, read_body
from api.request import AnyRequest
from domain.generations.request import MAX_PROMPT, Compiler, Context, GenerationSpec, Hints
from domain.refusals import Invalid

MAX_BYTES: Final = 128 * 1024


class InvalidRequest(Invalid):
    """An invalid body: the seed has one code for every kind of error in it."""

    code = "VALIDATION_ERROR"

    def __init__(self, invalid: Invalid) -> None:
        super().__init__(str(invalid))
        self.details = getattr(invalid, "details", {})


class ContextBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The project; ``codePrefix`` begins the names of files and symbols."""

    tc_version: Annotated[str, Meta(examples=["14.3"])]
    compiler: Compiler
    code_prefix: str | None = None


class OptionsBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Options; ``dryRun`` goes through all stages, but stores nothing and uses no quota."""

    explicit_type: str | None = None
    explicit_pattern: str | None = None
    dry_run: bool = False


class GenerationBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A request; one repeated under the same ``requestId`` gets the first response."""

    prompt: Annotated[str, Meta(min_length=1, max_length=MAX_PROMPT)]
    project_context: ContextBody
    request_id: str | None = None
    options: OptionsBody = OptionsBody()

    @classmethod
    async def read(cls, request: AnyRequest) -> tuple[bytes, Self]:
        """Return the body's bytes and value; raises ``InvalidRequest``."""
        try:
            raw = await read_body(request, MAX_BYTES)
            return raw, decode(raw, cls)
        except Invalid as error:
            raise InvalidRequest(error) from error

    def spec(self) -> GenerationSpec:
        context, options = self.project_context, self.options
        return GenerationSpec(
            prompt=self.prompt,
            context=Context(
                tc_version=context.tc_version,
                compiler=context.compiler,
                code_prefix=context.code_prefix,
            ),
            hints=Hints(
                explicit_type=options.explicit_type, explicit_pattern=options.explicit_pattern
            ),
        )

    def digest(self) -> str:
        """Return the SHA-256 of the request's values, whatever its formatting."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()
