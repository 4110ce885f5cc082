"""The credential of a key: one at a time, and none after its revocation."""

from typing import Final

import pytest

from application.identity.api_keys import KEY
from domain.identity.events import CredentialBound, CredentialRemoved, KeyIssued, KeyRevoked
from domain.identity.keys import (
    BindCredential,
    CredentialNotFound,
    KeyInactive,
    KeyNotFound,
    RemoveCredential,
    RevokeKey,
)
from domain.identity.scopes import Scope
from tests.support.domain.scenario import NOW, Scenario

ISSUED: Final = KeyIssued(name="ci", scopes=(Scope.ALL,), digest="d1", pepper=1, last4="wxyz")
key: Final = Scenario(KEY)
DETAILS: Final = {
    "provider": "openai",
    "base_url": "https://api.openai.com/v1",
    "model": "gpt-4o",
    "digest": "s1",
    "last4": "abcd",
}


def bind(credential_id: str) -> BindCredential:
    return BindCredential(credential_id=credential_id, **DETAILS)


def bound(credential_id: str) -> CredentialBound:
    return CredentialBound(credential_id=credential_id, **DETAILS)


def removed(credential_id: str) -> CredentialRemoved:
    return CredentialRemoved(credential_id=credential_id)


def test_a_credential_is_bound_and_another_takes_its_place() -> None:
    key.given(ISSUED).when(bind("c1")).then(bound("c1"))
    key.given(ISSUED, bound("c1")).when(bind("c2")).then(removed("c1"), bound("c2"))


def test_a_credential_is_removed_once() -> None:
    key.given(ISSUED, bound("c1")).when(RemoveCredential()).then(removed("c1"))
    key.given(ISSUED, bound("c1"), removed("c1")).when(RemoveCredential()).then_refused(
        CredentialNotFound
    )
    key.when(RemoveCredential()).then_refused(KeyNotFound)


def test_a_revoked_key_loses_its_credential_first() -> None:
    key.given(ISSUED, bound("c1")).when(RevokeKey()).then(removed("c1"), KeyRevoked())


@pytest.mark.parametrize("expired", [True, False])
def test_what_is_over_gets_none(*, expired: bool) -> None:
    past = KeyIssued(
        name="ci", scopes=(Scope.ALL,), digest="d1", pepper=1, last4="wxyz", expires_at=NOW
    )
    history = (past,) if expired else (ISSUED, KeyRevoked())

    key.given(*history).when(bind("c1")).then_refused(KeyInactive)
    key.when(bind("c1")).then_refused(KeyNotFound)
