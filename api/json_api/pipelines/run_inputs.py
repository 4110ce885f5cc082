"""What a run works on: what was sent, and documents that were named instead."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from api.auth.caller import caller_of
from api.http.request_body import decode_or, parse_in_thread
from api.json_api.documents.bodies import masked
from api.json_api.documents.document_reader import DocumentReader
from api.json_api.pipelines.run_bodies import RunBody
from api.json_api.stored_content import read_content
from api.request import AnyRequest
from application.documents.documents import DOCUMENT
from application.eventstore.contents import Contents
from domain.identity.scopes import Scope, allows
from domain.json_text import unmask
from domain.pipelines.plan import ExecutionPlan
from domain.refusals import Forbidden, Invalid


class InvalidInputs(Invalid):
    code = "INVALID_INPUT"


class DocumentsNeeded(Forbidden):
    message = "A run that reads or writes documents needs a key with the scope documents too."


class _Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"id": "$document"}):
    id: str


class RunInputs(NamedTuple):
    """Inputs of a run: ``values`` are JSON by input node, ``inputs_record`` is kept of them."""

    values: Mapping[str, bytes]
    inputs_record: bytes
    verbose: bool


class InputReader:
    def __init__(self, finder: DocumentReader, contents: Contents) -> None:
        self._finder = finder
        self._contents = contents

    async def read(self, request: AnyRequest, raw: bytes, plan: ExecutionPlan) -> RunInputs:
        """Return a run's inputs; raises ``InvalidInputs``, ``DocumentNotFound``."""
        given, verbose = await parse_in_thread(_sent, raw)
        values, told = dict[str, bytes](), dict[str, msgspec.Raw]()
        for node, value in _assigned(given, plan).items():
            values[node], kept = await self._value(request, value)
            told[node] = msgspec.Raw(kept)
        return RunInputs(values, msgspec.json.encode(told), verbose)

    async def _value(self, request: AnyRequest, value: bytes) -> tuple[bytes, bytes]:
        """Return a value, and what is kept of where it came from."""
        try:
            named = msgspec.json.decode(value, type=_Named)
        except msgspec.DecodeError:
            return value, value
        require_document_scope(request)
        found = await self._finder.find(request, named.id)
        org_id, stream = caller_of(request).org_id, DOCUMENT.stream(named.id)
        text = await read_content(self._contents, org_id, stream, found.digest)
        return text, msgspec.json.encode({"$document": named.id, "version": found.number})


def _sent(raw: bytes) -> tuple[Mapping[str, bytes], bool]:
    """Return the inputs as they were sent, JSON by name, and whether the run is verbose."""
    text, mark = masked(raw)
    body = decode_or(text, RunBody())
    given = {
        name: unmask(bytes(value), mark) if mark else bytes(value)
        for name, value in body.inputs.items()
    }
    return given, body.verbose


def require_document_scope(request: AnyRequest) -> None:
    if not allows(caller_of(request).scopes, Scope.DOCUMENTS):
        raise DocumentsNeeded


def _assigned(given: Mapping[str, bytes], plan: ExecutionPlan) -> Mapping[str, bytes]:
    """Give each input node its value; a single one takes whatever single value there is."""
    if len(plan.inputs) == 1 and len(given) == 1:
        [(name, value)] = given.items()
        if name == "$document":
            value = msgspec.json.encode({name: msgspec.Raw(value)})
        return {plan.inputs[0]: value}
    if missing := [node for node in plan.inputs if node not in given]:
        raise InvalidInputs(f"inputs has nothing for the input node {missing[0]!r}.")
    if strange := [name for name in given if name not in plan.inputs]:
        raise InvalidInputs(f"The pipeline has no input node {strange[0]!r}.")
    return given
