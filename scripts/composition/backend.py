"""Composition root: the kernel, contexts and background tasks of one process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

from adapters.crypto.secret_files import Secrets
from application.erasure.reapply_erasures import ReapplyErasures
from projections.admin.completeness import Completeness
from projections.engine.host import ProjectorHost
from projections.engine.projection import Projection
from scripts.composition.catalogue import Contexts
from scripts.composition.kernel import Kernel
from scripts.config.process_options import PLAIN, Options


def utc_now() -> datetime:
    return datetime.now(UTC)


class Backend:
    """``conninfo`` is the connection string of the role the service runs as."""

    def __init__(
        self,
        conninfo: str,
        secrets: Secrets,
        report: Callable[[str, Exception], None],
        clock: Callable[[], datetime] = utc_now,
        options: Options = PLAIN,
    ) -> None:
        self.kernel = Kernel(
            conninfo=conninfo, secrets=secrets, report=report, clock=clock, options=options
        )
        self.contexts = Contexts(self.kernel)
        self.modules = (self.kernel.module(), *self.contexts.modules())

    def reapply_erasures(self) -> ReapplyErasures:
        """Return the use case that reapplies erasures after a restore."""
        erasers = {
            category: erase for module in self.modules for category, erase in module.erasers.items()
        }
        return ReapplyErasures(self.kernel.certificates.keyed, erasers)

    def project(self) -> None:
        """Run the projections in this process, as leader or in reserve."""
        kernel = self.kernel
        host = ProjectorHost(
            projections=[self._with_tracing(projection) for projection in kernel.projections],
            log=kernel.log,
            conninfo=kernel.conninfo,
            supervisor=kernel.supervisor,
        )
        auditor = Completeness(
            projections=kernel.projections,
            log=kernel.log,
            conninfo=kernel.conninfo,
            alarm=kernel.report,
        )
        kernel.supervisor.start("projections", host.run)
        kernel.supervisor.start("completeness", auditor.run)

    def _with_tracing(self, projection: Projection) -> Projection:
        return projection._replace(around=partial(self.kernel.tracing.batch, projection.name))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Open the pools and start what each module supervises; at the end, close each module."""
        async with self.kernel.write_pool, self.kernel.read_pool:
            for module in self.modules:
                for name, run in module.supervised.items():
                    self.kernel.supervisor.start(name, run)
            try:
                yield
            finally:
                await asyncio.shield(self._close_modules())
                await self.kernel.supervisor.stop()

    async def _close_modules(self) -> None:
        """Close the modules in reverse order: the log, which all append to, is closed last."""
        for module in reversed(self.modules):
            await module.close()
