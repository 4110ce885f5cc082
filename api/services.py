"""What the surfaces are built from, ready-made by the composition root."""

import msgspec

from api.access.authenticator import Authenticator
from api.health import Readiness
from api.metrics import Exposition
from api.sse import EventStreams
from application.audit import Audit
from application.contents import Contents
from application.document_history import DocumentHistory
from application.documents import DocumentCommands
from application.feed.feed import Feed
from application.idempotency import Answers
from application.proofs import Proofs
from application.visibility import Visibility
from projections.differences import Differences
from projections.document_past import DocumentPast
from projections.document_summaries import DocumentSummaries
from projections.folders import Folders
from projections.operations import Operations
from projections.poison import PoisonedEvents


class Services(msgspec.Struct, frozen=True, kw_only=True):
    authenticator: Authenticator
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
