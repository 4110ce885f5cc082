"""Tenancy: read models are of the service, not of an organisation."""

from typing import Final

from tests.support.registries.foreign_part import ForeignPart

PART: Final = ForeignPart(
    unaudited={"projections": "Read models have the same names for all organisations."}
)
