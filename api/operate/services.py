"""What the surfaces are built from, ready-made by the composition root."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from api.auth.authenticator import Authenticator
from api.codegen.services import GenerationServices
from api.http.sse import EventStreams
from api.identity.services import IdentityServices
from api.json_api.services import PipelineServices
from api.operate.health import Readiness
from api.operate.metrics import Exposition
from application.audit.audit import Audit
from application.audit.proofs import Proofs
from application.documents.documents import DocumentCommands
from application.documents.history import DocumentHistory
from application.eventstore.contents import Contents
from application.eventstore.idempotency import IdempotencyStore
from application.eventstore.read_your_writes import ReadYourWrites
from application.feed.feed import Feed
from application.identity.organisations_and_keys import Identity
from application.limits.rate_limits import Limits
from application.llm.provider_credentials import Credentials
from application.mail.mail import Mailbox
from projections.admin.diff import Differences
from projections.admin.operations import Operations
from projections.admin.poison_events import PoisonedEvents
from projections.billing.ledgers import LedgerQueries
from projections.documents.as_of import DocumentsAsOf
from projections.documents.document_summaries import DocumentQueries
from projections.documents.folders import FolderQueries
from projections.identity.api_keys import ApiKeyQueries


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """``mailbox`` is there where mail ends up in one of ours."""

    authenticator: Authenticator
    limits: Limits
    identity: Identity
    credentials: Credentials
    keys: ApiKeyQueries
    balances: LedgerQueries
    clock: Callable[[], datetime]
    readiness: Readiness
    exposition: Exposition
    documents: DocumentCommands
    history: DocumentHistory
    contents: Contents
    answers: IdempotencyStore
    summaries: DocumentQueries
    past: DocumentsAsOf
    folders: FolderQueries
    read_your_writes: ReadYourWrites
    audit: Audit
    feed: Feed
    streams: EventStreams
    proofs: Proofs
    operations: Operations
    poison: PoisonedEvents
    differences: Differences
    people: IdentityServices
    generation: GenerationServices
    pipeline: PipelineServices
    mailbox: Mailbox | None
