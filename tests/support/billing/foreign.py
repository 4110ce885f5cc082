"""Tenancy: the ledger of an organisation that has spent credits."""

from datetime import UTC, datetime
from typing import Final

from domain.billing.ledger import month_of
from tests.support.json_api.utilities import run_utility
from tests.support.registries.foreign_part import Foreign, ForeignPart, Owner


async def _create(owner: Owner) -> Foreign:
    month = month_of(datetime.now(UTC))
    response = await run_utility(owner.client, "cleanup.sort-keys", {"a": 1})
    assert response.status_code == 200, response.text
    return Foreign(audited={"ledgers": (f"{owner.organisation_id}.{month}",)})


PART: Final = ForeignPart(create=_create)
