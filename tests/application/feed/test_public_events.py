"""The public event language: every event has a name in it, and what was promised stays."""

from collections.abc import Mapping
from typing import Any, Final, get_args

import msgspec
import pytest
from hypothesis import given, settings
from msgspec.structs import fields, replace

from application.eventstore.redaction import redacted
from application.feed.public_events.catalogue import LANGUAGE, public
from application.feed.public_events.event_type import Data
from domain.catalogue import AnyEvent
from domain.identity.scopes import Scope
from domain.messages import Event
from tests.support.domain.records import history
from tests.support.domain.strategies import events

LABEL: Final = ("documentId", "name", "description", "tags")
PROMISED: Final[Mapping[str, tuple[str, ...]]] = {
    "document.created": (*LABEL, "folderId", "fileSize"),
    "document.relabelled": LABEL,
    "document.moved": ("documentId", "folderId"),
    "document.version_added": ("documentId", "version", "fileSize"),
    "document.content_overwritten": ("documentId", "version", "fileSize"),
    "document.trashed": ("documentId", "purgeAt"),
    "document.restored": ("documentId",),
    "document.purged": ("documentId",),
    "folder.created": ("folderId", "path", "parentId"),
    "organisation.created": ("organisationId", "name", "plan"),
    "organisation.plan_changed": ("organisationId", "plan"),
    "key.issued": ("keyId", "name", "scopes", "last4", "expiresAt"),
    "key.rotated": ("keyId", "last4", "endsAt"),
    "key.credential_bound": ("keyId", "provider", "baseUrl", "model", "last4"),
    "key.credential_removed": ("keyId",),
    "key.revoked": ("keyId",),
    "organisation.member_invited": ("organisationId", "invitationId", "role", "expiresAt"),
    "organisation.invitation_withdrawn": ("organisationId", "invitationId"),
    "organisation.invitation_accepted": ("organisationId", "invitationId", "userId"),
    "organisation.member_added": ("organisationId", "userId", "role"),
    "organisation.member_role_changed": ("organisationId", "userId", "role"),
    "organisation.member_removed": ("organisationId", "userId"),
    "user.registered": ("userId",),
    "user.logged_in": ("userId", "sessionId", "method"),
    "user.logged_out": ("userId", "sessionId"),
    "user.github_linked": ("userId", "githubId"),
    "user.switched_organisation": ("userId", "sessionId", "ended", "organisationId"),
    "ledger.credits_spent": ("ledger", "amount", "runKind", "runId"),
    "ledger.generation_counted": ("ledger", "generationId"),
    "generation.requested": ("generationId", "tcVersion", "compiler"),
    "generation.stage_reached": ("generationId", "stage"),
    "generation.completed": ("generationId", "artifactType", "pattern", "files", "warnings"),
    "generation.failed": ("generationId", "reason"),
    "generation.downloaded": ("generationId", "size"),
    "pipeline.created": ("pipelineId", "name"),
    "pipeline.revised": ("pipelineId", "name"),
    "pipeline.archived": ("pipelineId",),
    "run.finished": (
        *("runId", "pipelineId", "status", "startedAt", "durationMs", "creditsUsed"),
        "documentId",
    ),
    "run.expired": ("runId",),
    "ledger.draft_counted": ("ledger", "draftId", "day"),
    "erasure.certified": ("subject", "version", "texts", "size"),
    "projection.event_skipped": ("projection", "position", "reason"),
}
"""What subscribers rely on: lines and fields are added here, and none is ever taken out."""


def test_every_event_is_told_under_a_name_of_its_own() -> None:
    assert {kind.event for kind in LANGUAGE} == {*get_args(AnyEvent)}
    names = [kind.name for kind in LANGUAGE]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", PROMISED)
def test_what_was_promised_is_still_told(name: str) -> None:
    [kind] = [each for each in LANGUAGE if each.name == name]

    assert {field.encode_name for field in fields(kind.data)} >= {*PROMISED[name]}


def test_whatever_is_told_is_promised() -> None:
    told = {kind.name: [field.encode_name for field in fields(kind.data)] for kind in LANGUAGE}

    assert {name: {*names} for name, names in told.items()} == {
        name: {*names} for name, names in PROMISED.items()
    }


def test_every_type_needs_a_scope_that_keys_can_have() -> None:
    assert Scope.ALL not in {kind.scope for kind in LANGUAGE}


@settings(max_examples=200, database=None)
@given(event=events())
def test_every_event_can_be_told_also_when_it_is_erased(event: Event) -> None:
    [record] = history("document-1", event)
    for each in (record, replace(record, event=redacted(event))):
        told: dict[str, Any] = msgspec.to_builtins(public(each))
        kind = next(kind for kind in LANGUAGE if kind.event is type(event))
        assert told["type"] == kind.name
        assert type(public(each).data) is kind.data
        assert msgspec.convert(told["data"], kind.data, strict=False) is not None


def test_no_digest_and_no_salt_is_ever_told() -> None:
    for kind in LANGUAGE:
        assert issubclass(kind.data, Data)
        assert not {"digest", "salt", "hash"} & {field.name for field in fields(kind.data)}
