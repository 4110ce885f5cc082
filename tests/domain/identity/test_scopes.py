"""Scopes: what each of them allows."""

import pytest

from domain.identity.scopes import Scope, UnknownScope, allows, scopes_named

OTHERS = [scope for scope in Scope if scope is not Scope.OPS]


@pytest.mark.parametrize("needed", OTHERS)
def test_all_covers_every_scope_but_the_operators(needed: Scope) -> None:
    assert allows([Scope.ALL], needed)


def test_all_does_not_cover_the_operators_scope() -> None:
    assert not allows([Scope.ALL], Scope.OPS)
    assert not allows(OTHERS, Scope.OPS)
    assert allows([Scope.OPS], Scope.OPS)


@pytest.mark.parametrize("needed", OTHERS)
def test_the_operators_scope_covers_nothing_but_itself(needed: Scope) -> None:
    assert not allows([Scope.OPS], needed)


def test_a_scope_covers_itself_and_nothing_else() -> None:
    assert allows([Scope.DOCUMENTS, Scope.AUDIT], Scope.AUDIT)
    assert not allows([Scope.DOCUMENTS], Scope.AUDIT)
    assert not allows([], Scope.DOCUMENTS)


def test_scopes_are_known_by_their_names() -> None:
    assert scopes_named(["audit", "*", "audit"]) == {Scope.AUDIT, Scope.ALL}


def test_names_that_are_no_scopes_are_refused_by_name() -> None:
    with pytest.raises(UnknownScope, match="admin, root"):
        scopes_named(["root", "audit", "admin"])


def test_a_key_needs_a_scope() -> None:
    with pytest.raises(UnknownScope):
        scopes_named([])
