"""Inputs of runs: JSON values, and documents referenced by id."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from api.auth.caller import caller_of
from api.http.request_body import decode_or, parse_in_thread
from api.json_api.documents.bodies import mask_surrogates
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


class DocumentScopeRequired(Forbidden):
    message = "A run that reads or writes documents needs a key with the scope documents too."


class _DocumentReference(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"id": "$document"}
):
    id: str


class RunInputs(NamedTuple):
    """Inputs of a run: ``values`` are JSON by input node, ``inputs_record`` is stored with it."""

    values: Mapping[str, bytes]
    inputs_record: bytes
    verbose: bool


class InputReader:
    def __init__(self, finder: DocumentReader, contents: Contents) -> None:
        self._finder = finder
        self._contents = contents

    async def read(self, request: AnyRequest, raw: bytes, plan: ExecutionPlan) -> RunInputs:
        """Return a run's inputs; raises ``InvalidInputs``, ``DocumentNotFound``."""
        inputs, verbose = await parse_in_thread(_parse, raw)
        values, recorded = dict[str, bytes](), dict[str, msgspec.Raw]()
        for node, value in _by_node(inputs, plan).items():
            values[node], record = await self._value(request, value)
            recorded[node] = msgspec.Raw(record)
        return RunInputs(values, msgspec.json.encode(recorded), verbose)

    async def _value(self, request: AnyRequest, value: bytes) -> tuple[bytes, bytes]:
        """Return an input's value, and the record of it: a document's is a reference."""
        try:
            reference = msgspec.json.decode(value, type=_DocumentReference)
        except msgspec.DecodeError:
            return value, value
        require_document_scope(request)
        document = await self._finder.find(request, reference.id)
        org_id, stream = caller_of(request).org_id, DOCUMENT.stream(reference.id)
        text = await read_content(self._contents, org_id, stream, document.digest)
        return text, msgspec.json.encode({"$document": reference.id, "version": document.number})


def _parse(raw: bytes) -> tuple[Mapping[str, bytes], bool]:
    """Return the inputs, JSON by name, and whether the run is verbose."""
    text, mark = mask_surrogates(raw)
    body = decode_or(text, RunBody())
    inputs = {
        name: unmask(bytes(value), mark) if mark else bytes(value)
        for name, value in body.inputs.items()
    }
    return inputs, body.verbose


def require_document_scope(request: AnyRequest) -> None:
    """Raise ``DocumentScopeRequired`` unless the caller may use documents."""
    if not allows(caller_of(request).scopes, Scope.DOCUMENTS):
        raise DocumentScopeRequired


def _by_node(inputs: Mapping[str, bytes], plan: ExecutionPlan) -> Mapping[str, bytes]:
    """Return the value of each input node; a single node takes a single value of any name."""
    if len(plan.inputs) == 1 and len(inputs) == 1:
        [(name, value)] = inputs.items()
        if name == "$document":
            value = msgspec.json.encode({name: msgspec.Raw(value)})
        return {plan.inputs[0]: value}
    if missing := [node for node in plan.inputs if node not in inputs]:
        raise InvalidInputs(f"inputs has nothing for the input node {missing[0]!r}.")
    if unknown := [name for name in inputs if name not in plan.inputs]:
        raise InvalidInputs(f"The pipeline has no input node {unknown[0]!r}.")
    return inputs
