"""The composition root: makes the objects of one process and says what runs in it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from adapters.backup.erasure_ledger_file import LedgerFile
from adapters.crypto.data_keys import KeyWrapping
from adapters.crypto.ed25519 import Ed25519Signer, verify
from adapters.crypto.ids import new_key, uuid7
from adapters.crypto.master_keys import MasterKeys
from adapters.crypto.random_bytes import RandomBytes, random_digit
from adapters.crypto.sealed_tokens import AesSealedTokens
from adapters.crypto.secret_files import Secrets
from adapters.postgres import arrays as postgres_arrays
from adapters.postgres.audit_trail import PostgresAuditTrail
from adapters.postgres.certificates import PostgresCertificates
from adapters.postgres.checkpoints import PostgresCheckpoints
from adapters.postgres.claims import PostgresClaims
from adapters.postgres.contents import PostgresContents
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.event_mapper import decrypt_event
from adapters.postgres.export_reader import PostgresExportReader
from adapters.postgres.idempotency_store import PostgresIdempotencyStore
from adapters.postgres.jobs import PostgresJobs
from adapters.postgres.last_used import KEYS, SESSIONS, PostgresLastUsed
from adapters.postgres.pools import pool
from adapters.postgres.reader import PostgresReader
from adapters.postgres.stats import PostgresStats
from adapters.postgres.verification import verify_log
from api.http.sse_frames import event_frame
from application.audit.audit import Audit
from application.audit.checkpoint_job import CheckpointJob
from application.audit.export import Exporter
from application.audit.proofs import Proofs
from application.billing.ledgers import Ledgers
from application.concurrency.supervision import Supervisor
from application.concurrency.watermark import Watermark
from application.documents.documents import DOCUMENT, DocumentCommands
from application.documents.folders import FolderPaths
from application.documents.history import DocumentHistory
from application.erasure.erasure_ledger import ErasureLedger, NoLedger
from application.erasure.reapply_erasures import ReapplyErasures
from application.eventstore.aggregates import Aggregates
from application.eventstore.read_your_writes import ReadYourWrites
from application.eventstore.recent_events import RecentEvents
from application.eventstore.transactions import Transactions
from application.feed.feed import Feed
from application.feed.history import FeedHistory
from application.feed.hub import Hub
from application.identity.organisations_and_keys import Identity, KeyDigests
from application.llm.provider_credentials import Credentials
from application.projection_admin.skips import ProjectionSkips
from application.telemetry.metrics import Metrics
from projections.admin.completeness import Completeness
from projections.admin.diff import Differences
from projections.admin.operations import Operations
from projections.admin.poison_events import PoisonedEvents
from projections.billing.ledgers import LedgerQueries
from projections.catalogue import PROJECTIONS
from projections.documents.document_summaries import DocumentQueries
from projections.documents.folders import FolderQueries
from projections.engine.host import ProjectorHost
from projections.engine.listener import Listener
from projections.engine.projection import Projection
from projections.identity.api_keys import ApiKeyQueries
from scripts.composition.failure_counter import counted
from scripts.composition.generations import GenerationCommon, GenerationParts
from scripts.composition.identity import Common, PeopleParts
from scripts.composition.pipelines import PipelineCommon, PipelineParts
from scripts.config.process_options import PLAIN, Options

postgres_arrays.register()


def utc_now() -> datetime:
    return datetime.now(UTC)


class Backend:
    """One process's share of the service: ``conninfo`` is the running role's connection string.

    ``ledger`` is where it notes erasures down before it answers for them (docs/adr/0022).
    """

    def __init__(
        self,
        conninfo: str,
        secrets: Secrets,
        report: Callable[[str, Exception], None],
        clock: Callable[[], datetime] = utc_now,
        options: Options = PLAIN,
    ) -> None:
        self.conninfo = conninfo
        self.clock = clock
        self.metrics = Metrics()
        self.supervisor = Supervisor(counted(self.metrics, report))
        self._report = report
        self.options = options
        self.tracing = options.tracing
        self._write_pool = pool(conninfo, size=2, name="writes")
        self._read_pool = pool(conninfo, size=4, name="reads")
        self.pools = (self._write_pool, self._read_pool)
        self.select = PostgresReader(self._read_pool)
        self.facts = PostgresStats(self.select)
        self._tail = RecentEvents()
        self._random = RandomBytes()
        self._wrapping = KeyWrapping(MasterKeys(secrets, options.look_for_secrets), self._random)
        self.log = self._made_log()
        self.models = {projection.name: Watermark() for projection in PROJECTIONS}
        self.certificates = PostgresCertificates(self.select, self.log)
        self.erasures = self._ledger(options.ledger)
        self._make_use_cases(secrets, options)
        self._make_queries()

    def _ledger(self, path: Path | None) -> ErasureLedger | NoLedger:
        if path is None:
            return NoLedger()
        return ErasureLedger(LedgerFile(path), self.certificates, self._report)

    def _make_use_cases(self, secrets: Secrets, options: Options) -> None:
        self.transactions = transactions = self._made_transactions()
        claims = PostgresClaims(self.select)
        folders = FolderPaths(claims, new_key)
        self.documents = DocumentCommands(
            transactions, folders, new_key, self._random.salt, self.erasures.noted
        )
        erasers = {DOCUMENT.category: self.documents.reapply_purge}
        self.reapply_erasures = ReapplyErasures(self.certificates.keyed, erasers)
        self.digests = KeyDigests(secrets.key_pepper)
        self.identity = Identity(transactions, claims, self.digests, new_key, random_digit)
        made_with = (self.select, transactions, claims, self.digests, self._random, self.clock)
        common = Common(*made_with, self.metrics, options.wake)
        self.people = PeopleParts(common, options.sign_up, options.mailer)
        self.sealed = AesSealedTokens(secrets.key_pepper, self._random)
        self.ledgers = Ledgers(transactions, self.clock)
        self.contents = PostgresContents(self.select, self._wrapping)
        self.credentials = Credentials(
            transactions, self.contents, options.addresses, new_key, self._random.salt
        )
        own = (self.ledgers, self.contents, self._wrapping, self._random, self._report)
        by = (self.credentials, options.model, options.addresses)
        self.generation = GenerationParts(common, GenerationCommon(*own, *by))
        self._make_pipelines(common)
        self._make_operations(ProjectionSkips(transactions))
        self._make_proofs(Ed25519Signer(secrets.signing_key))

    def _made_log(self) -> PostgresEventLog:
        return PostgresEventLog(
            select=self.select,
            pool=self._write_pool,
            recent=self._tail,
            wrapping=self._wrapping,
            metrics=self.metrics,
            tracing=self.tracing,
        )

    def _made_transactions(self) -> Transactions:
        return Transactions(
            log=self.log,
            aggregates=Aggregates(self.log),
            clock=self.clock,
            new_event_id=uuid7,
            tracing=self.tracing,
        )

    def _make_proofs(self, signer: Ed25519Signer) -> None:
        self.checkpointing = CheckpointJob(PostgresCheckpoints(self.select), signer, self.clock)
        exporting = Exporter(PostgresExportReader(self.select), signer, self.clock)
        verifying = partial(verify_log, self.conninfo, signer.public_key)
        self.proofs = Proofs(exporting, signer.public_key, verify, verifying)

    def _make_pipelines(self, common: Common) -> None:
        self.summaries = DocumentQueries(self.select, partial(decrypt_event, self._wrapping))
        self.folders = FolderQueries(self.select)
        self.read_your_writes = ReadYourWrites(self.models, self.log.stored_head)
        asked = (self.credentials, self.generation.chat)
        read = (self.summaries, self.folders, self._wrapping)
        own = PipelineCommon(
            self.ledgers, self.documents, *read, self._random, self.read_your_writes, *asked
        )
        self.pipeline = PipelineParts(common, own)

    def _make_operations(self, skips: ProjectionSkips) -> None:
        self.operations = Operations(self.conninfo, PROJECTIONS)
        self.poison = PoisonedEvents(self.operations, self.log, skips, self.conninfo)
        self.differences = Differences(self.operations, self.log, self.conninfo)

    def _make_queries(self) -> None:
        self.keys = ApiKeyQueries(self.select)
        self.balances = LedgerQueries(self.select)
        self.key_uses = PostgresLastUsed(self._read_pool, self.clock, KEYS)
        self.session_uses = PostgresLastUsed(self._read_pool, self.clock, SESSIONS)
        self.answers = PostgresIdempotencyStore(self.select, self._wrapping)
        self.jobs = PostgresJobs(self.select, self.options.wake)
        self.history = DocumentHistory(self.log)
        trail = PostgresAuditTrail(self.select, self.log)
        self.audit = Audit(self.log, trail, {"key": self.keys, "user": self.people.users})
        self._hub = Hub(self.log, self.log.stored_head, event_frame, self.metrics)
        self.feed = Feed(self._hub, FeedHistory(self.log, trail, self.log.stored_head))

    def project(self) -> None:
        """Run the projections in this process, as leader or in reserve."""
        projections = [self._watched(projection) for projection in PROJECTIONS]
        host = ProjectorHost(projections, self.log, self.conninfo, self.supervisor, self.models)
        self.supervisor.start("projections", host.run)
        auditor = Completeness(PROJECTIONS, self.log, self.conninfo, self._report)
        self.supervisor.start("completeness", auditor.run)

    def _watched(self, projection: Projection) -> Projection:
        return projection._replace(around=partial(self.tracing.batch, projection.name))

    def _listening(self) -> None:
        self._tail.clear()
        self.metrics.listener_connections.add()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Open the pools and follow the log; at the end, first answer the appends waiting."""
        listener = Listener(self.conninfo, self.log.head, self.models, self._listening)
        async with self._write_pool, self._read_pool:
            self.supervisor.start("listener", listener.run)
            self.supervisor.start("key uses", self.key_uses.run)
            self.supervisor.start("session uses", self.session_uses.run)
            self.supervisor.start("feed", self._hub.run)
            self.supervisor.start("run lease", self.generation.node.run)
            try:
                yield
            finally:
                await asyncio.shield(self._ended())
                await self.supervisor.stop()

    async def _ended(self) -> None:
        """Bring to an end what is in hand, and answer the appends that wait."""
        await self.generation.close()
        await self.pipeline.close()
        await self.log.close()
