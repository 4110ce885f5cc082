"""API keys: issued, rotated, revoked for good."""

from datetime import datetime, timedelta

import pytest

from application.identity.api_keys import KEY
from domain.identity.events import KeyIssued, KeyRevoked, KeyRotated
from domain.identity.keys import (
    InvalidOverlap,
    IssueKey,
    KeyAlreadyExpired,
    KeyExists,
    KeyInactive,
    KeyNotFound,
    OperatorScope,
    RevokeKey,
    RotateKey,
)
from domain.identity.organisations import LOCAL
from domain.identity.scopes import Scope
from domain.text import InvalidText
from tests.support.domain.scenario import NOW, Scenario

key = Scenario(KEY)
MOMENT = timedelta(microseconds=1)


def issue(
    *scopes: Scope, org: str = "acme", name: str = "ci", expires_at: datetime | None = None
) -> IssueKey:
    return IssueKey(
        org_id=org,
        name=name,
        scopes=frozenset(scopes),
        digest="d1",
        pepper=1,
        last4="wxyz",
        expires_at=expires_at,
    )


def issued(*scopes: Scope, expires_at: datetime | None = None) -> KeyIssued:
    return KeyIssued(
        name="ci", scopes=scopes, digest="d1", pepper=1, last4="wxyz", expires_at=expires_at
    )


def test_issuing_records_the_scopes_in_one_order() -> None:
    expected = issued(Scope.AUDIT, Scope.DOCUMENTS)

    key.when(issue(Scope.DOCUMENTS, Scope.AUDIT)).then(expected)
    key.when(issue(Scope.AUDIT, Scope.DOCUMENTS)).then(expected)


def test_a_key_is_issued_once() -> None:
    key.given(issued(Scope.ALL)).when(issue(Scope.ALL)).then_refused(KeyExists)


def test_the_operators_scope_is_for_the_local_organisation_only() -> None:
    key.when(issue(Scope.OPS, org=LOCAL)).then(issued(Scope.OPS))
    key.when(issue(Scope.OPS)).then_refused(OperatorScope)
    key.when(issue(Scope.ALL, Scope.OPS)).then_refused(OperatorScope)


def test_a_key_expires_in_the_future_or_never() -> None:
    key.when(issue(Scope.ALL, expires_at=NOW + MOMENT)).then(
        issued(Scope.ALL, expires_at=NOW + MOMENT)
    )
    key.when(issue(Scope.ALL, expires_at=NOW)).then_refused(KeyAlreadyExpired)
    key.when(issue(Scope.ALL, expires_at=NOW - MOMENT)).then_refused(KeyAlreadyExpired)


@pytest.mark.parametrize("name", ["", "n" * 101, "a\0b", "\udfff"], ids=ascii)
def test_a_name_has_1_to_100_characters_that_can_be_stored(name: str) -> None:
    key.when(issue(Scope.ALL, name=name)).then_refused(InvalidText)


def test_a_key_is_revoked_once_and_for_good() -> None:
    key.given(issued(Scope.ALL)).when(RevokeKey()).then(KeyRevoked())
    key.given(issued(Scope.ALL), KeyRevoked()).when(RevokeKey()).then()
    key.given(issued(Scope.ALL), KeyRevoked()).when(issue(Scope.ALL)).then_refused(KeyExists)


def rotate(overlap: timedelta = timedelta(days=1)) -> RotateKey:
    return RotateKey(digest="d2", pepper=1, last4="abcd", overlap=overlap)


def rotated(overlap: timedelta = timedelta(days=1)) -> KeyRotated:
    return KeyRotated(digest="d2", pepper=1, last4="abcd", ended="d1", ends_at=NOW + overlap)


@pytest.mark.parametrize("overlap", [timedelta(0), MOMENT, timedelta(days=30)])
def test_a_rotated_key_says_which_text_ends_when(overlap: timedelta) -> None:
    key.given(issued(Scope.ALL)).when(rotate(overlap)).then(rotated(overlap))


def test_each_rotation_ends_the_text_of_the_one_before() -> None:
    again = RotateKey(digest="d3", pepper=1, last4="efgh", overlap=MOMENT)

    key.given(issued(Scope.ALL), rotated()).when(again).then(
        KeyRotated(digest="d3", pepper=1, last4="efgh", ended="d2", ends_at=NOW + MOMENT)
    )


@pytest.mark.parametrize("overlap", [-MOMENT, timedelta(days=30) + MOMENT])
def test_an_overlap_is_no_longer_than_a_month(overlap: timedelta) -> None:
    key.given(issued(Scope.ALL)).when(rotate(overlap)).then_refused(InvalidOverlap)


def test_what_is_over_is_not_rotated() -> None:
    key.given(issued(Scope.ALL), KeyRevoked()).when(rotate()).then_refused(KeyInactive)
    key.given(issued(Scope.ALL, expires_at=NOW)).when(rotate()).then_refused(KeyInactive)
    key.when(rotate()).then_refused(KeyNotFound)


def test_only_a_key_can_be_revoked() -> None:
    key.when(RevokeKey()).then_refused(KeyNotFound)
