"""Operate context: audit, proofs, and the administration of read models."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from adapters.crypto.ed25519 import Ed25519Signer, verify
from adapters.postgres.checkpoints import PostgresCheckpoints
from adapters.postgres.export_reader import PostgresExportReader
from adapters.postgres.verification import verify_log
from application.audit.audit import Audit
from application.audit.checkpoint_job import CHECKPOINT, CHECKPOINT_EVERY, CheckpointJob
from application.audit.export import Exporter
from application.audit.proofs import Proofs
from application.projection_admin.skips import ProjectionSkips
from projections.admin.diff import Differences
from projections.admin.operations import Operations
from projections.admin.poison_events import PoisonedEvents
from scripts.composition.identity import IdentityContext
from scripts.composition.kernel import Kernel
from scripts.composition.module import Module

if TYPE_CHECKING:
    from litestar.types import ControllerRouterHandler

    from api.http.shared_services import SharedServices


class OperateContext:
    """``identity`` has the names of keys and users for the audit."""

    def __init__(self, kernel: Kernel, identity: IdentityContext) -> None:
        self.audit = Audit(
            log=kernel.log,
            trail=kernel.trail,
            actors={"key": identity.api_key_queries, "user": identity.user_queries},
        )
        self._make_proofs(kernel)
        self._make_operations(kernel)

    def module(self) -> Module:
        return Module(
            routes=self._routes,
            jobs={CHECKPOINT: self.checkpoint},
            schedule={CHECKPOINT: CHECKPOINT_EVERY},
        )

    def _make_proofs(self, kernel: Kernel) -> None:
        signer = Ed25519Signer(kernel.secrets.signing_key)
        self.checkpoint = CheckpointJob(PostgresCheckpoints(kernel.select), signer, kernel.clock)
        self.proofs = Proofs(
            exporter=Exporter(PostgresExportReader(kernel.select), signer, kernel.clock),
            public_key=signer.public_key,
            verify=verify,
            verify_log=partial(verify_log, kernel.conninfo, signer.public_key),
        )

    def _make_operations(self, kernel: Kernel) -> None:
        self.operations = Operations(kernel.conninfo, kernel.projections)
        self.poison = PoisonedEvents(
            operations=self.operations,
            log=kernel.log,
            skips=ProjectionSkips(kernel.transactions),
            conninfo=kernel.conninfo,
        )
        self.differences = Differences(
            operations=self.operations, log=kernel.log, conninfo=kernel.conninfo
        )

    def _routes(self, shared: "SharedServices") -> Sequence["ControllerRouterHandler"]:
        from api.operate.router import operate_routers
        from api.operate.services import OperateServices

        services = OperateServices(
            audit=self.audit,
            proofs=self.proofs,
            operations=self.operations,
            poison=self.poison,
            differences=self.differences,
        )
        return operate_routers(services, shared)
