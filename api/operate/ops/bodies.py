"""What operators send and are told about projections: camelCase, times in ISO-8601 with Z."""

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec

from domain.projection_admin.skips import MAX_REASON
from projections.admin.status import Model

MAX_BYTES: Final = 16 * 1024


class Rebuild(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``hold`` waits for ``switch`` instead of switching once it is built."""

    hold: bool = False


class Skip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``position`` guards against passing over another event than the one that was looked at."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_REASON)]
    position: Annotated[int, msgspec.Meta(ge=1)] | None = None


class ProjectionsAnswer(msgspec.Struct, frozen=True):
    projections: Sequence[Model]
