"""Events of erasures: stored shapes, published fields, read model rules."""

from typing import Final

from domain.erasure.events import ErasureCertified
from tests.support.registries.event_part import EventPart

PART: Final = EventPart(
    stored={
        "erasure.certified.1": ErasureCertified(
            subject="document-0197", version=3, texts=2, size=66, digest="8f70bf18"
        ),
    },
    published={
        "erasure.certified": ("subject", "version", "texts", "size"),
    },
    unprojected={
        ErasureCertified: "For auditors.",
    },
)
