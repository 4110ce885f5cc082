"""Tenancy: requests for the audit of streams; their keys come from the contexts."""

from typing import Final

from tests.support.operate.routes import DECISIONS, PROJECTION, STREAM
from tests.support.registries.foreign_part import ForeignPart

PART: Final = ForeignPart(
    requests={
        ("GET", STREAM): [
            {},
            {"params": {"after": "1"}},
            {"params": {"limit": "1"}},
            {"params": {"actor": "key:1", "from": "2026-01-01", "until": "@99"}},
        ],
        ("GET", f"{STREAM}/state"): [{}, {"params": {"asOf": "@1"}}, {"params": {"asOf": "@x"}}],
        ("GET", f"{STREAM}/verify"): [{}],
        ("GET", f"{STREAM}/export"): [{}],
        ("GET", f"{STREAM}/diff"): [
            {"params": {"from": "@0"}},
            {"params": {"from": "@1", "to": "x"}},
        ],
    },
    tested_elsewhere=[
        *(("GET", f"{PROJECTION}/{part}") for part in ("failure", "diff", "progress")),
        *(("POST", f"{PROJECTION}/{decision}") for decision in DECISIONS),
    ],
)
