"""Request bodies and responses of projections: camelCase, times in ISO-8601 with Z."""

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec

from domain.projection_admin.skips import MAX_REASON
from projections.admin.status import Model

MAX_BYTES: Final = 16 * 1024


class Rebuild(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rebuild; with ``hold`` it waits for ``switch`` instead of switching when built."""

    hold: bool = False


class Skip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A skip; with ``position`` it is refused unless the model has stopped at that event."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_REASON)]
    position: Annotated[int, msgspec.Meta(ge=1)] | None = None


class ProjectionsAnswer(msgspec.Struct, frozen=True):
    projections: Sequence[Model]
