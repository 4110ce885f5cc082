"""The text of a key: its shape, and a checksum against mistyped ones."""

import string

from hypothesis import given
from hypothesis import strategies as st

from domain.identity.key_text import DIGITS, RANDOM_DIGITS, key_text, well_formed

texts = st.text(DIGITS, min_size=RANDOM_DIGITS, max_size=RANDOM_DIGITS).map(key_text)


@given(texts)
def test_a_key_has_the_prefix_37_random_digits_and_6_of_a_checksum(text: str) -> None:
    assert text.startswith("fje_")
    assert len(text) == 4 + 37 + 6
    assert well_formed(text)


@given(texts, st.data())
def test_any_one_changed_character_is_caught(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters().filter(lambda character: character != text[place]))

    assert not well_formed(text[:place] + other + text[place + 1 :])


@given(texts, st.integers(0, 45))
def test_two_neighbours_that_changed_places_are_caught(text: str, place: int) -> None:
    first, second = text[place], text[place + 1]
    swapped = text[:place] + second + first + text[place + 2 :]

    assert well_formed(swapped) == (first == second)


@given(st.text())
def test_an_invented_text_is_no_key_and_no_error(text: str) -> None:
    assert not well_formed(text)


def test_a_key_of_the_wrong_length_is_invalid() -> None:
    text = key_text("0" * RANDOM_DIGITS)

    assert not well_formed(text[:-1])
    assert not well_formed(text + "0")
    assert not well_formed(f" {text}"[:-1])


def test_digits_are_the_62_letters_and_figures() -> None:
    assert sorted(DIGITS) == sorted(string.ascii_letters + string.digits)
