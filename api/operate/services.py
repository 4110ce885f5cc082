"""What the surfaces are built from, ready-made by the composition root."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from api.auth.authenticator import Authenticator
from api.codegen.services import GenerationServices
from api.http.sse import EventStreams
from api.identity.services import PeopleServices
from api.json_api.services import PipelineServices
from api.operate.health import Readiness
from api.operate.metrics import Exposition
from application.audit.audit import Audit
from application.audit.proofs import Proofs
from application.documents.documents import DocumentCommands
from application.documents.history import DocumentHistory
from application.eventstore.contents import Contents
from application.eventstore.idempotency import Answers
from application.eventstore.read_your_writes import Visibility
from application.feed.feed import Feed
from application.identity.organisations_and_keys import Identity
from application.limits.rate_limits import Limits
from application.llm.provider_credentials import Credentials
from application.mail.mail import Mailbox
from projections.admin.diff import Differences
from projections.admin.operations import Operations
from projections.admin.poison_events import PoisonedEvents
from projections.billing.ledgers import LedgerBalances
from projections.documents.as_of import DocumentPast
from projections.documents.document_summaries import DocumentSummaries
from projections.documents.folders import Folders
from projections.identity.api_keys import ApiKeys


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """``mailbox`` is there where mail ends up in one of ours."""

    authenticator: Authenticator
    limits: Limits
    identity: Identity
    credentials: Credentials
    keys: ApiKeys
    balances: LedgerBalances
    clock: Callable[[], datetime]
    readiness: Readiness
    exposition: Exposition
    documents: DocumentCommands
    history: DocumentHistory
    contents: Contents
    answers: Answers
    summaries: DocumentSummaries
    past: DocumentPast
    folders: Folders
    visibility: Visibility
    audit: Audit
    feed: Feed
    streams: EventStreams
    proofs: Proofs
    operations: Operations
    poison: PoisonedEvents
    differences: Differences
    people: PeopleServices
    generation: GenerationServices
    pipeline: PipelineServices
    mailbox: Mailbox | None
