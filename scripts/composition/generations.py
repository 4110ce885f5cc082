"""Generations context: the code generator, its runner, commands and read models."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adapters.codegen.compiling_pool import CompilingPool
from adapters.codegen.knowledge_file import read_knowledge
from adapters.codegen.rendering_pool import RenderingPool
from adapters.postgres.leases import PostgresLeases
from application.generations.code_generator import CodeGenerator, Toolchain
from application.generations.generations import Generations
from application.generations.history import GenerationHistory
from application.generations.orphan_job import ORPHANS, ORPHANS_EVERY, OrphanJob
from application.generations.plan_models import PlanModels
from application.generations.runner import GenerationRunner, RunMetrics
from application.jobs.leases import Node
from projections.generations.generations import GenerationQueries
from scripts.composition.billing import BillingContext
from scripts.composition.kernel import Kernel
from scripts.composition.llm import LlmContext
from scripts.composition.module import Module

if TYPE_CHECKING:
    from litestar.types import ControllerRouterHandler

    from api.http.shared_services import SharedServices


class GenerationsContext:
    def __init__(self, kernel: Kernel, billing: BillingContext, llm: LlmContext) -> None:
        self._ledgers = billing.ledgers
        self._node = Node(kernel.new_key(), PostgresLeases(kernel.select))
        self._rendering = RenderingPool()
        self._compiling = CompilingPool()
        self._runner = self._new_runner(kernel)
        self.history = GenerationHistory(kernel.log, kernel.contents)
        self.queries = GenerationQueries(kernel.select, kernel.decrypt_event)
        self.models = PlanModels(llm.chat, llm.credentials, llm.model)
        self.commands = Generations(
            transactions=kernel.transactions,
            ledgers=billing.ledgers,
            claims=kernel.claims,
            runs=self._runner,
            node=self._node,
            new_key=kernel.new_key,
        )
        self.end_orphans = OrphanJob(
            find=self.queries.orphans, generations=self.commands, new_id=kernel.new_key
        )

    def module(self) -> Module:
        return Module(
            routes=self._routes,
            jobs={ORPHANS: self.end_orphans},
            schedule={ORPHANS: ORPHANS_EVERY},
            supervised={"run lease": self._node.run},
            close=self._close,
        )

    def _new_runner(self, kernel: Kernel) -> GenerationRunner:
        toolchain = Toolchain(read_knowledge(), self._rendering, self._compiling)
        metrics = RunMetrics(
            kernel.report, kernel.metrics.generations, kernel.metrics.generation_seconds
        )
        return GenerationRunner(
            transactions=kernel.transactions,
            generator=CodeGenerator(toolchain),
            new_salt=kernel.random.salt,
            metrics=metrics,
        )

    def _routes(self, shared: "SharedServices") -> Sequence["ControllerRouterHandler"]:
        from api.codegen.router import generations_router
        from api.codegen.services import GenerationServices

        services = GenerationServices(
            generations=self.commands,
            history=self.history,
            queries=self.queries,
            ledgers=self._ledgers,
            models=self.models,
        )
        return [generations_router(services, shared)]

    async def _close(self) -> None:
        """End the current runs, then release the lease and the worker processes."""
        await self._runner.close()
        await self._node.release()
        await self._rendering.close()
        await self._compiling.close()
