"""JSON Patch (RFC 6902) in responses."""

from collections.abc import Iterable, Sequence

import msgspec

from domain.json_diff import Operation


class PatchOperation(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """One operation of RFC 6902; ``value`` is absent where the operation has none."""

    op: str
    path: str
    value: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    from_: str | msgspec.UnsetType = msgspec.UNSET


def patch_of(operations: Iterable[Operation]) -> Sequence[PatchOperation]:
    return [_patch_operation(operation) for operation in operations]


def _patch_operation(operation: Operation) -> PatchOperation:
    value = msgspec.UNSET if operation.value is None else msgspec.Raw(operation.value)
    return PatchOperation(operation.op, operation.path, value)
