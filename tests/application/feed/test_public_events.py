"""The public event language: every event has a public name, and its fields stay."""

from typing import Any, get_args

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
from tests.support.domain.event_table import PUBLISHED
from tests.support.domain.records import history
from tests.support.domain.strategies import events


def test_every_event_has_a_public_name_of_its_own() -> None:
    assert {kind.event for kind in LANGUAGE} == {*get_args(AnyEvent)}
    names = [kind.name for kind in LANGUAGE]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_fields_are_still_there(name: str) -> None:
    [kind] = [each for each in LANGUAGE if each.name == name]

    assert {field.encode_name for field in fields(kind.data)} >= {*PUBLISHED[name]}


def test_every_public_field_is_in_the_table() -> None:
    told = {kind.name: [field.encode_name for field in fields(kind.data)] for kind in LANGUAGE}

    assert {name: {*names} for name, names in told.items()} == {
        name: {*names} for name, names in PUBLISHED.items()
    }


def test_every_type_needs_a_scope_that_keys_can_have() -> None:
    assert Scope.ALL not in {kind.scope for kind in LANGUAGE}


@settings(max_examples=200, database=None)
@given(event=events())
def test_every_event_has_a_public_form_whole_and_redacted(event: Event) -> None:
    [record] = history("document-1", event)
    for each in (record, replace(record, event=redacted(event))):
        told: dict[str, Any] = msgspec.to_builtins(public(each))
        kind = next(kind for kind in LANGUAGE if kind.event is type(event))
        assert told["type"] == kind.name
        assert type(public(each).data) is kind.data
        assert msgspec.convert(told["data"], kind.data, strict=False) is not None


def test_no_digest_and_no_salt_is_published() -> None:
    for kind in LANGUAGE:
        assert issubclass(kind.data, Data)
        assert not {"digest", "salt", "hash"} & {field.name for field in fields(kind.data)}
