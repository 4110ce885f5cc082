"""Tracking faults of read models, for the report of ``forge audit verify``."""

from typing import Final, LiteralString

from psycopg import AsyncConnection

from application.audit.verification import ChainFault
from projections.admin.completeness import Completeness
from projections.catalogue import PROJECTIONS
from scripts.composition.backend import Backend

INCOMPLETE: Final[LiteralString] = """
    SELECT name, "position", incomplete FROM projections WHERE live AND incomplete IS NOT NULL
"""


async def tracking_faults(backend: Backend) -> list[ChainFault]:
    """Compare the counts and digests of the live read models with the log; return differences."""
    auditor = Completeness(
        PROJECTIONS, backend.kernel.log, backend.kernel.conninfo, lambda *_: None
    )
    connecting = AsyncConnection.connect(backend.kernel.conninfo, autocommit=True)
    async with await connecting as connection:
        await auditor.look(connection)
        rows = await (await connection.execute(INCOMPLETE)).fetchall()
    return [
        ChainFault("altered tracking", position, f"{name}: {fault}")
        for name, position, fault in rows
    ]
