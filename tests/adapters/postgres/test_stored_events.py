"""What was ever stored can be read for ever: the exact bytes of every shape of every event.

Each file of ``stored_events`` is named ``<stored name>.<schema>.json``. None is ever edited: a new
shape gets a file of its own, and its old file keeps proving that the upcasters work.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from adapters.postgres.event_mapper import SCHEMAS, to_record, to_state
from application.eventstore.envelope import Origin, RecordedEvent
from domain.billing.events import CreditsSpent, DraftCounted, GenerationCounted, RunKind
from domain.content import Content
from domain.documents.events import (
    ContentOverwritten,
    DocumentCreated,
    DocumentMoved,
    DocumentPurged,
    DocumentRelabelled,
    DocumentRestored,
    DocumentTrashed,
    Label,
    VersionAdded,
)
from domain.documents.folder_events import FolderCreated
from domain.erasure.events import ErasureCertified
from domain.generations.diagnostics import Diagnostic, Severity
from domain.generations.events import (
    FailureReason,
    FileFact,
    GenerationCompleted,
    GenerationDownloaded,
    GenerationFailed,
    GenerationRequested,
    StageReached,
)
from domain.generations.patterns import Pattern
from domain.generations.request import Compiler, Context, GenerationSpec, Hints
from domain.generations.stages import Stage
from domain.identity.events import (
    CredentialBound,
    CredentialRemoved,
    GitHubLinked,
    InvitationAccepted,
    InvitationWithdrawn,
    KeyIssued,
    KeyRevoked,
    KeyRotated,
    LogInMethod,
    MemberAdded,
    MemberInvited,
    MemberRemoved,
    MemberRoleChanged,
    OrganisationCreated,
    PlanChanged,
    UserLoggedIn,
    UserLoggedOut,
    UserRegistered,
    UserSwitched,
)
from domain.identity.plans import Plan
from domain.identity.roles import Role
from domain.identity.scopes import Scope
from domain.messages import Event
from domain.pipelines.events import (
    PipelineArchived,
    PipelineCreated,
    PipelineRevised,
    RunExpired,
    RunFinished,
    RunStatus,
    RunWarning,
    StepFact,
    StepStatus,
    WrittenDocument,
)
from domain.projection_admin.events import EventSkipped

GRAPH: Final = '{"kind":"forgejson.pipeline","version":"1.0","nodes":[],"edges":[]}'
DIRECTORY: Final = Path(__file__).parent / "stored_events"
STREAM: Final = "stream-1"
LABEL: Final = Label(name="customers \u2013 \u202e😀", description="Imported", tags=("crm", "2026"))
CONTENT: Final = Content("5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef", 66)
LATER: Final = datetime(2026, 1, 31, 12, 30, 0, 5, tzinfo=UTC)
ORIGIN: Final = Origin(
    actor="key:0197", org_id="0198", correlation_id="request-1", causation_id=UUID(int=3)
)

MEANT: Final[dict[str, Event]] = {
    "document.created.1": DocumentCreated(label=LABEL, folder_id="f1", content=CONTENT),
    "document.relabelled.1": DocumentRelabelled(label=Label(name="bare")),
    "document.moved.1": DocumentMoved(folder_id=None),
    "document.version_added.1": VersionAdded(number=2, content=CONTENT),
    "document.content_overwritten.1": ContentOverwritten(
        number=2, content=CONTENT, erased="6f70bf18"
    ),
    "document.trashed.1": DocumentTrashed(purge_at=LATER),
    "document.restored.1": DocumentRestored(),
    "document.purged.1": DocumentPurged(),
    "folder.created.1": FolderCreated(path="imports/2026", parent_id="f0"),
    "organisation.created.1": OrganisationCreated(name="acme", plan=Plan.STARTER),
    "organisation.plan_changed.1": PlanChanged(plan=Plan.TEAM),
    "organisation.member_invited.1": MemberInvited(
        invitation_id="i1", email="ada@example.com", role=Role.ADMIN, expires_at=LATER
    ),
    "organisation.invitation_withdrawn.1": InvitationWithdrawn(invitation_id="i1"),
    "organisation.invitation_accepted.1": InvitationAccepted(invitation_id="i1", user_id="u1"),
    "organisation.member_added.1": MemberAdded(user_id="u1", role=Role.OWNER),
    "organisation.member_role_changed.1": MemberRoleChanged(user_id="u1", role=Role.MEMBER),
    "organisation.member_removed.1": MemberRemoved(user_id="u1"),
    "user.registered.1": UserRegistered(email="ada@example.com"),
    "user.logged_in.1": UserLoggedIn(session_id="s1", method=LogInMethod.MAGIC_LINK),
    "user.logged_out.1": UserLoggedOut(session_id="s1"),
    "user.github_linked.1": GitHubLinked(github_id="583231"),
    "user.switched_organisation.1": UserSwitched(session_id="s2", ended="s1", organisation_id="o2"),
    "key.issued.1": KeyIssued(
        name="ci",
        scopes=(Scope.ALL, Scope.AUDIT),
        digest="7f70bf18",
        pepper=1,
        last4="wxyz",
        expires_at=LATER,
    ),
    "key.rotated.1": KeyRotated(
        digest="9f70bf18", pepper=1, last4="abcd", ended="7f70bf18", ends_at=LATER
    ),
    "key.credential_bound.1": CredentialBound(
        credential_id="c1",
        provider="openai",
        base_url="https://api.openai.com/v1",
        model="gpt-4o",
        digest="af70bf18",
        last4="wxyz",
    ),
    "key.credential_removed.1": CredentialRemoved(credential_id="c1"),
    "key.revoked.1": KeyRevoked(),
    "ledger.credits_spent.1": CreditsSpent(amount=1, run_kind=RunKind.UTILITY, run_id="r1"),
    "ledger.generation_counted.1": GenerationCounted(generation_id="g1"),
    "generation.requested.1": GenerationRequested(
        asked=GenerationSpec(
            prompt="Export released parts to CSV \u2013 \u202e😀",
            context=Context(tc_version="14.3", compiler=Compiler.GCC, code_prefix="PNX"),
            hints=Hints(explicit_type="itk-batch", explicit_pattern="query-export"),
        ),
        request_id="req_123",
        request="bf70bf18",
        node="n1",
        engine_version="1.0.0",
    ),
    "generation.stage_reached.1": StageReached(stage=Stage.LOADING_KB),
    "generation.completed.1": GenerationCompleted(
        artifact_type="itk-batch",
        pattern=Pattern.QUERY_EXPORT,
        summary="Run a saved query",
        files=(FileFact(path="src/PNX.c", language="c", size=66, sha256="cf70bf18"),),
        warnings=1,
        content=CONTENT,
    ),
    "generation.failed.1": GenerationFailed(
        reason=FailureReason.UNSOUND,
        diagnostics=(
            Diagnostic(
                severity=Severity.ERROR,
                code="COMPILER_ERROR",
                message="expected ;",
                file="src/PNX.c",
                line=7,
            ),
        ),
    ),
    "generation.downloaded.1": GenerationDownloaded(size=31_569),
    "ledger.draft_counted.1": DraftCounted(draft_id="d1", day="20260131"),
    "pipeline.created.1": PipelineCreated(
        name="greeting \u2013 😀", description="Says hello", graph=GRAPH
    ),
    "pipeline.revised.1": PipelineRevised(name="greeting", description=None, graph=GRAPH),
    "pipeline.archived.1": PipelineArchived(),
    "run.finished.1": RunFinished(
        pipeline_id="p1",
        version=2,
        status=RunStatus.COMPLETED_WITH_WARNINGS,
        started_at=LATER,
        microseconds=1_234,
        steps=(
            StepFact(
                node="sorts", utility="structure.sort", status=StepStatus.FAILED, microseconds=99
            ),
        ),
        warnings=(RunWarning(node="sorts", code="INVALID_INPUT", message="no array"),),
        inputs=CONTENT,
        output=CONTENT,
        credits=1,
        document=WrittenDocument(id="d1", version=3),
    ),
    "run.expired.1": RunExpired(),
    "erasure.certified.1": ErasureCertified(
        subject="document-0197", version=3, texts=2, size=66, digest="8f70bf18"
    ),
    "projection.event_skipped.1": EventSkipped(
        projection="folders", position=7, reason="Folder of a test"
    ),
}


@pytest.mark.parametrize("shape", MEANT)
def test_a_stored_event_means_what_it_meant(shape: str) -> None:
    name = shape.rpartition(".")[0]

    assert to_record(STREAM, 4, name, _stored(shape), 9) == _record(MEANT[shape], 9)


@pytest.mark.parametrize(("name", "schema"), SCHEMAS.items())
def test_todays_shape_is_stored_to_the_byte_as_it_was(name: str, schema: int) -> None:
    """Whoever changes a shape fails here, and is to raise ``schema`` and add a file."""
    shape = f"{name}.{schema}"

    assert to_state(_record(MEANT[shape])) == _stored(shape)


def test_every_shape_ever_shipped_has_its_file() -> None:
    shipped = {f"{name}.{n}" for name, newest in SCHEMAS.items() for n in range(1, newest + 1)}

    assert {path.stem for path in DIRECTORY.iterdir()} == shipped == set(MEANT)


def _stored(shape: str) -> bytes:
    return (DIRECTORY / f"{shape}.json").read_bytes()


def _record(event: Event, position: int = 0) -> RecordedEvent:
    return RecordedEvent(
        event_id=UUID("01978f2e-5a6b-7c8d-9e0f-a1b2c3d4e5f6"),
        stream=STREAM,
        version=4,
        recorded_at=datetime(2026, 1, 1, 12, 30, 0, 999_999, tzinfo=UTC),
        origin=ORIGIN,
        event=event,
        position=position,
    )
