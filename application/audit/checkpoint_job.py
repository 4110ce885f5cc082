"""Job: signs checkpoints of the events since the last one, a bounded range at a time."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from application.audit.checkpoints import FIRST, Checkpoint, Checkpoints, Signer
from application.audit.merkle import root_of
from application.jobs.jobs import Arguments

CHECKPOINT: Final = "checkpoint"
CHECKPOINT_EVERY: Final = timedelta(seconds=60)
MAX_RANGE: Final = 50_000
"""Positions of one checkpoint: some 10 ms of hashing, and proofs of 16 hashes."""


class CheckpointJob:
    def __init__(
        self, checkpoints: Checkpoints, signer: Signer, clock: Callable[[], datetime]
    ) -> None:
        self._checkpoints = checkpoints
        self._signer = signer
        self._clock = clock

    async def __call__(self, _: Arguments) -> None:
        """Sign until all events are covered, or another process has signed the same range."""
        signed = True
        while signed:
            newest = await self._checkpoints.newest()
            last = newest.last if newest else 0
            hashes = await self._checkpoints.hashes(after=last, limit=MAX_RANGE)
            signed = bool(hashes) and await self._checkpoints.keep(self._sign(newest, hashes))

    def _sign(self, before: Checkpoint | None, hashes: Sequence[bytes]) -> Checkpoint:
        last = before.last if before else 0
        checkpoint = Checkpoint(
            number=before.number + 1 if before else 1,
            first=last + 1,
            last=last + len(hashes),
            root=root_of(hashes),
            previous=before.digest() if before else FIRST,
            signed_at=self._clock(),
            public_key=self._signer.public_key,
        )
        return replace(checkpoint, signature=self._signer.sign(checkpoint.statement()))
