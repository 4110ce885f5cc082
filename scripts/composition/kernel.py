"""Kernel: the infrastructure that contexts are built from; it knows none of them."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from adapters.backup.erasure_ledger_file import LedgerFile
from adapters.crypto.data_keys import KeyWrapping
from adapters.crypto.ids import new_key, uuid7
from adapters.crypto.master_keys import MasterKeys
from adapters.crypto.random_bytes import RandomBytes
from adapters.crypto.secret_files import Secrets
from adapters.postgres import arrays as postgres_arrays
from adapters.postgres.audit_trail import PostgresAuditTrail
from adapters.postgres.certificates import PostgresCertificates
from adapters.postgres.claims import PostgresClaims
from adapters.postgres.contents import PostgresContents
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.event_mapper import decrypt_event
from adapters.postgres.idempotency_store import PostgresIdempotencyStore
from adapters.postgres.jobs import PostgresJobs
from adapters.postgres.pools import pool
from adapters.postgres.reader import PostgresReader
from adapters.postgres.stats import PostgresStats
from api.http.sse_frames import event_frame
from application.concurrency.supervision import Supervisor
from application.concurrency.watermark import Watermark
from application.erasure.erasure_ledger import (
    RECORD_ERASURES,
    RECORD_EVERY,
    ErasureLedger,
    NoLedger,
)
from application.erasure.purge_job import EXPIRE_EVERY, EXPIRE_RESPONSES, expire_responses
from application.eventstore.aggregates import Aggregates
from application.eventstore.read_your_writes import ReadYourWrites
from application.eventstore.recent_events import RecentEvents
from application.eventstore.transactions import Transactions
from application.feed.feed import Feed
from application.feed.history import FeedHistory
from application.feed.hub import Hub
from application.telemetry.metrics import Metrics
from projections.catalogue import PROJECTIONS
from projections.engine.listener import Listener
from scripts.composition.failure_counter import count_failures
from scripts.composition.module import Module
from scripts.config.process_options import Options

postgres_arrays.register()


class Kernel:
    """``report`` receives every failure of a background task."""

    def __init__(
        self,
        *,
        conninfo: str,
        secrets: Secrets,
        report: Callable[[str, Exception], None],
        clock: Callable[[], datetime],
        options: Options,
    ) -> None:
        self.conninfo = conninfo
        self.secrets = secrets
        self.report = report
        self.clock = clock
        self.options = options
        self.tracing = options.tracing
        self.metrics = Metrics()
        self.supervisor = Supervisor(count_failures(self.metrics, report))
        self.new_key = new_key
        self.random = RandomBytes()
        self.wrapping = KeyWrapping(MasterKeys(secrets, options.look_for_secrets), self.random)
        self.decrypt_event = partial(decrypt_event, self.wrapping)
        self.write_pool = pool(conninfo, size=2, name="writes")
        self.read_pool = pool(conninfo, size=4, name="reads")
        self.pools = (self.write_pool, self.read_pool)
        self.select = PostgresReader(self.read_pool)
        self.stats = PostgresStats(self.select)
        self._make_write_path()
        self._make_read_path()
        self._make_background()

    def module(self) -> Module:
        """Return the jobs and tasks that do not depend on the contexts."""
        listener = Listener(
            self.conninfo, self.log.head, self.models, self.options.channels, self._on_listen
        )
        return Module(
            jobs={
                EXPIRE_RESPONSES: expire_responses(self.idempotency_store),
                RECORD_ERASURES: self.erasures,
            },
            schedule={EXPIRE_RESPONSES: EXPIRE_EVERY, RECORD_ERASURES: RECORD_EVERY},
            supervised={"listener": listener.run, "feed": self._hub.run},
            close=self.log.close,
        )

    def _make_write_path(self) -> None:
        self._recent_events = RecentEvents()
        self.log = PostgresEventLog(
            select=self.select,
            pool=self.write_pool,
            recent=self._recent_events,
            wrapping=self.wrapping,
            metrics=self.metrics,
            tracing=self.tracing,
        )
        self.transactions = Transactions(
            log=self.log,
            aggregates=Aggregates(self.log),
            clock=self.clock,
            new_event_id=uuid7,
            tracing=self.tracing,
        )
        self.claims = PostgresClaims(self.select)
        self.contents = PostgresContents(self.select, self.wrapping)
        self.idempotency_store = PostgresIdempotencyStore(self.select, self.wrapping)

    def _make_read_path(self) -> None:
        self.projections = PROJECTIONS
        self.models = {projection.name: Watermark() for projection in self.projections}
        self.read_your_writes = ReadYourWrites(self.models, self.log.stored_head)
        self.trail = PostgresAuditTrail(self.select, self.log)
        self._hub = Hub(
            log=self.log,
            stored_head=self.log.stored_head,
            render=event_frame,
            metrics=self.metrics,
        )
        self.feed = Feed(self._hub, FeedHistory(self.log, self.trail, self.log.stored_head))

    def _make_background(self) -> None:
        self.jobs = PostgresJobs(self.select, self.options.wake)
        self.certificates = PostgresCertificates(self.select, self.log)
        self.erasures = self._erasure_ledger(self.options.ledger)

    def _erasure_ledger(self, path: Path | None) -> ErasureLedger | NoLedger:
        """Return the erasure ledger, outside the database (ADR 0022), if a file is configured."""
        if path is None:
            return NoLedger()
        return ErasureLedger(LedgerFile(path), self.certificates, self.report)

    def _on_listen(self) -> None:
        self._recent_events.clear()
        self.metrics.listener_connections.add()
