"""What is asked of generations, and how they are told (seed 000, generation; wire.md, codegen)."""

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
    """Whatever is wrong with a body: the seed has one code for all of it."""

    code = "VALIDATION_ERROR"

    def __init__(self, invalid: Invalid) -> None:
        super().__init__(str(invalid))
        self.details = getattr(invalid, "details", {})


class ContextBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """``tcVersion`` such as ``14.3``; ``codePrefix`` begins the names of files and symbols."""

    tc_version: Annotated[str, Meta(examples=["14.3"])]
    compiler: Compiler
    code_prefix: str | None = None


class OptionsBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """``dryRun`` goes through all stages, and keeps and counts nothing."""

    explicit_type: str | None = None
    explicit_pattern: str | None = None
    dry_run: bool = False


class GenerationBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """``requestId`` is the client's own: the same one again gets the first answer again."""

    prompt: Annotated[str, Meta(min_length=1, max_length=MAX_PROMPT)]
    project_context: ContextBody
    request_id: str | None = None
    options: OptionsBody = OptionsBody()

    @classmethod
    async def read(cls, request: AnyRequest) -> tuple[bytes, Self]:
        """Return a request's body, as it came and as what it says; raises ``InvalidRequest``."""
        try:
            raw = await read_body(request, MAX_BYTES)
            return raw, decode(raw, cls)
        except Invalid as error:
            raise InvalidRequest(error) from error

    def asked(self) -> GenerationSpec:
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
        """Sum the request up, however it was written."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()
