"""Tables of the event store and of work in hand."""

from typing import Final

from tests.support.registries.table_part import TablePart

PART: Final = TablePart(
    sealed={
        "forge_events": "personal fields under the stream's key",
        "forge_snapshots": "whole, under the stream's key, and deleted",
        "contents": "whole, under the owner's key, and deleted",
        "answers": "under the owner's key, and blanked with the question",
        "data_keys": "the key itself, deleted",
    },
    untouched={
        "claims": "paths, names and request ids of what is not purged",
        "jobs": "ids",
        "run_leases": "ids and times",
        "projections": "positions, and errors without rows",
        "checkpoints": "hashes of what is sealed",
        "forge_migrations": "ours",
    },
)
