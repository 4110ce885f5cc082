"""Data keys wrapped by master keys, before and after a rotation."""

import os
from typing import Final

import pytest

from adapters.crypto.data_keys import DecryptionFailed, KeyWrapping
from adapters.crypto.master_keys import MasterKeys, key_id
from adapters.crypto.secret_files import Secrets

OLD, NEW, STRANGE = b"o" * 32, b"n" * 32, b"s" * 32
TEXT: Final = b"personal"


def secrets_of(master_key: bytes, *further: bytes) -> Secrets:
    return Secrets(master_key, b"p" * 32, b"s" * 32, further)


def wrapping(master_key: bytes, *further: bytes) -> KeyWrapping:
    return KeyWrapping(MasterKeys(secrets_of(master_key, *further)), os.urandom)


def test_what_is_wrapped_opens_with_its_master_key_for_its_stream_alone() -> None:
    made = wrapping(OLD).new("stream-1")
    sealed = made.key.seal(TEXT)

    assert wrapping(OLD).unwrap("stream-1", made.wrapped).open(sealed) == TEXT
    assert wrapping(NEW, OLD).unwrap("stream-1", made.wrapped).open(sealed) == TEXT
    for other, stream in ((wrapping(STRANGE), "stream-1"), (wrapping(OLD), "stream-2")):
        with pytest.raises(DecryptionFailed):
            other.unwrap(stream, made.wrapped)


def test_a_wrapped_key_names_its_master_key_and_hides_the_key() -> None:
    made = wrapping(OLD).new("stream-1")

    assert made.wrapped.startswith(b"\x02" + key_id(OLD))
    assert key_id(OLD) != key_id(NEW)
    assert OLD[:4] not in made.wrapped[:5]


def test_rewrapped_it_is_the_same_key_under_another_master_key() -> None:
    made = wrapping(OLD).new("stream-1")
    sealed = made.key.seal(TEXT)
    again = wrapping(NEW, OLD).rewrap("stream-1", made.wrapped)

    assert wrapping(NEW).unwrap("stream-1", again).open(sealed) == TEXT
    with pytest.raises(DecryptionFailed):
        wrapping(OLD).unwrap("stream-1", again)


def test_the_first_layout_named_no_master_key_and_still_opens() -> None:
    made = wrapping(OLD).new("stream-1")
    unnamed = b"\x01" + made.wrapped[5:]
    sealed = made.key.seal(TEXT)

    assert wrapping(NEW, OLD).unwrap("stream-1", unnamed).open(sealed) == TEXT
    with pytest.raises(DecryptionFailed):
        wrapping(STRANGE).unwrap("stream-1", unnamed)


def test_a_master_key_that_is_not_at_hand_is_looked_for_and_taken_up() -> None:
    at_hand = [secrets_of(OLD)]
    here = KeyWrapping(MasterKeys(secrets_of(OLD), lambda: at_hand[0]), os.urandom)
    made = wrapping(NEW).new("stream-1")
    with pytest.raises(DecryptionFailed):
        here.unwrap("stream-1", made.wrapped)

    at_hand[0] = secrets_of(NEW, OLD)
    sealed = made.key.seal(TEXT)

    assert here.unwrap("stream-1", made.wrapped).open(sealed) == TEXT
    assert here.new("stream-2").wrapped.startswith(b"\x02" + key_id(NEW))
