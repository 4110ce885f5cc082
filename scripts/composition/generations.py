"""The composition root's share of code generation: the engine, who carries it out, who asks."""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from adapters.codegen.compiling_pool import CompilingPool
from adapters.codegen.knowledge_file import read_knowledge
from adapters.codegen.rendering_pool import RenderingPool
from adapters.crypto.data_keys import KeyWrapping
from adapters.crypto.ids import new_key
from adapters.crypto.random_bytes import RandomBytes
from adapters.postgres.event_mapper import decrypt_event
from adapters.postgres.leases import PostgresLeases
from application.billing.ledgers import Ledgers
from application.eventstore.contents import Contents
from application.generations.code_generator import CodeGenerator, Toolchain
from application.generations.generations import Generations
from application.generations.history import GenerationHistory
from application.generations.orphan_job import OrphanJob
from application.generations.plan_models import PlanModels
from application.generations.runner import GenerationRunner, RunMetrics
from application.jobs.leases import Node
from application.llm.provider_credentials import Credential, Credentials
from domain.outbound_addresses import Allowed
from projections.generations.generations import GenerationQueries
from scripts.composition.identity import Common

if TYPE_CHECKING:
    from adapters.http.openai_chat import OpenAiChat


class GenerationCommon(NamedTuple):
    """What a process has that generations are made with, besides what it has for people."""

    ledgers: Ledgers
    contents: Contents
    wrapping: KeyWrapping
    random: RandomBytes
    report: Callable[[str, Exception], None]
    credentials: Credentials
    model: Credential | None
    addresses: Allowed


class GenerationParts:
    def __init__(self, common: Common, own: GenerationCommon) -> None:
        select, transactions = common.select, common.transactions
        self.ledgers = own.ledgers
        self.node = Node(new_key(), PostgresLeases(select))
        self.history = GenerationHistory(transactions.log, own.contents)
        self.queries = GenerationQueries(select, partial(decrypt_event, own.wrapping))
        self._drafting, self._compiling = RenderingPool(), CompilingPool()
        engine = CodeGenerator(Toolchain(read_knowledge(), self._drafting, self._compiling))
        watch = RunMetrics(
            own.report, common.metrics.generations, common.metrics.generation_seconds
        )
        self._runs = GenerationRunner(transactions, engine, own.random.salt, watch)
        self.generations = Generations(
            transactions, own.ledgers, common.claims, self._runs, self.node, new_key
        )
        self.chat = LateChat(own.addresses)
        self.models = PlanModels(self.chat, own.credentials, own.model)
        self.orphan_sweep = OrphanJob(self.queries.orphans, self.generations, new_key)

    async def close(self) -> None:
        """Bring to an end what is in hand, and give the lease back."""
        await self._runs.close()
        await self.node.release()
        await self._drafting.close()
        await self._compiling.close()
        await self.chat.close()


class LateChat:
    """Implements ``application.llm.chat.Chat``: httpx takes a while to load, and few ever ask."""

    def __init__(self, addresses: Allowed) -> None:
        self._addresses = addresses

    async def ask(
        self, credential: Credential, instructions: str, words: str, shape: Mapping[str, Any]
    ) -> Any:
        return await self._chat.ask(credential, instructions, words, shape)

    async def close(self) -> None:
        if "_chat" in vars(self):
            await self._chat.close()

    @cached_property
    def _chat(self) -> "OpenAiChat":
        from adapters.http.guarded_transport import GuardedTransport  # noqa: PLC0415 - see above
        from adapters.http.openai_chat import OpenAiChat  # noqa: PLC0415

        return OpenAiChat(GuardedTransport(self._addresses))
