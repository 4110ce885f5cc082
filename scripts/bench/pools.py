"""Preparation of a subject before its rounds: warm-up, documents to read, the best pool size."""

from typing import Final

from scripts.bench.load import Loader, Target
from scripts.bench.rig import Rig
from scripts.bench.seed_documents import DOCUMENTS, seed
from scripts.bench.subjects import Kind, peer

CONNECTIONS: Final = 64
POOLS: Final = (4, 16)
POOLED: Final[tuple[Kind, ...]] = ("crud", "autocommit", "keyed", "eventsourcing")
"""Peers whose pool size is tried out; FastAPI's is what its framework's users set."""
WARM_UP_SECONDS: Final = 1.0
TRIAL_SECONDS: Final = 1.0


def best_pool(rig: Rig, key: str, kind: Kind, mode: str, make: Loader) -> int:
    """Return the pool size with which a peer has the highest rate."""
    if kind not in POOLED:
        return POOLS[0]
    rates: dict[int, float] = {}
    for size in POOLS:
        rig.say(f"{mode}: {kind} with a pool of {size}")
        with peer(rig, key, kind, size) as target:
            prepare(mode, target, make)
            rates[size] = make(mode, target, TRIAL_SECONDS, CONNECTIONS).rate
    return max(rates, key=rates.__getitem__)


def prepare(mode: str, target: Target, make: Loader) -> int:
    """Warm a subject up, after seeding it if the load reads; return the documents created."""
    seeded = 0
    if mode == "get" and not target.ids.exists():
        seed(target)
        seeded = DOCUMENTS
    load = make(mode, target, WARM_UP_SECONDS, CONNECTIONS)
    return load.requests if mode == "create" else seeded
