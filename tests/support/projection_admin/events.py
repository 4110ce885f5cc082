"""Events of projection administration: stored shapes, published fields, read model rules."""

from typing import Final

from domain.projection_admin.events import EventSkipped
from tests.support.registries.event_part import EventPart

PART: Final = EventPart(
    stored={
        "projection.event_skipped.1": EventSkipped(
            projection="folders", position=7, reason="Folder of a test"
        ),
    },
    published={
        "projection.event_skipped": ("projection", "position", "reason"),
    },
    unprojected={
        EventSkipped: "For the engine of projections itself.",
    },
)
