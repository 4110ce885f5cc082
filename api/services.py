"""What the surfaces are built from, ready-made by the composition root."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from api.access.authenticator import Authenticator
from api.access.opening import Opening
from api.health import Readiness
from api.metrics import Exposition
from api.site import Site
from api.sse import EventStreams
from application.audit import Audit
from application.contents import Contents
from application.credentials import Credentials
from application.document_history import DocumentHistory
from application.documents import DocumentCommands
from application.drafting import Drafts
from application.feed.feed import Feed
from application.generation_history import GenerationHistory
from application.generations import Generations
from application.github import GitHub
from application.github_logins import GitHubLogins
from application.idempotency import Answers
from application.identity import Identity
from application.invitations import Invitations
from application.ledgers import Ledgers
from application.limiting import Limits
from application.login_links import LoginLinks
from application.login_sessions import LoginSessions
from application.mailbox import Mailbox
from application.memberships import Memberships
from application.pipeline_runs import PipelineRuns
from application.pipelines import PipelineCommands
from application.plan_models import PlanModels
from application.proofs import Proofs
from application.sealed_tokens import SealedTokens
from application.tokens import Tokens
from application.utility_runs import UtilityRuns
from application.visibility import Visibility
from projections.api_keys import ApiKeys
from projections.differences import Differences
from projections.document_past import DocumentPast
from projections.document_summaries import DocumentSummaries
from projections.folders import Folders
from projections.generations import GenerationQueries
from projections.ledgers import LedgerBalances
from projections.members import Members
from projections.operations import Operations
from projections.organisations import Organisations
from projections.pipeline_runs import RunQueries
from projections.pipelines import PipelineQueries
from projections.poison import PoisonedEvents
from projections.users import Users


class PeopleServices(msgspec.Struct, frozen=True, kw_only=True):
    """Users, log-ins and organisations; ``links`` are there where mail can be sent."""

    links: LoginLinks | None
    sessions: LoginSessions
    opening: Opening
    github: GitHub | None
    github_logins: GitHubLogins
    sealed: SealedTokens
    tokens: Tokens
    site: Site
    memberships: Memberships
    invitations: Invitations
    users: Users
    members: Members
    organisations: Organisations


class GenerationServices(msgspec.Struct, frozen=True, kw_only=True):
    """``models`` fill in plans, for those who have one."""

    generations: Generations
    history: GenerationHistory
    queries: GenerationQueries
    ledgers: Ledgers
    models: PlanModels


class PipelineServices(msgspec.Struct, frozen=True, kw_only=True):
    """Utilities, pipelines and their runs."""

    utility_runs: UtilityRuns
    commands: PipelineCommands
    queries: PipelineQueries
    runs: PipelineRuns
    run_queries: RunQueries
    drafts: Drafts


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
